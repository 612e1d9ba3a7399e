"""One act for a whole group of merged tips: each is answered or changed by itself, each act is logged."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework, merging
from backend.desks.case import UnknownValue
from backend.desks.tip_lines import tip_lines
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys

STATUSES = tuple(code for code in casework.STATUSES if code not in ("new", "forwarded"))
"""What a whole group may be set to. A tip is forwarded by itself: each reporter decides for themselves."""


async def answer(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    head_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> int:
    """Write the same to every reporter of the group whose tip is open. Returns to how many.

    Raises:
        as ``casework.answer``.
    """
    open_ones = await _open_ones(session, head_id, desk_id)
    for tip_id in open_ones:
        await casework.answer(session, keys, holder, tip_id=tip_id, desk_id=desk_id, text=text)
    return len(open_ones)


async def set_status(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    head_id: uuid.UUID,
    desk_id: uuid.UUID,
    status: str,
    reason: str,
) -> int:
    """Give every open tip of the group a status. Returns how many there were.

    Raises:
        as ``casework.set_status``; UnknownValue also for a status that no group is given.
    """
    if status not in STATUSES:
        raise UnknownValue
    open_ones = await _open_ones(session, head_id, desk_id)
    for tip_id in open_ones:
        await casework.set_status(
            session, keys, holder, tip_id=tip_id, desk_id=desk_id, status=status, reason=reason
        )
    return len(open_ones)


async def _open_ones(session: AsyncSession, head_id: uuid.UUID, desk_id: uuid.UUID) -> list[uuid.UUID]:
    group = await merging.group_of(session, head_id, desk_id)
    lines = await tip_lines(session, {head_id, *group.others}, [desk_id])
    return sorted(one for one, line in lines.items() if line.status != "closed")
