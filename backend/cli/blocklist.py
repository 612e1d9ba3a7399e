"""``antam blocklist``: lists of reported addresses, brought in from a file; nothing is looked up outside."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar, cast

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist import repository as blocklist_repository
from backend.checks.blocklist import service as blocklist_service
from backend.checks.blocklist.entries import Kind, entry_of
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import settings

app = typer.Typer(help="Reported addresses: import a list, allow one, see the sources.", no_args_is_help=True)
Result = TypeVar("Result")


class Holds(StrEnum):
    """What a file holds; ``auto`` tells it by the shape of each line."""

    auto = "auto"
    address = "address"
    phone = "phone"
    account = "account"

    @property
    def kind(self) -> Kind | None:
        return None if self is Holds.auto else cast(Kind, self.value)


@app.callback()
def blocklist() -> None:
    """Reported addresses: import a list, allow one, see the sources."""


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="One entry a line.")],
    source: Annotated[
        str, typer.Option(help="Who reported it; importing the same source again replaces it.")
    ],
    listed: Annotated[
        datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day as of which the list speaks.")
    ],
    holds: Annotated[Holds, typer.Option(help="What the file holds.")] = Holds.auto,
) -> None:
    """Bring in a list. All of it counts or, when something fails, none."""
    if not source.strip():
        raise typer.BadParameter("give the source a name")
    if listed.date() > date.today():
        raise typer.BadParameter("the date lies ahead")
    with file.open(encoding="utf-8", errors="replace") as lines:
        try:
            done = _run(
                lambda session: blocklist_service.import_list(
                    session, lines, source=source.strip(), listed_on=listed.date(), kind=holds.kind
                )
            )
        except blocklist_service.OlderList as refused:
            _stop(f"{refused.title}. Nothing was changed.")
    typer.echo(
        f"{done.entries} entries, {done.repeated} repeated, {done.unreadable} unreadable lines left out"
    )


@app.command("allow")
def allow_command(
    entry: Annotated[str, typer.Argument(help="An address (with all under it), a telephone, an account.")],
    note: Annotated[str, typer.Option(help="Why it is allowed.")],
    holds: Annotated[Holds, typer.Option(help="What it is.")] = Holds.auto,
) -> None:
    """Never take this for known bad, whatever list names it."""
    read = entry_of(entry, holds.kind)
    if read is None:
        raise typer.BadParameter("neither an address nor a telephone nor an account number")
    _run(lambda session: blocklist_service.allow(session, read, note))
    typer.echo(f"{read[0]} {read[1]} is allowed")


@app.command("sources")
def sources_command() -> None:
    """Every source with its date and the number of its entries."""
    for source, entries in _run(blocklist_repository.sources):
        typer.echo(f"{source.name} · {source.listed_on} · {entries}")


def _run(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Do ``work`` in one transaction on the deployment's database."""

    async def inside() -> Result:
        engine = create_engine(database_url(settings()), pool_size=1)
        try:
            async with create_sessionmaker(engine)() as session, session.begin():
                return await work(session)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(inside())
    except FileNotFoundError as missing:
        _stop(f"{missing.filename} is missing. Run `antam up` or `antam keys init` first.")
    except OperationalError:
        _stop("The database does not answer. Run `antam up` first.")


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
