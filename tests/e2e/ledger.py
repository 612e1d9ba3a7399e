"""What the database of a house really holds: every tip opened with its desk's key and with its receipt."""

import asyncio
import json
import uuid
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables  # noqa: F401  # foreign keys reach across domains
from backend.accounts import repository as accounts
from backend.accounts.keys import Wrapped, unwrap_private_key
from backend.accounts.passwords import normal_one_time_password
from backend.desks import service as desks
from backend.kit.argon2_queue import derive_now
from backend.kit.crypto import KEY_BYTES, Unsealable
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys
from backend.tips import opening
from backend.tips.files import service as files
from backend.tips.models import TipSeal
from tests.e2e.evidence import UNREADABLE, pattern
from tests.e2e.house import House

T = TypeVar("T")
_HALVES: Final = {
    "tips without a report": "SELECT count(*) FROM tips WHERE id NOT IN (SELECT tip_id FROM tip_parts)",
    "tips without a desk": "SELECT count(*) FROM tips WHERE id NOT IN (SELECT tip_id FROM tip_desks)",
    "tips that no desk can open": (
        "SELECT count(*) FROM tips WHERE id NOT IN (SELECT tip_id FROM tip_seals WHERE desk_id IS NOT NULL)"
    ),
    "tips that no receipt can open": (
        "SELECT count(*) FROM tips WHERE id NOT IN (SELECT tip_id FROM tip_seals WHERE desk_id IS NULL)"
    ),
    "reports without a tip": "SELECT count(*) FROM tip_parts WHERE tip_id NOT IN (SELECT id FROM tips)",
    "files without a tip": "SELECT count(*) FROM tip_files WHERE tip_id NOT IN (SELECT id FROM tips)",
    "files out of their order": (
        "SELECT count(*) FROM (SELECT tip_id FROM tip_files WHERE field = 'clean' GROUP BY tip_id "
        "HAVING max(number) <> count(*)) AS missing"
    ),
}


@dataclass(frozen=True)
class Holder:
    """A member with the private key that their password unwraps."""

    member_id: uuid.UUID
    public_key: bytes
    private_key: bytes


@dataclass(frozen=True)
class Stored:
    """A tip as its desk reads it."""

    story: list[str]
    patterns: list[str]
    """Of its photos and voice notes in order; ``UNREADABLE`` for one that is not whole."""


def tips(var: Path, account: tuple[str, str]) -> dict[uuid.UUID, Stored]:
    """Every tip with its files, opened with the keys of the desks of ``account``.

    That is the login and one-time password of a demo liaison who has not signed in yet.

    Raises:
        Unsealable: a story, or the list of a tip's files, cannot be opened.
    """
    return in_own_thread(_tips(var, *account))


def halves(var: Path) -> dict[str, int]:
    """How many rows there are without what belongs to them, by what is missing; only those that there are."""
    return {what: count for what, question in _HALVES.items() if (count := _count(var, question))}


def waiting_files(var: Path) -> int:
    """How many files wait with a draft, or for the day's end without one."""
    return _count(var, "SELECT count(*) FROM draft_files")


def unreachable(house: House, receipts: Iterable[str]) -> list[str]:
    """Those of ``receipts`` that do not open a mailbox."""
    token = (house.var / "secrets" / "bot" / "backend.token").read_text(encoding="utf-8").strip()
    address = f"http://127.0.0.1:{house.ports['internal']}/internal/mailbox/open"
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(timeout=60, trust_env=False, headers=headers) as client, ThreadPoolExecutor(4) as some:

        def is_shut(receipt: str) -> bool:
            answer = client.post(address, json={"receipt": receipt.replace(" ", "")})
            return not answer.is_success or answer.json()["category"] != "illegal_lending"

        tried = list(receipts)
        return [receipt for receipt, shut in zip(tried, some.map(is_shut, tried), strict=True) if shut]


@dataclass(frozen=True)
class Jobs:
    """Whether tips and what tells their desks belong together."""

    tips_nobody_is_told_of: int
    jobs_without_a_tip: int


