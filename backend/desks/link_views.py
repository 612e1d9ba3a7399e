"""What the queue and a tip's page show of links, groups and floods."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import floods, group_work, links
from backend.desks.models import Desk
from backend.desks.queue import QueueRow
from backend.kit.identity import KeyHolder


async def of_queue(
    session: AsyncSession,
    rows: Sequence[QueueRow],
    desks: Sequence[Desk],
) -> dict[str, Any]:
    """For a page of the queue: a mark for each line, and the floods that wait at the desks.

    Args:
        desks: those where the member is active.
    """
    active = {desk.id: desk for desk in desks}
    return {
        "marks": await links.marks(session, list(active), rows),
        "floods": await floods.waiting(session, active),
        "flood_desks": active,
        "at_once": floods.AT_ONCE,
    }


async def of_tip(
    session: AsyncSession, holder: KeyHolder, tip_id: uuid.UUID, desk_id: uuid.UUID
) -> dict[str, Any]:
    """For a tip that the member has open at a desk."""
    return {
        "links": await links.of_tip(session, holder, tip_id=tip_id, desk_id=desk_id),
        "group_statuses": group_work.STATUSES,
    }
