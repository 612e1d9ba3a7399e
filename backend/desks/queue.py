"""The queue: the tips of a member's desks in order of urgency. Nothing is decrypted here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, case, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import floods, holds, merging
from backend.desks import service as desks
from backend.desks.models import Desk
from backend.kit.identity import KeyHolder
from backend.tips import retention
from backend.tips.clock import local_day
from backend.tips.models import Notification, Tip, TipDesk, TipMessage
from backend.tips.retention_models import TipHold

PAGE = 50

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
    """One tip on one desk, as the queue shows it. ``received_at``: to the minute, once closed to the day."""

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


# What ``QueueRow`` holds and no more: whole rows of thousands of tips would not be sorted in memory.
_SHOWN: Final = (
    Tip.id.label("tip_id"),
    Desk.id.label("desk_id"),
    Desk.kind.label("desk_kind"),
    Desk.province.label("desk_province"),
    Tip.category,
    Tip.priority,
    Tip.province,
    TipDesk.status,
    TipDesk.assignee_id,
    Tip.received_at,
    TipDesk.due_at,
    TipDesk.opened_at,
    exists()
    .where(TipMessage.tip_id == Tip.id, TipMessage.sender == "reporter", TipMessage.read_at.is_(None))
    .label("unread"),
    Tip.closed_on,
    select(func.max(TipHold.until)).where(TipHold.tip_id == Tip.id).scalar_subquery().label("held_until"),
)


@dataclass(frozen=True)
class Queue:
    rows: list[QueueRow]
    total: int
    page: int
    pages: int


def _conditions(
    desk_ids: Sequence[uuid.UUID], member_id: uuid.UUID, wanted: QueueFilter
) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [TipDesk.desk_id.in_(desk_ids), TipDesk.reach == "direct"]
    parts.append(TipDesk.status == "closed" if wanted.show == "closed" else TipDesk.status != "closed")
    parts.append(floods.stands_by_itself(wanted.flood))
    if wanted.show == "mine":
        parts.append(TipDesk.assignee_id == member_id)
    if wanted.desk_id is not None:
        parts.append(TipDesk.desk_id == wanted.desk_id)
    if wanted.priority is not None:
        parts.append(Tip.priority == wanted.priority)
    if wanted.category is not None:
        parts.append(Tip.category == wanted.category)
    return and_(*parts)


async def queue(session: AsyncSession, holder: KeyHolder, wanted: QueueFilter) -> Queue:
    """A page of the member's queue: P1 first; within a priority unopened ones by due time, then the rest."""
    desk_ids = await desks.active_desk_ids(session, holder.member_id)
    where = _conditions(desk_ids, holder.member_id, wanted)
    if wanted.show != "closed" and (hidden := await merging.behind_their_heads(session, desk_ids)):
        where = and_(where, tuple_(TipDesk.tip_id, TipDesk.desk_id).not_in(hidden))
    counted = select(func.count()).select_from(TipDesk).where(where)
    if wanted.priority is not None or wanted.category is not None:
        counted = counted.join(Tip, Tip.id == TipDesk.tip_id)
    total = await session.scalar(counted)
    urgency = (Tip.priority, case((TipDesk.opened_at.is_(None), 0), else_=1), TipDesk.due_at, Tip.id)
    newest = (Tip.received_at.desc(), Tip.id)
    pages = max(1, -(-(total or 0) // PAGE))
    page = min(max(1, wanted.page), pages)
    order = newest if wanted.show == "closed" else urgency
    # The page is picked first: what only its lines show is not looked up for all the others.
    picked = (
        select(TipDesk.tip_id, TipDesk.desk_id)
        .join(Tip, Tip.id == TipDesk.tip_id)
        .where(where)
        .order_by(*order)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .subquery()
    )
    query = (
        select(*_SHOWN)
        .select_from(picked)
        .join(Tip, Tip.id == picked.c.tip_id)
        .join(TipDesk, and_(TipDesk.tip_id == picked.c.tip_id, TipDesk.desk_id == picked.c.desk_id))
        .join(Desk, Desk.id == TipDesk.desk_id)
        .order_by(*order)
    )
    rows = [QueueRow(**found) for found in (await session.execute(query)).mappings()]
    return Queue(rows=rows, total=total or 0, page=page, pages=pages)


async def unread_notifications(session: AsyncSession, member_id: uuid.UUID) -> int:
    """How many tips wait for this member to look at them."""
    query = select(func.count(func.distinct(Notification.tip_id))).where(Notification.member_id == member_id)
    return await session.scalar(query) or 0
