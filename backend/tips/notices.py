"""Telling a reporter that there is news, if they asked for it. Whom to tell is sealed by ``bot``.

A notice is handed out until its delivery is confirmed: a process killed in between sends it again rather than
losing it. Nobody learns from one which tip it is about.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import keyed_hash
from backend.kit.site_keys import SiteKeys
from backend.tips import repository
from backend.tips.clock import start_of_day
from backend.tips.models import Tip
from backend.tips.triage import due_at
from backend.tips.two_way_models import Notice

LEASE: Final = timedelta(minutes=3)
"""How long a process of ``bot`` may be at a notice before another one gets it."""
AT_ONCE: Final = 50


def lookup_of(keys: SiteKeys, tip_id: uuid.UUID) -> bytes:
    """Where the notice of a tip stands: what ``bot`` binds the sealed address to."""
    _, key = keys.current("mac")
    return keyed_hash(key, b"notice", tip_id.bytes)


def _lookups(keys: SiteKeys, tip_id: uuid.UUID) -> list[bytes]:
    return [keyed_hash(keys.get("mac", version), b"notice", tip_id.bytes) for version in keys.versions("mac")]


async def put(session: AsyncSession, keys: SiteKeys, tip: Tip, *, sealed: bytes, owner: bytes) -> None:
    """Keep whom to tell, in place of whoever stood there, to the end of the day after the time to answer.

    That time counts from now, and the end is a midnight: exact times would tell which tip it is.
    """
    now = datetime.now(UTC)
    values = {
        "lookup": lookup_of(keys, tip.id),
        "owner": owner,
        "sealed": sealed,
        "due": await repository.has_unread(session, tip.id, "desk"),
        "taken_until": None,
        "expires_at": start_of_day(due_at(tip.priority, now) + timedelta(days=2)),
    }
    await drop(session, keys, tip.id)
    await session.execute(
        insert(Notice).values(**values).on_conflict_do_update(index_elements=[Notice.lookup], set_=values)
    )


async def is_on(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID) -> bool:
    """Whether somebody is to be told of an answer."""
    found = select(Notice.lookup).where(
        Notice.lookup.in_(_lookups(keys, tip_id)), Notice.expires_at > datetime.now(UTC)
    )
    return await session.scalar(found) is not None


async def drop(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID) -> None:
    """Forget whom to tell about a tip."""
    await session.execute(delete(Notice).where(Notice.lookup.in_(_lookups(keys, tip_id))))


async def forget(session: AsyncSession, owners: Sequence[bytes]) -> None:
    """Forget every wish of one person."""
    await session.execute(delete(Notice).where(Notice.owner.in_(owners)))


async def there_is_news(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID) -> None:
    """A desk has written: whoever waits is to be told, once the caller's transaction is committed."""
    await session.execute(update(Notice).where(Notice.lookup.in_(_lookups(keys, tip_id))).values(due=True))


async def take(session: AsyncSession, now: datetime) -> list[Notice]:
    """The notices to send now. Each is this caller's alone until ``LEASE`` is over."""
    free = (
        select(Notice.lookup)
        .where(
            Notice.due,
            Notice.expires_at > now,
            or_(Notice.taken_until.is_(None), Notice.taken_until < now),
        )
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    taken = update(Notice).where(Notice.lookup.in_(free)).values(taken_until=now + LEASE).returning(Notice)
    return list(await session.scalars(taken))


async def done(session: AsyncSession, lookups: Sequence[bytes]) -> None:
    """These were sent, or can never be: forget whom to tell. One that was asked for anew meanwhile stays."""
    await session.execute(
        delete(Notice).where(Notice.lookup.in_(lookups), Notice.due, Notice.taken_until.is_not(None))
    )


async def delete_expired(session: AsyncSession, now: datetime) -> None:
    """Forget the wishes whose time is over."""
    await session.execute(delete(Notice).where(Notice.expires_at <= now))