def jobs(house: House) -> Jobs:
    """A tip's desk is told by a job that waits, or was told by a notification that a job left.

    Of tips that are held as a flood, a desk is told once. Tellers word their tips alike, so theirs are one.
    """
    told, orphans = in_own_thread(_jobs(house.var))
    return Jobs(told, orphans)


def workers(house: House) -> set[int]:
    """The job workers that the queue knows."""
    rows = in_own_thread(_rows(house.var, "SELECT id FROM procrastinate_workers"))
    return {int(row[0]) for row in rows}


def in_own_thread(work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``; a browser test of this session may have a loop running in the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _url(var: Path) -> str:
    return (var / "secrets" / "backend" / "database_url.app").read_text(encoding="utf-8").strip()


async def _rows(var: Path, question: str) -> list[Any]:
    engine = create_engine(_url(var), pool_size=1)
    try:
        async with engine.connect() as connection:
            return list((await connection.execute(text(question))).all())
    finally:
        await engine.dispose()


def _count(var: Path, question: str) -> int:
    return int(in_own_thread(_rows(var, question))[0][0])


async def _jobs(var: Path) -> tuple[int, int]:
    placed = await _rows(var, "SELECT tip_id, desk_id, flood_id FROM tip_desks WHERE reach = 'direct'")
    told = await _rows(var, "SELECT tip_id, desk_id FROM notifications")
    waiting = await _rows(
        var, "SELECT args FROM procrastinate_jobs WHERE task_name = 'tips:notify' AND status <> 'succeeded'"
    )
    known = {str(row[0]) for row in await _rows(var, "SELECT id FROM tips")}
    args = [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in waiting]
    heard = {(str(row[0]), str(row[1])) for row in told}
    heard |= {(entry["tip_id"], entry["desk_id"]) for entry in args}
    floods = {(desk, flood) for tip, desk, flood in placed if flood and (str(tip), str(desk)) in heard}
    deaf = [
        tip
        for tip, desk, flood in placed
        if (str(tip), str(desk)) not in heard and (desk, flood) not in floods
    ]
    return len(deaf), sum(entry["tip_id"] not in known for entry in args)


async def _tips(var: Path, login: str, one_time: str) -> dict[uuid.UUID, Stored]:
    keys = SiteKeys.read(var / "secrets" / "backend" / "site_keys.json")
    engine = create_engine(_url(var), pool_size=1)
    try:
        async with create_sessionmaker(engine)() as session:
            return await _opened(session, keys, await _holder(session, keys, login, one_time))
    finally:
        await engine.dispose()


async def _holder(session: AsyncSession, keys: SiteKeys, login: str, one_time: str) -> Holder:
    member = await accounts.member_by_login(session, login)
    assert member is not None
    row = await accounts.keys_of(session, member.id)
    assert row is not None
    stretched = derive_now(normal_one_time_password(one_time), row.password_salt, KEY_BYTES)
    wrapped = Wrapped(row.password_wrapped, row.password_wrap_version)
    return Holder(
        member.id, row.public_key, unwrap_private_key(keys, member.id, wrapped, stretched, "password")
    )


async def _opened(session: AsyncSession, keys: SiteKeys, holder: Holder) -> dict[uuid.UUID, Stored]:
    found: dict[uuid.UUID, Stored] = {}
    for desk, _ in await desks.my_desks(session, holder.member_id):
        opened = await desks.open_desk(session, keys, holder, desk.id)
        for tip_id in list(await session.scalars(select(TipSeal.tip_id).where(TipSeal.desk_id == desk.id))):
            content = await opening.content_key(session, keys, tip_id, desk.id, opened)
            story = (await opening.report(session, content)).story
            patterns = [
                await _pattern(session, content, kept) for kept in await files.listing(session, content)
            ]
            found[tip_id] = Stored(story, patterns)
    return found


async def _pattern(session: AsyncSession, content: opening.ContentKey, kept: files.KeptFile) -> str:
    try:
        whole = (await files.open_file(session, content, kept.id)).content
    except (Unsealable, NotFound):
        return UNREADABLE
    return pattern(kept.about.kind, whole)
