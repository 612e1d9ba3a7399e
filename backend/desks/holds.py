"""Holding a tip back from its destruction, and how long it will be kept.

A hold is a desk's own, ends on a day, can be renewed, and needs a reason. That is sealed among the desk's
notes; the log says by whom the hold was set, and until when.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, get_args

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_notes
from backend.desks.case import UnknownValue, record, take_up
from backend.kit.database import among
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import retention
from backend.tips.clock import local_day
from backend.tips.models import Notification, Tip
from backend.tips.retention_models import TipHold

_AT_ONCE: Final = 20
"""Warnings that a queue shows; the others come when these were looked at."""


@dataclass(frozen=True)
class Held:
    """A hold as the members of one desk see it; who set it is told of their own only."""

    until: date
    kind: str
    own: bool
    member_id: uuid.UUID | None


@dataclass(frozen=True)
class Keeping:
    """How long a tip will be kept."""

    destroyed_on: date | None
    near: bool
    years_open: int
    holds: list[Held]
    latest: date
    """The last day that a hold set today may name."""

    @property
    def own(self) -> Held | None:
        """This desk's hold, if it has one."""
        return next((held for held in self.holds if held.own), None)


@dataclass(frozen=True)
class Warned:
    """A tip that a member was warned of and has not opened since."""

    tip_id: uuid.UUID
    desk_id: uuid.UUID
    category: str
    destroyed_on: date | None
    """Absent for a tip that is open for over a year."""


def today() -> date:
    """The day in Viet Nam."""
    return local_day(datetime.now(UTC))


_LIVING: Final = (
    select(TipHold.desk_id, TipHold.member_id, TipHold.until)
    .where(TipHold.tip_id == bindparam("tip_id"), TipHold.until >= bindparam("today"))
    .order_by(TipHold.until.desc())
)


async def keeping(
    session: AsyncSession, tip: Tip, desk_id: uuid.UUID, kinds: Mapping[uuid.UUID, str]
) -> Keeping:
    """How long a tip is kept, as a member of a desk that may read it sees it.

    Args:
        kinds: the kind of each desk that holds the tip.
    """
    holds = [
        Held(
            until=hold.until,
            kind=kinds.get(hold.desk_id, ""),
            own=hold.desk_id == desk_id,
            member_id=hold.member_id if hold.desk_id == desk_id else None,
        )
        for hold in await session.execute(_LIVING, {"tip_id": tip.id, "today": today()})
    ]
    day = retention.destruction_day(tip.closed_on, max((held.until for held in holds), default=None))
    return Keeping(
        destroyed_on=day,
        near=retention.is_near(day, today()),
        years_open=retention.years_open(tip, today()),
        holds=holds,
        latest=today() + retention.LONGEST_HOLD,
    )


_WARNINGS: Final = (
    select(
        Tip.id,
        Notification.desk_id,
        Tip.category,
        Tip.closed_on,
        select(func.max(TipHold.until)).where(TipHold.tip_id == Tip.id).scalar_subquery(),
    )
    .join(Notification, Notification.tip_id == Tip.id)
    .where(
        Notification.member_id == bindparam("member_id"),
        Notification.event.in_(get_args(retention.Event)),
        Notification.desk_id == among("desk_ids"),
    )
    .order_by(Tip.closed_on.nulls_last(), Tip.id)
    .limit(_AT_ONCE)
)


async def warnings(
    session: AsyncSession, member_id: uuid.UUID, desk_ids: Sequence[uuid.UUID]
) -> list[Warned]:
    """What a member was warned of at the desks where they are active, the next destruction first."""
    found = await session.execute(_WARNINGS, {"member_id": member_id, "desk_ids": list(desk_ids)})
    return [
        Warned(tip_id, desk_id, category, retention.destruction_day(closed_on, held))
        for tip_id, desk_id, category, closed_on, held in found
    ]


async def hold(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    until: date,
    reason: str,
) -> None:
    """Keep a tip through a day, at most a year from now; a second time: through another day.

    Raises:
        as ``take_up``; UnknownValue: a day that is past or too far, or no reason.
    """
    if not today() < until <= today() + retention.LONGEST_HOLD or not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    values = {"member_id": holder.member_id, "until": until}
    statement = insert(TipHold).values(tip_id=tip_id, desk_id=desk_id, **values)
    await session.execute(
        statement.on_conflict_do_update(index_elements=[TipHold.tip_id, TipHold.desk_id], set_=values)
    )
    await case_notes.add(session, case, holder.member_id, "hold", reason)
    await record(session, keys, holder, case, "tip.held", until=str(until))


async def lift(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    reason: str,
) -> None:
    """Give up this desk's hold; other desks' stay. Without one nothing happens.

    Raises:
        as ``take_up``; UnknownValue: no reason.
    """
    if not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    own = await session.get(TipHold, (tip_id, desk_id))
    if own is None:
        return
    await session.delete(own)
    await session.flush()
    await case_notes.add(session, case, holder.member_id, "hold", reason)
    await record(session, keys, holder, case, "tip.hold_lifted")
