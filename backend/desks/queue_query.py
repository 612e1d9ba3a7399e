"""The statement behind a page of the queue: which lines, in which order, and how many there are in all.

It is put together once for each way of narrowing the queue down; what is asked for comes as its parameters.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine

from backend.desks.floods import stands_by_itself
from backend.desks.models import Desk
from backend.kit.database import among
from backend.tips.models import Notification, Tip, TipDesk, TipMessage
from backend.tips.retention_models import TipHold

PAGE: Final = 50


@dataclass(frozen=True)
class Shape:
    """How a queue is narrowed down, without the values.

    Parameters of ``page_of``: ``desk_ids`` and ``page`` always; ``member_id`` with ``mine``; ``flood_id``,
    ``desk_id``, ``priority`` and ``category`` where they are wanted; those of ``_Groups`` with ``groups``.
    """

    closed: bool
    mine: bool
    flood: bool
    desk: bool
    priority: bool
    category: bool
    groups: bool
    """Whether other tips are merged into some of the lines."""


@dataclass(frozen=True)
class _Urgency:
    """How urgent a line is: by its tip alone, or by the gravest of the tips merged into it."""

    priority: ColumnElement[str]
    due_at: ColumnElement[Any]
    received_at: ColumnElement[Any]


class _Groups:
    """What is merged, as tables of one query. Arrays, since thousands of lines are held against them."""

    def __init__(self) -> None:
        self._hidden = _table(hidden_tip_id=Uuid(), hidden_desk_id=Uuid()).c
        at = DateTime(timezone=True)
        self._heads = _table(
            head_id=Uuid(), head_desk_id=Uuid(), head_priority=Text(), head_due_at=at, head_received_at=at
        )

    @property
    def urgency(self) -> _Urgency:
        """``least`` passes over the nothing that stands beside a tip without a group."""
        heads = self._heads.c
        return _Urgency(
            func.least(Tip.priority, heads.head_priority),
            func.least(TipDesk.due_at, heads.head_due_at),
            func.least(Tip.received_at, heads.head_received_at),
        )

    def joined(self, lines: Select[Any]) -> Select[Any]:
        """The lines beside the heads' groups, without those that a head stands for."""
        heads, hidden = self._heads, self._hidden
        on = and_(heads.c.head_id == TipDesk.tip_id, heads.c.head_desk_id == TipDesk.desk_id)
        behind = exists().where(
            hidden.hidden_tip_id == TipDesk.tip_id, hidden.hidden_desk_id == TipDesk.desk_id
        )
        return lines.outerjoin(heads, on).where(~behind)


def _table(**columns: TypeEngine[Any]) -> TableValuedAlias:
    """A table whose columns come as parameters, each an array of the column's name in the plural."""
    arrays = [bindparam(f"{name}s", type_=ARRAY(kind)) for name, kind in columns.items()]
    named = [column(name, kind) for name, kind in columns.items()]
    return func.unnest(*arrays).table_valued(*named).render_derived()


def _wanted(shape: Shape, urgency: _Urgency) -> list[ColumnElement[bool]]:
    parts = [TipDesk.desk_id == among("desk_ids"), TipDesk.reach == "direct"]
    parts.append(TipDesk.status == "closed" if shape.closed else TipDesk.status != "closed")
    parts.append(stands_by_itself(bindparam("flood_id", type_=Uuid()) if shape.flood else None))
    if shape.mine:
        parts.append(TipDesk.assignee_id == bindparam("member_id"))
    if shape.desk:
        parts.append(TipDesk.desk_id == bindparam("desk_id"))
    if shape.priority:
        parts.append(urgency.priority == bindparam("priority"))
    if shape.category:
        parts.append(Tip.category == bindparam("category"))
    return parts


@cache
def page_of(shape: Shape) -> Select[Any]:
    """A page of the queue as columns of ``QueueRow``, and ``total``; the last one where there are fewer.

    The lines are put in order first: what only a page shows is not looked up for all the others.
    """
    groups = _Groups() if shape.groups else None
    alone = _Urgency(Tip.priority.expression, TipDesk.due_at.expression, Tip.received_at.expression)
    urgency = groups.urgency if groups else alone
    every = select(
        TipDesk.tip_id,
        TipDesk.desk_id,
        urgency.priority.label("priority"),
        TipDesk.opened_at.is_not(None).label("is_opened"),
        urgency.due_at.label("due_at"),
        urgency.received_at.label("received_at"),
    ).join(Tip, Tip.id == TipDesk.tip_id)
    every = (groups.joined(every) if groups else every).where(*_wanted(shape, urgency))
    lines = every.cte("lines")
    size = select(func.count().label("total")).select_from(lines).cte("size")
    total = select(size.c.total).scalar_subquery()
    page = func.least(bindparam("page", type_=Integer()), func.greatest(1, (total + PAGE - 1) // PAGE))
    picked = select(lines).order_by(*_order(lines.c, shape)).limit(PAGE).offset((page - 1) * PAGE).subquery()
    return (
        select(*_SHOWN, picked.c.priority, picked.c.due_at, picked.c.received_at, total.label("total"))
        .select_from(picked)
        .join(Tip, Tip.id == picked.c.tip_id)
        .join(TipDesk, and_(TipDesk.tip_id == picked.c.tip_id, TipDesk.desk_id == picked.c.desk_id))
        .join(Desk, Desk.id == picked.c.desk_id)
        .order_by(*_order(picked.c, shape))
    )


def _order(lines: Any, shape: Shape) -> tuple[ColumnElement[Any], ...]:
    if shape.closed:
        return (lines.received_at.desc(), lines.tip_id)
    return (lines.priority, lines.is_opened, lines.due_at, lines.tip_id)


_behind = aliased(TipDesk)
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
    select(func.count())
    .where(_behind.head_id == Tip.id, _behind.desk_id == Desk.id)
    .scalar_subquery()
    .label("merged"),
    Tip.closed_on,
    select(func.max(TipHold.until)).where(TipHold.tip_id == Tip.id).scalar_subquery().label("held_until"),
)
_WAITING_TIPS: Final = (
    select(Notification.tip_id).where(Notification.member_id == bindparam("member_id")).group_by("tip_id")
)
UNREAD: Final = select(func.count()).select_from(_WAITING_TIPS.subquery())
"""How many tips wait for the member ``member_id`` to look at them."""
