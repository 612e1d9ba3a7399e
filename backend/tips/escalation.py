"""What becomes of a desk's open tips when nobody is left there who could open them."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import service as desks
from backend.tips import repository
from backend.tips.jobs import defer_notify


async def leave_to_national(session: AsyncSession, desk_id: uuid.UUID) -> int:
    """Open the tips that a desk has not closed to the national desk of its kind, in its place.

    The desk itself waits from then on, so that closing, and the time after it, are the national desk's. A tip
    that no national desk was sealed to stays where it is.

    Returns:
        How many were handed up.
    """
    national = await desks.national_of(session, desk_id)
    if national is None or national.id == desk_id:
        return 0
    handed = 0
    for placed in await repository.unclosed_on_desk(session, desk_id):
        if await repository.is_on(session, placed.tip_id, national.id):
            if await repository.escalate(session, placed.tip_id, [national.id]):
                await defer_notify(session, placed.tip_id, national.id, "escalated")
            placed.reach = "escalation"
            handed += 1
    await session.flush()
    return handed


async def take_back(session: AsyncSession, desk_id: uuid.UUID) -> int:
    """A province's desk can open its tips again: those that it has not closed. Returns how many."""
    national = await desks.national_of(session, desk_id)
    if national is None or national.id == desk_id:
        return 0
    waiting = await repository.unclosed_on_desk(session, desk_id, reach="escalation")
    for placed in waiting:
        placed.reach = "direct"
    await session.flush()
    return len(waiting)
