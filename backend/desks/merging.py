"""Merging tips about the same matter at one desk: one becomes the head, the others point at it.

Nothing is mixed: each tip keeps its content, its reporter and that reporter's mailbox, and each reporter is
answered in their own. Another desk that has the same tips merges them or not as it likes.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Uuid, and_, bindparam, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from backend.desks.case import Case, record, take_up
from backend.kit.database import among
from backend.kit.errors import Conflict
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips.models import Tip, TipDesk, TipMessage

MOST: Final = 100
"""Tips of one group."""


class CannotMerge(Conflict):
    """The tips do not stand on the same desks, one is closed or unopened, or one is merged already."""

    code = "cannot_merge"
    title = "These tips cannot be merged"


@dataclass(frozen=True)
class Group:
    """The tips of one group at a desk, seen from one of them. ``others``: without that one."""

    head_id: uuid.UUID | None
    others: tuple[uuid.UUID, ...]


_MEMBERS: Final = (
    select(TipDesk.tip_id)
    .where(TipDesk.desk_id == bindparam("desk_id"), TipDesk.head_id == bindparam("head_id"))
    .order_by(TipDesk.tip_id)
)


async def group_of(session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID) -> Group:
    """The group that a tip belongs to at a desk; without a head if it belongs to none."""
    placed = await session.get(TipDesk, (tip_id, desk_id))
    if placed is None:
        return Group(None, ())
    head_id = placed.head_id or tip_id
    members = await session.scalars(_MEMBERS, {"desk_id": desk_id, "head_id": head_id})
    others = tuple(one for one in (head_id, *members) if one != tip_id)
    return Group(head_id if others else None, others)


_led = aliased(TipDesk)
_PLACED: Final = select(
    TipDesk.tip_id,
    TipDesk.desk_id,
    (TipDesk.desk_id == bindparam("here", type_=Uuid())).label("here"),
    and_(
        TipDesk.reach == "direct",
        TipDesk.status != "closed",
        TipDesk.opened_at.is_not(None),
        TipDesk.flood_id.is_(None),
        TipDesk.head_id.is_(None),
    ).label("free"),
    exists().where(_led.desk_id == TipDesk.desk_id, _led.head_id == TipDesk.tip_id).label("leads"),
).where(TipDesk.tip_id == among("tip_ids"))


async def may_merge(
    session: AsyncSession, head_id: uuid.UUID, desk_id: uuid.UUID, tip_ids: Sequence[uuid.UUID]
) -> set[uuid.UUID]:
    """Those of the tips that may be merged into one of this desk: on the same desks, read, open, free."""
    if not tip_ids:
        return set()
    on: dict[uuid.UUID, set[uuid.UUID]] = {}
    free, leading = set(), set()
    for placed in await session.execute(_PLACED, {"here": desk_id, "tip_ids": [head_id, *tip_ids]}):
        on.setdefault(placed.tip_id, set()).add(placed.desk_id)
        if placed.here and placed.free:
            free.add(placed.tip_id)
        if placed.here and placed.leads:
            leading.add(placed.tip_id)
    if head_id not in free:
        return set()
    return {one for one in tip_ids if one in free - leading and on[one] == on[head_id]}


async def merge(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    head_id: uuid.UUID,
    desk_id: uuid.UUID,
    tip_ids: Collection[uuid.UUID],
) -> None:
    """Merge tips of this desk into one of them.

    Raises:
        as ``take_up``; CannotMerge: see there. Then none is merged.
    """
    others = set(tip_ids) - {head_id}
    if not others:
        raise CannotMerge
    cases: dict[uuid.UUID, Case] = {}
    for tip_id in sorted({head_id, *others}):  # in one order: two members who merge at once take turns
        cases[tip_id] = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    group = await group_of(session, head_id, desk_id)
    free = await may_merge(session, head_id, desk_id, list(others))
    if free != others or len(group.others) + len(others) >= MOST:
        raise CannotMerge
    for tip_id in sorted(others):
        cases[tip_id].placed.head_id = head_id
        await record(session, keys, holder, cases[tip_id], "tip.merged")
    await record(session, keys, holder, cases[head_id], "tip.merged_here")


async def unmerge(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, *, tip_id: uuid.UUID, desk_id: uuid.UUID
) -> None:
    """Let a merged tip stand by itself again.

    Raises:
        as ``take_up``; CannotMerge: it is not merged into any.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if case.placed.head_id is None:
        raise CannotMerge
    case.placed.head_id = None
    await record(session, keys, holder, case, "tip.unmerged")


@dataclass(frozen=True)
class Behind:
    """An open tip that an open head stands for."""

    tip_id: uuid.UUID
    desk_id: uuid.UUID
    head_id: uuid.UUID
    priority: str
    due_at: datetime
    received_at: datetime
    unread: bool
    """The reporter has written since: that brings it forth again."""


_head = aliased(TipDesk)
_BEHIND: Final = (
    select(
        TipDesk.tip_id,
        TipDesk.desk_id,
        _head.tip_id.label("head_id"),
        Tip.priority,
        TipDesk.due_at,
        Tip.received_at,
        exists()
        .where(
            TipMessage.tip_id == TipDesk.tip_id, TipMessage.sender == "reporter", TipMessage.read_at.is_(None)
        )
        .label("unread"),
    )
    .join(_head, and_(_head.tip_id == TipDesk.head_id, _head.desk_id == TipDesk.desk_id))
    .join(Tip, Tip.id == TipDesk.tip_id)
    .where(
        TipDesk.desk_id == among("desk_ids"),
        TipDesk.head_id.is_not(None),
        TipDesk.status != "closed",
        _head.status != "closed",
    )
)


async def behind_open_heads(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> list[Behind]:
    """The open tips of these desks that are merged into an open one."""
    found = await session.execute(_BEHIND, {"desk_ids": list(desk_ids)})
    return [Behind(**row) for row in found.mappings()]


@dataclass(frozen=True)
class Gravest:
    """Of the open tips behind one head at a desk: the gravest one's priority, the longest one's times."""

    head_id: uuid.UUID
    desk_id: uuid.UUID
    priority: str
    due_at: datetime
    received_at: datetime


def gravest(behind: Iterable[Behind]) -> list[Gravest]:
    """For each head at a desk, what those behind it add to its urgency."""
    groups: dict[tuple[uuid.UUID, uuid.UUID], list[Behind]] = {}
    for one in behind:
        groups.setdefault((one.head_id, one.desk_id), []).append(one)
    return [
        Gravest(
            *place,
            priority=min(one.priority for one in members),
            due_at=min(one.due_at for one in members),
            received_at=min(one.received_at for one in members),
        )
        for place, members in groups.items()
    ]
