"""The queue: the tips of a member's desks in order of urgency. Nothing is decrypted here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import holds, merging, queue_query
from backend.desks import service as desks
from backend.desks.merging import Behind
from backend.desks.queue_query import UNREAD, Shape, page_of
from backend.kit.identity import KeyHolder
from backend.tips import retention
from backend.tips.clock import local_day

PAGE: Final = queue_query.PAGE
"""Lines of a page."""

Show = Literal["open", "mine", "closed"]


@dataclass(frozen=True)
class QueueFilter:
    """What of the queue to show; ``None`` means all."""

    show: Show = "open"
    desk_id: uuid.UUID | None = None
    priority: str | None = None
    category: str | None = None
    flood: uuid.UUID | None = None
    """Its tips, which the queue shows as one line otherwise."""
    page: int = 1


@dataclass(frozen=True)
class QueueRow:
    """One tip on one desk, as the queue shows it. ``received_at``: to the minute, once closed to the day.

    Where others are merged into it, ``priority``, ``received_at`` and ``due_at`` are those of the gravest and
    of the one that waits longest.
    """

    tip_id: uuid.UUID
    desk_id: uuid.UUID
    desk_kind: str
    desk_province: str | None
    category: str
    priority: str
    province: str | None
    status: str
    assignee_id: uuid.UUID | None
    received_at: datetime
    due_at: datetime
    opened_at: datetime | None
    unread: bool
    """The reporter wrote something that no desk has opened yet."""
    merged: int
    """How many tips this desk has merged into it."""
    closed_on: date | None
    held_until: date | None

    @property
    def destroyed_on(self) -> date | None:
        """The day of its destruction, once that is near."""
        day = retention.destruction_day(self.closed_on, self.held_until)
        return day if retention.is_near(day, holds.today()) else None

    @property
    def open_for_long(self) -> bool:
        """Whether it came more than a year ago and is not closed."""
        return self.closed_on is None and (
            holds.today() - local_day(self.received_at) >= retention.OPEN_FOR_LONG
        )


_OF_A_ROW: Final = tuple(one.name for one in fields(QueueRow))


@dataclass(frozen=True)
class Queue:
    rows: list[QueueRow]
    total: int
    page: int
    pages: int


async def queue(
    session: AsyncSession,
    holder: KeyHolder,
    wanted: QueueFilter,
    desk_ids: Sequence[uuid.UUID] | None = None,
) -> Queue:
    """A page of the member's queue: P1 first; within a priority unopened ones by due time, then the rest.

    Args:
        desk_ids: ``desks.active_desk_ids`` of the member, where the caller has just asked.
    """
    if desk_ids is None:
        desk_ids = await desks.active_desk_ids(session, holder.member_id)
    closed = wanted.show == "closed"
    behind = [] if closed else await merging.behind_open_heads(session, desk_ids)
    shape = Shape(
        closed=closed,
        mine=wanted.show == "mine",
        flood=wanted.flood is not None,
        desk=wanted.desk_id is not None,
        priority=wanted.priority is not None,
        category=wanted.category is not None,
        groups=bool(behind),
    )
    values = {
        "desk_ids": list(desk_ids),
        "page": max(1, wanted.page),
        "member_id": holder.member_id,
        "flood_id": wanted.flood,
        "desk_id": wanted.desk_id,
        "priority": wanted.priority,
        "category": wanted.category,
        **(_merged(behind) if behind else {}),
    }
    found = (await session.execute(page_of(shape), values)).mappings().all()
    rows = [QueueRow(**{name: row[name] for name in _OF_A_ROW}) for row in found]
    total = found[0]["total"] if found else 0
    pages = max(1, -(-total // PAGE))
    return Queue(rows=rows, total=total, page=min(max(1, wanted.page), pages), pages=pages)


def _merged(behind: Sequence[Behind]) -> dict[str, list[Any]]:
    """What is merged, column by column, for a statement with ``groups``."""
    hidden = [one for one in behind if not one.unread]
    heads = merging.gravest(behind)
    return {
        "hidden_tip_ids": [one.tip_id for one in hidden],
        "hidden_desk_ids": [one.desk_id for one in hidden],
        "head_ids": [one.head_id for one in heads],
        "head_desk_ids": [one.desk_id for one in heads],
        "head_prioritys": [one.priority for one in heads],
        "head_due_ats": [one.due_at for one in heads],
        "head_received_ats": [one.received_at for one in heads],
    }


async def unread_notifications(session: AsyncSession, member_id: uuid.UUID) -> int:
    """How many tips wait for this member to look at them."""
    return await session.scalar(UNREAD, {"member_id": member_id}) or 0
