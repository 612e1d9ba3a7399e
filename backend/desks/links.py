"""Tips about the same offender, as a member of a desk may see them: only tips that their desks may open.

A tip that the member may not open is no step on the way to another either. Which kind of thing two tips share
is shown, never the thing itself: whoever opens a tip reads it there.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import merging
from backend.desks import service as desks
from backend.desks.queue import QueueRow
from backend.desks.tip_lines import TipLine, tip_lines
from backend.kit.identity import KeyHolder
from backend.tips.linking import repository

MOST: Final = 40
"""Linked tips that a page shows."""
_MOST_STEPS: Final = 4
_MOST_OF_ONE: Final = 60
_COUNTED: Final = 100


@dataclass(frozen=True)
class Link:
    """A tip that has to do with the one at hand."""

    line: TipLine
    kinds: tuple[str, ...]
    """What it shares: with the tip at hand, or (``near`` false) with another one that is linked."""
    near: bool
    may_merge: bool


@dataclass(frozen=True)
class Links:
    """The links of a tip. ``head``: what this desk merged it into; ``merged``: what was merged into it."""

    near: tuple[Link, ...]
    far: tuple[Link, ...]
    more: bool
    """There are more than are shown."""
    head: TipLine | None
    merged: tuple[TipLine, ...]


@dataclass(frozen=True)
class Mark:
    """What a line of the queue says of a tip's links: ``linked`` others, ``merged`` into it."""

    linked: int = 0
    merged: int = 0


async def of_tip(session: AsyncSession, holder: KeyHolder, *, tip_id: uuid.UUID, desk_id: uuid.UUID) -> Links:
    """The links of a tip that the member has open at a desk."""
    desk_ids = await desks.active_desk_ids(session, holder.member_id)
    reached = await _reached(session, tip_id, desk_ids)
    group = await merging.group_of(session, tip_id, desk_id)
    in_group = await tip_lines(session, group.others, [desk_id])
    lines = await tip_lines(session, reached, desk_ids, at=desk_id)
    free = await merging.may_merge(session, tip_id, desk_id, list(lines))
    links = [
        Link(line, tuple(sorted(reached[one].kinds)), reached[one].near, one in free)
        for one, line in lines.items()
        if one not in in_group
    ]
    links.sort(key=_order)
    shown = links[:MOST]
    return Links(
        near=tuple(link for link in shown if link.near),
        far=tuple(link for link in shown if not link.near),
        more=len(links) > MOST,
        head=in_group.get(group.head_id) if group.head_id else None,
        merged=tuple(line for line in in_group.values() if line.head_id == tip_id),
    )


@dataclass(frozen=True)
class _Reached:
    kinds: set[str]
    near: bool


async def _reached(
    session: AsyncSession, tip_id: uuid.UUID, desk_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, _Reached]:
    """Every tip that a tip is linked to, directly (``near``) or over others, and by what."""
    reached: dict[uuid.UUID, _Reached] = {}
    frontier = [tip_id]
    for step in range(_MOST_STEPS):
        fresh: dict[uuid.UUID, _Reached] = {}
        known = [tip_id, *reached]
        for one in await repository.shared_with(session, frontier, desk_ids, _MOST_OF_ONE, known):
            fresh.setdefault(one.other_id, _Reached(set(), near=step == 0)).kinds.add(one.kind)
        reached |= fresh
        frontier = list(fresh)
        if not frontier or len(reached) > MOST:
            break
    return reached


def _order(link: Link) -> tuple[bool, bool, str, float]:
    """Direct links first, open tips before closed ones, then by urgency, the newest first."""
    line = link.line
    return (not link.near, line.status == "closed", line.priority, -line.received_at.timestamp())


async def marks(
    session: AsyncSession, desk_ids: Sequence[uuid.UUID], rows: Sequence[QueueRow]
) -> dict[tuple[uuid.UUID, uuid.UUID], Mark]:
    """What to say of the links of each line of a member's queue, by tip and desk."""
    if not rows:
        return {}
    tip_ids = [row.tip_id for row in rows]
    linked = await repository.count_shared(session, tip_ids, desk_ids, _COUNTED)
    return {(row.tip_id, row.desk_id): Mark(linked.get(row.tip_id, 0), row.merged) for row in rows}
