"""``antam keys``: the secrets of this deployment. Shows no key but one that is made to be printed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from backend import tables  # noqa: F401  # foreign keys reach across domains: every table must be known
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.database_secrets import make_database_secrets
from backend.kit.secrets_store import damage, damaged, make_missing
from backend.kit.settings import settings
from backend.ops.belonging import DatabaseSilent, ForeignKeys
from backend.ops.keys import bundle, census, rotating
from backend.ops.keys.carrying import Carried, Maker
from backend.ops.lock import is_running

app = typer.Typer(help="Site keys and service tokens.", no_args_is_help=True)

Result = TypeVar("Result")
Purpose = Annotated[str, typer.Argument(help="Which key: see antam keys list.")]
File = Annotated[Path, typer.Argument(help="The sealed file.")]

_REPLACE_WORDS = "replace the keys"
_WHAT_IS_LEFT = {
    "receipt_pepper": "New tips use it. Receipts of before open their mailbox as ever.",
    "wrap": "Members' passwords follow at their next sign-in, which ends with a new recovery key for each.",
    "mac": "Browsers that members signed in with before count as unknown once the old key is retired.",
    "audit": "The log goes on under it. Old entries are checked with the old key, which stays for two years.",
    "index": "Numbers that are named again are found under every key. None of them can ever be retired.",
    "conversation": "It is used from tomorrow, so that no draft is lost today.",
    "draft": "It is used from tomorrow, so that no draft is lost today.",
    "notice": "It is used from tomorrow; addresses of before are opened with the old one.",
    "subscriber": "It is used from tomorrow.",
}
"""What an operator is told after a rotation."""


@app.callback()
def keys() -> None:
    """Site keys and service tokens."""


@app.command("database")
def database(
    host: Annotated[str, typer.Option(help="Name or address of the PostgreSQL server.")],
) -> None:
    """Make the passwords for a PostgreSQL server of your own that is still empty."""
    folder = settings().secrets
    written = make_database_secrets(folder, host)
    for path in written:
        typer.echo(f"made {path.relative_to(folder)}")
    if written:
        typer.echo("Run postgres/roles.sql once on the server, as its superuser.")
    else:
        typer.echo("There are passwords already; nothing was changed.")


@app.command("init")
def init() -> None:
    """Make the keys and tokens that are missing; never touches one that is there."""
    folder = settings().secrets
    try:
        written = make_missing(folder)
    except ValueError as error:
        _stop(str(error))
    for path in written:
        typer.echo(f"made {path.relative_to(folder)}")
    typer.echo(f"Keys are in {folder}. Back them up apart from the database: antam keys backup FILE")


@app.command("list")
def list_keys() -> None:
    """Every key with its versions, since when each is used, and how many values need it. Shows no key."""
    _check_files()

    async def work(maker: Maker) -> dict[str, dict[int, int]]:
        async with maker() as session:
            return {purpose: await census.count(session, purpose) for purpose in census.USES}

    try:
        counted = _with_database(work)
    except (FileNotFoundError, SQLAlchemyError):
        counted = None
    typer.echo(f"{'room':<8} {'key':<15} {'version':>7}  {'used':<24} values")
    for one in rotating.rings(settings()):
        for version in rotating.versions(one):
            since = f"from {version.since:%d/%m/%Y}" if version.since else "from the beginning"
            used = f"{since}{'' if version.current else ', old'}"
            values = _values(counted, one.purpose, version.version)
            typer.echo(f"{one.room:<8} {one.purpose:<15} {version.version:>7}  {used:<24} {values}")
    if counted is None:
        typer.echo("The database does not answer: values were not counted.", err=True)


def _values(counted: dict[str, dict[int, int]] | None, purpose: str, version: int) -> str:
    if counted is None:
        return "?"
    return str(counted[purpose].get(version, 0)) if purpose in counted else "-"


@app.command("backup")
def backup(
    file: File,
    printed_key: Annotated[
        bool, typer.Option("--printed-key", help="Make a key and show it once, instead of a passphrase.")
    ] = False,
) -> None:
    """Seal all rooms' keys and tokens into one file. Keep it where the database's backups are not."""
    _check_files()
    found = bundle.collect(settings().secrets)
    if not found.files:
        _stop("There are no keys yet. Make them with: antam keys init")
    if file.exists():
        _stop(f"{file} exists already and was left alone. Give another name.")
    typed = bundle.new_printed_key() if printed_key else _new_passphrase()
    try:
        bundle.write(file, found, typed)
    except FileExistsError:
        _stop(f"{file} exists already and was left alone. Give another name.")
    except (OSError, bundle.NotABundle):
        _stop(f"{file} could not be written. Is there room, and may it be written?")
    typer.echo(f"{file} holds, sealed: {', '.join(found.names)}.")
    if printed_key:
        typer.echo(f"Its key, shown only now: {typed}")
    typer.echo("Whoever has both the file and what opens it has the keys: keep them in two places.")


@app.command("restore")
def restore(
    file: File,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also put them in the place of others. Asks for words.")
    ] = False,
) -> None:
    """Put the keys of a sealed file back where they are missing."""
    config = settings()
    if is_running(config.var):
        _stop("An Tâm runs with these keys. Stop it first.")
    typed = str(typer.prompt("Passphrase or printed key", hide_input=True))
    try:
        found = bundle.read(file, typed)
    except FileNotFoundError:
        _stop(f"There is no {file}.")
    except bundle.NotABundle:
        _stop("That passphrase or key does not open the file, or the file was changed.")
    try:
        written = bundle.put_back(config.secrets, found)
    except bundle.Differs as differs:
        typer.echo(f"Other keys stand in {config.secrets}: {', '.join(differs.names)}.")
        if not replace:
            _stop("Nothing was changed. To put these in their place: antam keys restore --replace")
        typer.echo("What was made with those keys cannot be read with these.")
        if typer.prompt(f"Type: {_REPLACE_WORDS}", default="", show_default=False) != _REPLACE_WORDS:
            _stop("Nothing was changed.")
        written = bundle.put_back(config.secrets, found, replace=True)
    for name in written:
        typer.echo(f"put back {name}")
    typer.echo("They are all there." if written else "They were all there already.")


@app.command("rotate")
def rotate(purpose: Purpose) -> None:
    """Make a new version of a key for new values, and bring the old values along as far as that goes."""
    config = settings()
    _check_files()

    async def work(maker: Maker) -> tuple[int, Carried]:
        url = database_url(config, role="owner")
        version = await rotating.rotate(config, url, maker, purpose, datetime.now(UTC))
        return version, await rotating.renew(config, maker, purpose)

    version, carried = _changed(work)
    typer.echo(f"{purpose} has version {version}. Running processes use it; nothing has to be started anew.")
    typer.echo(_WHAT_IS_LEFT[purpose])
    _tell(carried)
    typer.echo("Back the keys up again: antam keys backup FILE")


@app.command("renew")
def renew(purpose: Purpose) -> None:
    """Bring old values to the current version of a key. It does nothing the second time."""
    _check_files()
    _tell(_changed(lambda maker: rotating.renew(settings(), maker, purpose)))


@app.command("retire")
def retire(
    purpose: Purpose,
    now: Annotated[
        bool,
        typer.Option("--now", help="Do not wait for old backups of the database: they become useless."),
    ] = False,
) -> None:
    """Destroy the old versions of a key that nothing needs any more."""
    config = settings()
    _check_files()
    if now and is_running(config.var):
        _stop("A value may just be made with the old key. Stop An Tâm first, or do it without --now.")

    async def work(maker: Maker) -> list[int]:
        url = database_url(config, role="owner")
        return await rotating.retire(config, url, maker, purpose, datetime.now(UTC), at_once=now)

    retired = _changed(work)
    if not retired:
        typer.echo(f"{purpose} has no old version.")
    for version in retired:
        typer.echo(f"{purpose}, version {version}, is destroyed. Destroy it in old backups of the keys too.")


def _tell(carried: Carried) -> None:
    typer.echo(f"{carried.done} values were brought to the current key.")
    for name in carried.left:
        typer.echo(f"left as it is, since it is not genuine: {name}", err=True)
    if carried.left:
        typer.echo("Somebody changed these rows in the database. Find out who can write it.", err=True)
        raise typer.Exit(1)


def _new_passphrase() -> str:
    chosen = str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
    if len(chosen) < bundle.SHORTEST_PASSPHRASE:
        _stop(f"A passphrase has at least {bundle.SHORTEST_PASSPHRASE} characters. Nothing was written.")
    return chosen


def _check_files() -> None:
    """Every file of keys can be read, or one sentence says which cannot."""
    config = settings()
    if broken := damaged(config.secrets):
        _stop("\n".join(damage(path) for path in broken))
    if lacking := [one.path for one in rotating.rings(config) if not one.path.exists()]:
        _stop(f"{lacking[0]} is missing. Put its backup back, or in a new deployment: antam keys init")


def _changed(work: Callable[[Maker], Awaitable[Result]]) -> Result:
    """What ``work`` did, or one sentence why it could not."""
    try:
        return _with_database(work)
    except rotating.UnknownKey:
        known = ", ".join(one.purpose for one in rotating.rings(settings()))
        _stop(f"There is no such key. There are: {known}.")
    except (rotating.NotYet, ForeignKeys) as error:
        _stop(str(error))
    except FileNotFoundError:
        _stop("There is no database yet. Start one with antam up, or set DATABASE_URL.")
    except SQLAlchemyError:
        _stop(str(DatabaseSilent()))


def _with_database(work: Callable[[Maker], Awaitable[Result]]) -> Result:
    async def inside() -> Result:
        engine = create_engine(database_url(settings(), role="owner"), pool_size=1)
        try:
            return await work(create_sessionmaker(engine))
        finally:
            await engine.dispose()

    return asyncio.run(inside())


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
