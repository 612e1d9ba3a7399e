"""A member leaves their desks: the seals go at once, and what a desk without members cannot do is handed up.

Whoever calls this has warned before (``alone_at``): without escrow nobody opens the desk's tips again.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import escrow, repository
from backend.desks.models import Desk
from backend.desks.service import is_seated
from backend.kit.site_keys import SiteKeys
from backend.tips import escalation


@dataclass(frozen=True)
class LastSeat:
    """A desk whose key one member alone holds."""

    desk: Desk
    in_escrow: bool
    """The desk could be brought back with the printed escrow key."""


async def alone_at(
    session: AsyncSession, keys: SiteKeys, member_id: uuid.UUID, *, lock: bool = False
) -> list[LastSeat]:
    """The desks that would be lost with this member.

    A seat that was added to the database by hand holds no key and counts for nothing.

    Args:
        lock: hold those desks until the transaction ends, so that nobody else leaves meanwhile.
    """
    found = []
    places = await repository.memberships(session, member_id)
    if lock:
        for desk_id in sorted(desk.id for desk, _ in places):
            await repository.desk(session, desk_id, lock=True)
        places = await repository.memberships(session, member_id)
    for desk, membership in places:
        if not is_seated(membership, keys):
            continue
        others = [one for one in await repository.members(session, desk.id) if one.member_id != member_id]
        if not any(is_seated(person, keys) for person in others):
            found.append(LastSeat(desk, await escrow.covers(session, keys, desk)))
    return found


async def remove_member(
    session: AsyncSession, keys: SiteKeys, *, member_id: uuid.UUID, actor_id: uuid.UUID | None
) -> list[Desk]:
    """Take a member off every desk at once: the seals are deleted and each desk's key is due for change.

    A province's desk that is left without members hands its open tips up to the national desk.

    Returns:
        The desks that have lost their last active member.
    """
    lost = {seat.desk.id for seat in await alone_at(session, keys, member_id, lock=True)}
    orphaned = []
    for desk, membership in await repository.memberships(session, member_id):
        was_active = membership.active
        await session.delete(membership)
        await session.flush()
        desk.rotation_due = desk.rotation_due or was_active
        await audit.record(
            session,
            keys,
            actor_id=actor_id,
            action="desk.member_removed",
            subject=f"desk:{desk.id}",
            detail={"member": str(member_id)},
        )
        if desk.id in lost:
            orphaned.append(desk)
            await _hand_up(session, keys, desk, actor_id)
    return orphaned


async def _hand_up(session: AsyncSession, keys: SiteKeys, desk: Desk, actor_id: uuid.UUID | None) -> None:
    handed = await escalation.leave_to_national(session, desk.id)
    await audit.record(
        session,
        keys,
        actor_id=actor_id,
        action="desk.lost_last_member",
        subject=f"desk:{desk.id}",
        detail={"tips_handed_up": handed},
    )
