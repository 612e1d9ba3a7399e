"""How long a tip is kept, and how it is destroyed.

Days are Viet Nam's. A closed tip lives ``KEPT_AFTER_CLOSING`` or, if that is later, through the last day of a
desk's hold; an open one lives, and its desks are reminded of it each year.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import column, delete, func, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.site_keys import SiteKeys
from backend.tips import destructions
from backend.tips.clock import local_day
from backend.tips.models import NoteKey, Tip, TipSeal

KEPT_AFTER_CLOSING: Final = timedelta(days=90)
"""As the receipt's text promises (data/phrases/intake.yml)."""
WARNED_BEFORE: Final = timedelta(days=30)
LONGEST_HOLD: Final = timedelta(days=365)

Why = Literal["retention", "withdrawn", "restored"]

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
