"""Tips held back as a flood (``tips.linking.floods``): one line of the queue each, until a member decides."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework
from backend.desks.case import TipNotFound, UnknownValue, record, take_up
from backend.kit.database import among
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips.jobs import defer_notify
from backend.tips.models import Notification, Tip, TipDesk

AT_ONCE: Final = 100
"""Tips that one click decides on: each is opened, gets its sealed reason and its entry in the log."""


@dataclass(frozen=True)
class Flood:
    """Tips worded nearly alike that wait at one desk for somebody to look."""

    id: uuid.UUID
    desk_id: uuid.UUID
    count: int
    category: str
    """Of most of them."""
    since: datetime


def stands_by_itself(looked_at: ColumnElement[uuid.UUID] | None) -> ColumnElement[bool]:
    """What the queue shows line by line: tips (``TipDesk``) not held, or those of the flood looked at."""
    if looked_at is not None:
        return TipDesk.flood_id == looked_at
    return or_(TipDesk.flood_id.is_(None), TipDesk.status == "closed")


def _still_held() -> ColumnElement[bool]:
    """What waits at the desks of the parameter ``desk_ids``."""
    return (
        TipDesk.flood_id.is_not(None)
        & (TipDesk.desk_id == among("desk_ids"))
        & (TipDesk.reach == "direct")
        & (TipDesk.status != "closed")
    )


_WAITING: Final = (
    select(
        TipDesk.flood_id.label("id"),
        TipDesk.desk_id,
        Tip.category,
        func.count().label("count"),
        func.min(Tip.received_at).label("since"),
    )
    .join(Tip, Tip.id == TipDesk.tip_id)
    .where(_still_held())
    .group_by(TipDesk.flood_id, TipDesk.desk_id, Tip.category)
)


async def waiting(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> list[Flood]:
    """The floods that wait at these desks, the oldest first."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Flood]] = {}
    for row in (await session.execute(_WAITING, {"desk_ids": list(desk_ids)})).mappings():
        found.setdefault((row["id"], row["desk_id"]), []).append(Flood(**row))
    whole = [
        replace(
            max(parts, key=lambda part: (part.count, part.category)),
            count=sum(part.count for part in parts),
            since=min(part.since for part in parts),
        )
        for parts in found.values()
    ]
    return sorted(whole, key=lambda flood: (flood.since, flood.id))


async def release(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    flood_id: uuid.UUID,
    desk_id: uuid.UUID,
    reason: str,
) -> int:
    """Put the tips of a flood into this desk's queue, at most ``AT_ONCE`` a time. Returns how many.

    Raises:
        as ``take_up``; UnknownValue: no reason. TipNotFound: no such flood at this desk.
    """
    tip_ids = await _taken(session, flood_id, desk_id, reason)
    for tip_id in tip_ids:
        await casework.note(session, keys, holder, tip_id=tip_id, desk_id=desk_id, text=reason)
        case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
        case.placed.flood_id = None
        await record(session, keys, holder, case, "tip.released")
        await defer_notify(session, tip_id, desk_id, "received")
    return len(tip_ids)


async def close(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    flood_id: uuid.UUID,
    desk_id: uuid.UUID,
    reason: str,
) -> int:
    """Close the tips of a flood at this desk, at most ``AT_ONCE`` a time. Returns how many.

    Raises:
        as ``release``.
    """
    tip_ids = await _taken(session, flood_id, desk_id, reason)
    for tip_id in tip_ids:
        await casework.set_status(
            session, keys, holder, tip_id=tip_id, desk_id=desk_id, status="closed", reason=reason
        )
    await session.execute(
        delete(Notification).where(Notification.tip_id.in_(tip_ids), Notification.desk_id == desk_id)
    )
    return len(tip_ids)


async def _taken(
    session: AsyncSession, flood_id: uuid.UUID, desk_id: uuid.UUID, reason: str
) -> list[uuid.UUID]:
    """The next tips of a flood, held until the transaction ends: two who decide at once take turns."""
    if not reason.strip():
        raise UnknownValue
    query = select(TipDesk.tip_id).where(_still_held(), TipDesk.flood_id == flood_id)
    query = query.order_by(TipDesk.tip_id).limit(AT_ONCE).with_for_update()
    tip_ids = list(await session.scalars(query, {"desk_ids": [desk_id]}))
    if not tip_ids:
        raise TipNotFound
    return tip_ids
