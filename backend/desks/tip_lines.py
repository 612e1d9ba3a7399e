"""A tip as one line: what stands in clear beside it, for a member of a desk that may open it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks.models import Desk
from backend.kit.database import among
from backend.tips.models import Tip, TipDesk


@dataclass(frozen=True)
class TipLine:
    """``received_at``: to the minute, once closed to the day. ``head_id``: what this desk merged it into."""

    tip_id: uuid.UUID
    desk_id: uuid.UUID
    desk_kind: str
    desk_province: str | None
    category: str
    priority: str
    province: str | None
    status: str
    received_at: datetime
    opened_at: datetime | None
    head_id: uuid.UUID | None


_LINES: Final = (
    select(
        Tip.id.label("tip_id"),
        Desk.id.label("desk_id"),
        Desk.kind.label("desk_kind"),
        Desk.province.label("desk_province"),
        Tip.category,
        Tip.priority,
        Tip.province,
        TipDesk.status,
        Tip.received_at,
        TipDesk.opened_at,
        TipDesk.head_id,
    )
    .join(TipDesk, TipDesk.tip_id == Tip.id)
    .join(Desk, Desk.id == TipDesk.desk_id)
    .where(Tip.id == among("tip_ids"), TipDesk.desk_id == among("desk_ids"), TipDesk.reach == "direct")
    .order_by(
        Desk.id.is_not_distinct_from(bindparam("at", type_=Uuid())), Desk.province.is_not(None), Desk.id
    )
)


async def tip_lines(
    session: AsyncSession,
    tip_ids: Collection[uuid.UUID],
    desk_ids: Collection[uuid.UUID],
    *,
    at: uuid.UUID | None = None,
) -> dict[uuid.UUID, TipLine]:
    """The lines of those tips that one of the desks may open, on the desk ``at`` where it is one of them."""
    if not tip_ids:
        return {}
    asked = {"tip_ids": list(tip_ids), "desk_ids": list(desk_ids), "at": at}
    found = (TipLine(**row) for row in (await session.execute(_LINES, asked)).mappings())
    return {line.tip_id: line for line in found}  # the last one of a tip stays: at the desk asked for
