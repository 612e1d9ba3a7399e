"""The queue: the tips of a member's desks in order of urgency. Nothing is decrypted here."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeVar

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    case,
    column,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from backend.desks import floods, holds, merging
from backend.desks import service as desks
from backend.desks.merging import Behind
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
    Tip.province,
    TipDesk.status,
    TipDesk.assignee_id,
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


@dataclass(frozen=True)
class _Urgency:
    """How urgent a line is: by its tip alone, or by the gravest of the tips merged into it."""

    priority: ColumnElement[str]
    due_at: ColumnElement[datetime]
    received_at: ColumnElement[datetime]

    @property
    def shown(self) -> tuple[ColumnElement[Any], ...]:
        return (
            self.priority.label("priority"),
            self.due_at.label("due_at"),
            self.received_at.label("received_at"),
        )


_ALONE: Final = _Urgency(Tip.priority.expression, TipDesk.due_at.expression, Tip.received_at.expression)
_Query = TypeVar("_Query", bound=Select[Any])


class _Groups:
    """What is merged, as tables of one query. Arrays, since thousands of lines are held against them."""

    def __init__(self, behind: Sequence[Behind]) -> None:
        hidden = [one for one in behind if not one.unread]
        self._hidden = _table(
            tip_id=([one.tip_id for one in hidden], Uuid()),
            desk_id=([one.desk_id for one in hidden], Uuid()),
        )
        heads = merging.gravest(behind)
        self._heads = _table(
            head_id=([one.head_id for one in heads], Uuid()),
            desk_id=([one.desk_id for one in heads], Uuid()),
            priority=([one.priority for one in heads], Text()),
            due_at=([one.due_at for one in heads], DateTime(timezone=True)),
            received_at=([one.received_at for one in heads], DateTime(timezone=True)),
        )

    @property
    def urgency(self) -> _Urgency:
        """``least`` passes over the nothing that stands beside a tip without a group."""
        heads = self._heads.c
        return _Urgency(
            func.least(Tip.priority, heads.priority),
            func.least(TipDesk.due_at, heads.due_at),
            func.least(Tip.received_at, heads.received_at),
        )

    @property
    def not_hidden(self) -> ColumnElement[bool]:
        hidden = self._hidden.c
        return ~exists().where(hidden.tip_id == TipDesk.tip_id, hidden.desk_id == TipDesk.desk_id)

    def joined(self, query: _Query) -> _Query:
        heads = self._heads
        on = and_(heads.c.head_id == TipDesk.tip_id, heads.c.desk_id == TipDesk.desk_id)
        return query.outerjoin(heads, on)


def _table(**columns: tuple[Sequence[object], TypeEngine[Any]]) -> TableValuedAlias:
    arrays = [literal(values, ARRAY(kind)) for values, kind in columns.values()]
    named = [column(name, kind) for name, (_, kind) in columns.items()]
    return func.unnest(*arrays).table_valued(*named).render_derived()


def _order(by: _Urgency, *, closed: bool) -> tuple[ColumnElement[Any], ...]:
    if closed:
        return (by.received_at.desc(), Tip.id.expression)
    unopened_first = case((TipDesk.opened_at.is_(None), 0), else_=1)
    return (by.priority, unopened_first, by.due_at, Tip.id.expression)


def _conditions(
    desk_ids: Sequence[uuid.UUID], member_id: uuid.UUID, wanted: QueueFilter, urgency: _Urgency
) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [TipDesk.desk_id.in_(desk_ids), TipDesk.reach == "direct"]
    parts.append(TipDesk.status == "closed" if wanted.show == "closed" else TipDesk.status != "closed")
    parts.append(floods.stands_by_itself(wanted.flood))
    if wanted.show == "mine":
        parts.append(TipDesk.assignee_id == member_id)
    if wanted.desk_id is not None:
        parts.append(TipDesk.desk_id == wanted.desk_id)
    if wanted.priority is not None:
        parts.append(urgency.priority == wanted.priority)
    if wanted.category is not None:
        parts.append(Tip.category == wanted.category)
    return and_(*parts)


async def queue(session: AsyncSession, holder: KeyHolder, wanted: QueueFilter) -> Queue:
    """A page of the member's queue: P1 first; within a priority unopened ones by due time, then the rest."""
    desk_ids = await desks.active_desk_ids(session, holder.member_id)
    behind = [] if wanted.show == "closed" else await merging.behind_open_heads(session, desk_ids)
    groups = _Groups(behind) if behind else None
    urgency = groups.urgency if groups else _ALONE
    where = _conditions(desk_ids, holder.member_id, wanted, urgency)
    if groups:
        where = and_(where, groups.not_hidden)
    counted = select(func.count()).select_from(TipDesk).where(where)
    if wanted.priority is not None or wanted.category is not None:
        counted = counted.join(Tip, Tip.id == TipDesk.tip_id)
        counted = groups.joined(counted) if groups else counted
    total = await session.scalar(counted)
    pages = max(1, -(-(total or 0) // PAGE))
    page = min(max(1, wanted.page), pages)
    closed = wanted.show == "closed"
    # The page is picked first: what only its lines show is not looked up for all the others.
    lines = select(TipDesk.tip_id, TipDesk.desk_id, *urgency.shown).join(Tip, Tip.id == TipDesk.tip_id)
    picked = (
        (groups.joined(lines) if groups else lines)
        .where(where)
        .order_by(*_order(urgency, closed=closed))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .subquery()
    )
    as_picked = _Urgency(picked.c.priority, picked.c.due_at, picked.c.received_at)
    query = (
        select(*_SHOWN, *as_picked.shown)
        .select_from(picked)
        .join(Tip, Tip.id == picked.c.tip_id)
        .join(TipDesk, and_(TipDesk.tip_id == picked.c.tip_id, TipDesk.desk_id == picked.c.desk_id))
        .join(Desk, Desk.id == TipDesk.desk_id)
        .order_by(*_order(as_picked, closed=closed))
    )
    rows = [QueueRow(**found) for found in (await session.execute(query)).mappings()]
    return Queue(rows=rows, total=total or 0, page=page, pages=pages)


async def unread_notifications(session: AsyncSession, member_id: uuid.UUID) -> int:
    """How many tips wait for this member to look at them."""
    query = select(func.count(func.distinct(Notification.tip_id))).where(Notification.member_id == member_id)
    return await session.scalar(query) or 0
