"""Letting entries of the audit log go when they are two years old, so that the rest still proves itself.

Before they go, an entry ``audit.trimmed`` at the end names the digest of the last of them. It is part of
the chain, so nobody without the site key ``audit`` can move the log's beginning. The database refuses to
lose a younger entry (migration 0013).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.chain import START
from backend.audit.models import AuditEntry

KEPT: Final = timedelta(days=2 * 366)
"""Two years, and never a day less: the database counts calendar years."""
TRIMMED: Final = "audit.trimmed"


def start_of(entries: Sequence[AuditEntry]) -> bytes:
    """What must stand before the first of all entries (in order): the digest that the last trimming named."""
    trims = [entry for entry in entries if entry.action == TRIMMED]
    try:
        return bytes.fromhex(str(trims[-1].detail["last"])) if trims else START
    except (KeyError, ValueError):
        return START


async def last_to_go(session: AsyncSession, now: datetime) -> AuditEntry | None:
    """The last entry of the chain's beginning that is old enough; nothing that stands after a younger one."""
    younger = select(func.min(AuditEntry.number)).where(AuditEntry.at >= now - KEPT).scalar_subquery()
    query = select(AuditEntry).where(AuditEntry.number < younger).order_by(AuditEntry.number.desc()).limit(1)
    return await session.scalar(query)


async def drop_through(session: AsyncSession, number: int) -> None:
    """Delete the entries up to and including ``number``."""
    await session.execute(delete(AuditEntry).where(AuditEntry.number <= number))
