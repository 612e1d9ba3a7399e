"""``antam desk``: desks from the command line, their escrow, and bringing back a lost one.

No desk's key is ever shown; of the escrow key the private half, once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, NoReturn, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables  # noqa: F401  # foreign keys reach across domains: every table must be known
from backend.accounts import service as accounts
from backend.accounts.keys import SwappedKey
from backend.accounts.roles import desk_kind
from backend.accounts.schemas import Colleague
from backend.desks import escrow, escrow_text, recovering, repository, standing
from backend.desks import service as desks
from backend.desks.keys import SwappedKey as SwappedDeskKey
from backend.desks.models import Desk
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.errors import NotFound
from backend.kit.settings import settings
from backend.kit.site_keys import SiteKeys
from backend.ops.belonging import DatabaseSilent
from backend.tips.clock import local_day
from backend.web.regions import is_province

app = typer.Typer(help="Desks: list, create, invite, escrow, recover.", no_args_is_help=True)

Result = TypeVar("Result")
Name = Annotated[
    str, typer.Argument(help="Kind and province's code, such as union:79; union:national for the nation.")
]
Login = Annotated[str, typer.Argument(help="The login name of a liaison of the desk's kind.")]
_NATIONAL = "national"
_END_WORDS = "end the escrow"


@app.callback()
def desk() -> None:
    """Desks: list, create, invite, escrow, recover."""


@app.command("list")
def list_desks() -> None:
    """Every desk: how many hold its key, and whether it could be brought back."""

    async def work(session: AsyncSession, keys: SiteKeys) -> list[tuple[str, int, int, standing.Standing]]:
        everyone = await repository.all_desks(session)
        people_of = await repository.people_of(session, [one.id for one in everyone])
        found = await standing.of(session, keys, [(one, people_of[one.id]) for one in everyone])
        rows = []
        for one in everyone:
            people = people_of[one.id]
            seated = sum(desks.is_seated(person, keys) for person in people)
            rows.append((_name(one), seated, len(people) - seated, found[one.id]))
        return rows

    for name, seated, waiting, how in _run(work):
        state = "LOST" if how.lost else "receives" if seated else "no member yet"
        kept = "in escrow" if how.in_escrow else "no escrow"
        typer.echo(f"{name:<16} {state:<14} {seated} hold its key, {waiting} invited   {kept}")


@app.command("create")
def create(name: Name) -> None:
    """Make a desk. It receives tips once its first member has signed in."""
    kind, province = _parsed(name)

    async def work(session: AsyncSession, keys: SiteKeys) -> None:
        await desks.create(session, keys, kind, province)

    _run(work)
    typer.echo(f"There is a desk {name}. Put somebody on it: antam desk invite {name} LOGIN")


@app.command("invite")
def invite(name: Name, login: Login) -> None:
    """Put a liaison on a desk. The first one makes its key by signing in; later ones wait to be let in."""
    kind, province = _parsed(name)

    async def work(session: AsyncSession, keys: SiteKeys) -> None:
        found = await _desk(session, kind, province)
        member = await _liaison(session, keys, login, kind)
        await desks.invite(session, keys, desk=found, member_id=member.id, actor_id=None)

    try:
        _run(work)
    except desks.AlreadyMember:
        _stop(f"{login} is on the desk {name} already.")
    typer.echo(f"{login} is invited to the desk {name}.")


@app.command("escrow")
def set_up_escrow(
    replace: Annotated[
        bool, typer.Option("--replace", help="Make another key in place of the one that is there.")
    ] = False,
    end: Annotated[bool, typer.Option("--end", help="Give escrow up. Asks for words.")] = False,
) -> None:
    """Make a key, shown once, that can bring back a desk which has lost all its members."""
    if end:
        return _end_escrow()

    async def work(session: AsyncSession, keys: SiteKeys) -> bytes | None:
        if await escrow.in_use(session) is not None and not replace:
            return None
        return await escrow.set_up(session, keys, local_day(datetime.now(UTC)))

    private_key = _run(work)
    if private_key is None:
        _stop("There is escrow already. See antam desk list; for another key: antam desk escrow --replace")
    typer.echo("The escrow key, shown only now and stored nowhere. Print it, and lock it away:")
    typer.echo(f"\n  {escrow_text.printed(private_key)}\n")
    typer.echo(
        "Together with a copy of the database it opens every desk's tips: give it to nobody who can have"
    )
    typer.echo("one. A desk's key is kept once one of its members has signed in again.")


def _end_escrow() -> None:
    if typer.prompt(f"Type: {_END_WORDS}", default="", show_default=False) != _END_WORDS:
        _stop("Nothing was changed.")
    if not _run(escrow.end):
        _stop("There is no escrow.")
    typer.echo("There is no escrow any more: a desk that loses its last member is lost. Destroy the print.")


@app.command("recover")
def recover(
    name: Name, login: Annotated[str, typer.Option("--member", help="The liaison who gets the desk.")]
) -> None:
    """Bring back a desk that has lost all its members, with the printed escrow key. The desk is told."""
    kind, province = _parsed(name)
    private_key = escrow_text.typed(str(typer.prompt("Escrow key", hide_input=True)))
    if private_key is None:
        _stop("A character of the escrow key is wrong. Type it as it is printed.")

    async def work(session: AsyncSession, keys: SiteKeys) -> recovering.Recovered:
        found = await _desk(session, kind, province)
        member = await _liaison(session, keys, login, kind)
        newcomer = recovering.Newcomer(member.id, await accounts.checked_public_key(session, keys, member.id))
        return await recovering.recover(
            session, keys, desk_id=found.id, escrow_private_key=private_key, newcomer=newcomer
        )

    try:
        done = _run(work)
    except recovering.NoEscrow:
        _stop(f"The key of the desk {name} is not in escrow: what was sealed to it is lost.")
    except recovering.WrongEscrowKey:
        _stop("This is not the escrow key that the desk's key was sealed to.")
    except recovering.NothingLost:
        _stop(f"The desk {name} has members who hold its key: they let others in. Nothing was changed.")
    except (SwappedKey, SwappedDeskKey):
        _stop("A public key was changed in the database: nothing was handed out. Find out who can write it.")
    if done.seated:
        typer.echo(
            f"{login} holds the key of the desk {name}. At the next sign-in the desk gets another one."
        )
    if done.seals:
        typer.echo(f"The desk's present members can open {done.seals} more keys of tips and notes.")


async def _desk(session: AsyncSession, kind: str, province: str | None) -> Desk:
    found = await repository.find(session, kind, province)
    if found is None:
        _stop("There is no such desk. See: antam desk list")
    return found


async def _liaison(session: AsyncSession, keys: SiteKeys, login: str, kind: str) -> Colleague:
    try:
        member = await accounts.colleague(session, keys, await accounts.member_id_of(session, login))
    except NotFound:
        _stop("Nobody has this login name. See: antam user list")
    if not member.active or desk_kind(member.role) != kind:
        _stop(f"{login} is no active {kind} liaison.")
    return member


def _name(one: Desk) -> str:
    return f"{one.kind}:{one.province or _NATIONAL}"


def _parsed(name: str) -> tuple[str, str | None]:
    kind, _, province = name.partition(":")
    if kind not in desks.KINDS or (province != _NATIONAL and not is_province(province)):
        _stop("A desk is named by its kind and its province's code: union:79, police:national.")
    return kind, None if province == _NATIONAL else province


def _run(work: Callable[[AsyncSession, SiteKeys], Awaitable[Result]]) -> Result:
    """Do ``work`` in one transaction on the deployment's database, as its owner."""

    async def inside() -> Result:
        config = settings()
        keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
        engine = create_engine(database_url(config, role="owner"), pool_size=1)
        try:
            async with create_sessionmaker(engine)() as session, session.begin():
                return await work(session, keys)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(inside())
    except FileNotFoundError as missing:
        _stop(f"{missing.filename} is missing. Run `antam up` or `antam keys init` first.")
    except SQLAlchemyError:
        _stop(str(DatabaseSilent()))


def _stop(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
