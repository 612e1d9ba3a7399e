"""``antam user``: staff accounts from the command line, for the first administrator and for emergencies."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, NoReturn, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import departure, service
from backend.accounts.roles import Role
from backend.accounts.schemas import MemberFault, MemberRow, NewAccount
from backend.desks import leaving
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.errors import NotFound
from backend.kit.settings import settings
from backend.kit.site_keys import SiteKeys

app = typer.Typer(help="Staff accounts: add, list, deactivate, reset.", no_args_is_help=True)

Result = TypeVar("Result")
Login = Annotated[str, typer.Argument(help="The login name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before something that cannot be undone.")]

_SENTENCES = {
    MemberFault.LOGIN_SHAPE: "A login name has 3 to 40 characters: plain letters, digits, dots, dashes.",
    MemberFault.LOGIN_TAKEN: "Somebody has this login name already.",
    MemberFault.NAME_MISSING: "Give a name of at most 80 characters (--name).",
    MemberFault.LAST_ADMINISTRATOR: "This is the last administrator: add another one first.",
    MemberFault.ONESELF: "Nobody can do this to their own account.",
    MemberFault.LAST_OF_DESK: "A desk would be lost, and the login name was not typed. Nothing was changed.",
}


def _run(work: Callable[[AsyncSession, SiteKeys], Awaitable[Result]]) -> Result:
    """Do ``work`` in one transaction on the deployment's database."""

    async def inside() -> Result:
        config = settings()
        keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
        engine = create_engine(database_url(config), pool_size=1)
        try:
            async with create_sessionmaker(engine)() as session, session.begin():
                return await work(session, keys)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(inside())
    except NotFound:
        _stop("Nobody has this login name. See `antam user list`.")
    except FileNotFoundError as missing:
        _stop(f"{missing.filename} is missing. Run `antam up` or `antam keys init` first.")


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def _hand_over(made: NewAccount | MemberFault) -> None:
    if isinstance(made, MemberFault):
        _stop(_SENTENCES[made])
    typer.echo(f"Login: {made.login}")
    typer.echo(f"One-time password: {made.one_time_password}")
    typer.echo("It is valid for 7 days and is not shown again.")


@app.command()
def add(
    login: Login,
    role: Annotated[Role, typer.Option(help="What the member may do.")],
    name: Annotated[str, typer.Option(help="The name that colleagues see.")] = "",
) -> None:
    """Make an account and print its one-time password."""

    async def work(session: AsyncSession, keys: SiteKeys) -> NewAccount | MemberFault:
        return await service.create(
            session,
            keys,
            actor_id=None,
            login=login,
            display_name=name or login,
            role=role,
            now=datetime.now(UTC),
        )

    _hand_over(_run(work))


@app.command("list")
def list_members() -> None:
    """Everybody with an account."""

    async def work(session: AsyncSession, _: SiteKeys) -> list[MemberRow]:
        return await service.member_rows(session)

    for member in _run(work):
        state = "deactivated" if not member.active else "in use" if member.ready else "never signed in"
        typer.echo(f"{member.login:<24} {member.role:<16} {state:<16} {member.display_name}")


@app.command()
def deactivate(login: Login, yes: Yes = False) -> None:
    """Shut an account at once; its keys and its places at desks are gone."""
    member_id, typed = _warned(login, yes)

    async def work(session: AsyncSession, keys: SiteKeys) -> MemberFault | None:
        return await departure.shut(session, keys, actor_id=None, member_id=member_id, typed=typed)

    fault = _run(work)
    if fault is not None:
        _stop(_SENTENCES[fault])
    typer.echo(f"{login} is deactivated.")


@app.command()
def reset(login: Login, yes: Yes = False) -> None:
    """Begin an account anew with a one-time password. Its keys are lost; desks must let it in again."""
    member_id, typed = _warned(login, yes)

    async def work(session: AsyncSession, keys: SiteKeys) -> NewAccount | MemberFault:
        return await departure.begin_anew(
            session, keys, actor_id=None, member_id=member_id, now=datetime.now(UTC), typed=typed
        )

    _hand_over(_run(work))


def _warned(login: str, yes: bool) -> tuple[uuid.UUID, str]:
    """The member's id, and what was typed after saying what is lost with their key."""

    async def work(session: AsyncSession, keys: SiteKeys) -> tuple[uuid.UUID, list[str]]:
        member_id = await service.member_id_of(session, login)
        return member_id, [_loss(login, seat) for seat in await leaving.alone_at(session, keys, member_id)]

    member_id, losses = _run(work)
    for loss in losses:
        typer.echo(loss)
    if losses:
        # --yes is for scripts that know what they do to an account; nobody gives a desk away by a script.
        return member_id, typer.prompt(
            "Type the login name to go on all the same", default="", show_default=False
        )
    if not yes:
        typer.confirm(f"The keys of {login} are destroyed. Go on?", abort=True)
    return member_id, ""


def _loss(login: str, seat: leaving.LastSeat) -> str:
    desk = f"{seat.desk.kind} {seat.desk.province or 'national'}"
    said = f"Only {login} holds the key of the desk {desk}. Let another member in first."
    if seat.in_escrow:
        return f"{said} Without: only the printed escrow key opens its tips again (antam desk recover)."
    return f"{said} Without: nobody opens its tips again, ever. There is no escrow for it."
