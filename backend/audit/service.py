"""Writing the audit log, and checking it.

What a person wrote never enters the log: a detail holds ids, codes and counts only.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Text, any_, bindparam, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import trimming
from backend.audit.chain import START, Link, digest_of, first_broken
from backend.audit.models import AuditEntry
from backend.kit.crypto import keyed_hash
from backend.kit.site_keys import SiteKeys

Detail = dict[str, str | int | bool | list[str] | None]

_WRITERS_LOCK = 0x414E_5441_4D01
"""PostgreSQL advisory lock: one writer at a time, or two entries would follow the same one."""
_TAKE_TURN: Final = select(func.pg_advisory_xact_lock(_WRITERS_LOCK))
_LAST: Final = select(AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
_APPEND: Final = insert(AuditEntry.__table__).inline()  # type: ignore[arg-type]  # the table itself: no object to keep
_ABOUT: Final = (
    select(
        AuditEntry.at,
        AuditEntry.actor_id,
        AuditEntry.action,
        AuditEntry.subject,
        AuditEntry.detail,
        AuditEntry.key_version,
    )
    .where(AuditEntry.subject == any_(bindparam("subjects", type_=ARRAY(Text))))
    .order_by(AuditEntry.number.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True)
class Entry:
    """One entry of the log, to be shown."""

    at: datetime
    actor_id: uuid.UUID | None
    action: str
    subject: str
    detail: dict[str, Any]
    key_version: int
    """Of the site key that its digest is made with."""


def tip_subject(keys: SiteKeys, tip_id: uuid.UUID) -> str:
    """How the log names a tip: a keyed hash, so that the log alone says nothing about which tip."""
    _, key = keys.current("audit")
    return _tip_subject(key, tip_id)


def _tip_subject(key: bytes, tip_id: uuid.UUID) -> str:
    return "tip:" + keyed_hash(key, b"tip", tip_id.bytes).hex()[:32]


def tip_subjects(keys: SiteKeys, tip_id: uuid.UUID) -> list[str]:
    """Every name that the log may have a tip under: one for each version of the key."""
    return [_tip_subject(key, tip_id) for key in keys.all("audit")]


async def record(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    action: str,
    subject: str,
    detail: Detail | None = None,
) -> None:
    """Append one entry in the caller's transaction: the act and its entry are committed together.

    Args:
        actor_id: the member who acts, ``None`` for a job.
        action: ``<thing>.<past tense>``, such as ``tip.opened``.
        subject: see ``AuditEntry.subject``; for a tip from ``tip_subject``.
        detail: ids, codes and counts.
    """
    await session.execute(_TAKE_TURN)
    previous = await session.scalar(_LAST)
    version, key = keys.current("audit")
    link = Link(datetime.now(UTC), actor_id, action, subject, dict(detail or {}), previous or START, version)
    entry = {**vars(link), "digest": digest_of(link, key)}
    await session.execute(_APPEND, entry)


async def entries_about(session: AsyncSession, *subjects: str, limit: int = 200) -> list[Entry]:
    """The newest ``limit`` entries about one thing, by each name that it has, newest first."""
    found = await session.execute(_ABOUT, {"subjects": list(subjects), "most": limit})
    return [Entry(**row) for row in found.mappings()]


async def last_of(session: AsyncSession, subjects: Collection[str], action: str) -> dict[str, datetime]:
    """When an act was logged last about each of these things, where it was."""
    query = select(AuditEntry.subject, func.max(AuditEntry.at)).group_by(AuditEntry.subject)
    found = await session.execute(query.where(AuditEntry.subject.in_(subjects), AuditEntry.action == action))
    return {subject: at for subject, at in found}


async def is_known(
    session: AsyncSession, subjects: Collection[str], action: str, detail: Detail, since: datetime
) -> bool:
    """Whether such an entry about one thing, with at least this detail, was made since a time."""
    query = select(AuditEntry.number).where(
        AuditEntry.subject.in_(subjects),
        AuditEntry.action == action,
        AuditEntry.detail.contains(detail),
        AuditEntry.at > since,
    )
    return await session.scalar(query.limit(1)) is not None


async def count_subjects(session: AsyncSession, action: str, since: datetime) -> int:
    """Of how many things an act was logged since a time."""
    query = select(func.count(func.distinct(AuditEntry.subject)))
    return await session.scalar(query.where(AuditEntry.action == action, AuditEntry.at > since)) or 0


async def verify(session: AsyncSession, keys: SiteKeys) -> tuple[int, int | None]:
    """How many entries stand in the log, and the number of the first broken one (``None``: all hold)."""
    await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    rows = list(await session.scalars(select(AuditEntry).order_by(AuditEntry.number)))
    chain = (
        (
            row.number,
            Link(row.at, row.actor_id, row.action, row.subject, row.detail, row.previous, row.key_version),
            row.digest,
        )
        for row in rows
    )
    known, (current, _) = set(keys.versions("audit")), keys.current("audit")

    def key_of(version: int) -> bytes | None:
        return keys.get("audit", version) if version in known else None

    return len(rows), first_broken(chain, key_of, current, trimming.start_of(rows))


async def trim(session: AsyncSession, keys: SiteKeys, now: datetime) -> int:
    """Let the entries go that are older than ``trimming.KEPT``; the chain of the rest still holds.

    Returns:
        How many went.
    """
    last = await trimming.last_to_go(session, now)
    if last is None:
        return 0
    counted = select(func.count()).select_from(AuditEntry).where(AuditEntry.number <= last.number)
    count = await session.scalar(counted) or 0
    detail: Detail = {"entries": count, "last": last.digest.hex()}
    await record(session, keys, actor_id=None, action=trimming.TRIMMED, subject="audit", detail=detail)
    await trimming.drop_through(session, last.number)
    return count
