"""How long a tip is kept, and how it is destroyed.

Days are Viet Nam's. A closed tip lives ``KEPT_AFTER_CLOSING`` or, if that is later, through the last day of a
desk's hold; an open one lives, and its desks are reminded of it each year.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from sqlalchemy import column, delete, func, select, table, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.site_keys import SiteKeys
from backend.tips import destructions
from backend.tips.clock import VIET_NAM, local_day
from backend.tips.models import NoteKey, Tip, TipSeal
from backend.tips.retention_models import TipHold, TipWarning

KEPT_AFTER_CLOSING: Final = timedelta(days=90)
"""As the receipt's text promises (data/phrases/intake.yml)."""
WARNED_BEFORE: Final = timedelta(days=30)
LONGEST_HOLD: Final = timedelta(days=365)
OPEN_FOR_LONG: Final = timedelta(days=365)

Why = Literal["retention", "withdrawn", "restored"]
Event = Literal["destruction_near", "open_for_long"]


@dataclass(frozen=True)
class Warned:
    """A tip whose desks are to be told of something."""

    tip_id: uuid.UUID
    event: Event


_HANGING_ON_A_TIP: Final = text(
    """
    SELECT child.relname, attribute.attname
    FROM pg_constraint AS link
    JOIN pg_class AS child ON child.oid = link.conrelid
    JOIN pg_attribute AS attribute ON attribute.attrelid = link.conrelid AND attribute.attnum = link.conkey[1]
    WHERE link.confrelid = 'tips'::regclass AND link.contype = 'f' AND link.confdeltype = 'c'
        AND link.conrelid <> link.confrelid
    ORDER BY child.relname
    """
)
"""Asked of the database: what it will delete with a tip, whichever domain put it there."""


def destruction_day(closed_on: date | None, held_until: date | None) -> date | None:
    """The day on which a tip is destroyed; ``None`` while it is open."""
    if closed_on is None:
        return None
    day = closed_on + KEPT_AFTER_CLOSING + timedelta(days=1)
    return day if held_until is None else max(day, held_until + timedelta(days=1))


def is_near(day: date | None, today: date) -> bool:
    """Whether a destruction is so near that the desks are warned of it."""
    return day is not None and day - today <= WARNED_BEFORE


def years_open(tip: Tip, today: date) -> int:
    """How many full years an open tip has been here; 0 for a closed one."""
    if tip.closed_on is not None:
        return 0
    return (today - local_day(tip.received_at)) // OPEN_FOR_LONG


async def held_until(session: AsyncSession, tip_id: uuid.UUID) -> date | None:
    """The last day of the longest hold on a tip. One desk's hold is enough for all."""
    return await session.scalar(select(func.max(TipHold.until)).where(TipHold.tip_id == tip_id))


async def destroy_due(session: AsyncSession, keys: SiteKeys, today: date) -> int:
    """Destroy every tip whose day has come.

    Returns:
        How many.
    """
    over = select(Tip).where(Tip.closed_on < today - KEPT_AFTER_CLOSING).with_for_update(skip_locked=True)
    destroyed = 0
    for tip in list(await session.scalars(over)):
        # Asked once the tip is ours alone: a hold is set by whoever has its row.
        day = destruction_day(tip.closed_on, await held_until(session, tip.id))
        if day is not None and day <= today:
            await destroy(session, keys, tip, "retention")
            destroyed += 1
    return destroyed


async def destroy_again(
    session: AsyncSession, keys: SiteKeys, gone: Iterable[destructions.Gone], today: date
) -> int:
    """Add what another list holds to ours, and destroy every tip that this names: an older copy of the
    database brought it back.

    Returns:
        How many tips.

    Raises:
        SiteKeyMissing: see ``destructions.come_back``.
    """
    unknown = destructions.within_time(gone, today) - set(await destructions.entries(session))
    if not unknown:
        return 0
    await destructions.add(session, unknown)
    back = await destructions.come_back(session, keys)
    for tip_id in back:
        await destroy(session, keys, await session.get_one(Tip, tip_id), "restored")
    return len(back)


async def warnings_due(session: AsyncSession, today: date) -> list[Warned]:
    """The tips of which desks must be warned now; each is returned once a day that the warning is about."""
    held = select(func.max(TipHold.until)).where(TipHold.tip_id == Tip.id).scalar_subquery()
    nearly = Tip.closed_on < today - KEPT_AFTER_CLOSING + WARNED_BEFORE
    due = []
    for tip, until in (await session.execute(select(Tip, held).where(nearly))).all():
        day = destruction_day(tip.closed_on, until)
        if day is None or not is_near(day, today):
            continue
        if await _first_time(session, tip, "destruction_near", day):
            due.append(Warned(tip.id, "destruction_near"))
    a_year_ago = datetime.combine(today - OPEN_FOR_LONG + timedelta(days=1), time(), VIET_NAM)
    old = select(Tip).where(Tip.closed_on.is_(None), Tip.received_at < a_year_ago)
    for tip in await session.scalars(old):
        anniversary = local_day(tip.received_at) + years_open(tip, today) * OPEN_FOR_LONG
        if await _first_time(session, tip, "open_for_long", anniversary):
            due.append(Warned(tip.id, "open_for_long"))
    return due


async def _first_time(session: AsyncSession, tip: Tip, event: Event, about: date) -> bool:
    """Note that a warning is given; whether it was not given before."""
    statement = insert(TipWarning).values(tip_id=tip.id, event=event, about=about)
    statement = statement.on_conflict_do_update(
        index_elements=[TipWarning.tip_id, TipWarning.event],
        set_={"about": about},
        where=TipWarning.about != about,
    )
    return await session.scalar(statement.returning(TipWarning.tip_id)) is not None


async def forget_old(session: AsyncSession, today: date) -> None:
    """Drop holds that are over, and what of the list of destructions no backup can hold any more."""
    await session.execute(delete(TipHold).where(TipHold.until < today))
    await destructions.forget(session, today)


async def destroy(session: AsyncSession, keys: SiteKeys, tip: Tip, why: Why) -> None:
    """Destroy a tip in the caller's transaction: its content key first, then everything that hangs on it.

    Two proofs remain: an audit entry ``tip.destroyed`` under the tip's keyed subject, with how many rows of
    each table went, and an entry of the list that a restored backup is held against.
    """
    tip_id = tip.id
    detail: audit.Detail = {
        "why": why,
        "category": tip.category,
        "priority": tip.priority,
        "closed_on": str(tip.closed_on) if tip.closed_on else None,
    }
    for name, key in (await session.execute(_HANGING_ON_A_TIP)).all():
        rows = select(func.count()).select_from(table(name)).where(column(key) == tip_id)
        detail[name] = await session.scalar(rows) or 0
    await session.execute(delete(TipSeal).where(TipSeal.tip_id == tip_id))
    await session.execute(delete(NoteKey).where(NoteKey.tip_id == tip_id))
    await session.execute(delete(Tip).where(Tip.id == tip_id))
    await destructions.note(session, keys, tip_id, local_day(datetime.now(UTC)))
    await audit.record(
        session,
        keys,
        actor_id=None,
        action="tip.destroyed",
        subject=audit.tip_subject(keys, tip_id),
        detail=detail,
    )
