"""A liaison's work on one tip: answer, note, assign, change its status or triage.

Every act is checked against the member's desk, needs that desk's key, and leaves an audit entry.
What a liaison writes is sealed; the audit entry holds codes only.
"""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_notes, handover, letters
from backend.desks import service as desks
from backend.desks.case import UnknownValue, record, take_up
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import repository
from backend.tips.attachments.types import Clean
from backend.tips.clock import local_day, start_of_day
from backend.tips.files import service as files
from backend.tips.models import Tip
from backend.tips.sealing import Letter
from backend.tips.triage import due_at
from backend.tips.triage.types import CATEGORIES, PRIORITIES

STATUSES = ("new", "in_review", "waiting", "forwarded", "closed")


async def answer(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    attached: Sequence[Clean] = (),
    /,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Write to the reporter, who reads it with the receipt, files included.

    Raises:
        as ``take_up``; Conflict: this desk has closed the tip.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    message_id = await letters.send(session, keys, holder, case, Letter(text=text))
    await files.keep_clean(session, case.content, attached, message_id)
    await record(session, keys, holder, case, "tip.answered")


async def note(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Leave a note that only this desk reads.

    Raises:
        as ``take_up``.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    await case_notes.add(session, case, holder.member_id, "note", text)
    await record(session, keys, holder, case, "tip.noted")


async def assign(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    assignee_id: uuid.UUID | None,
) -> None:
    """Give the tip to an active member of the desk, or (``None``) to nobody.

    Raises:
        as ``take_up``; desks.NotAMember: the assignee does not hold the desk's key.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if assignee_id is not None and assignee_id not in await desks.active_member_ids(session, desk_id):
        raise desks.NotAMember
    case.placed.assignee_id = assignee_id
    await record(session, keys, holder, case, "tip.assigned", assignee=str(assignee_id or ""))


async def set_status(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    status: str,
    reason: str,
) -> None:
    """Change this desk's status of the tip. When the last desk closes it, its times are cut to days.

    Raises:
        as ``take_up``; UnknownValue: no such status, or no reason. NeverForwarded,
        handover.NotAgreed: see there.
    """
    if status not in STATUSES[1:] or not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if status == "forwarded":
        await handover.check_forwarding(session, case)
        case.tip.handed_over = True
    before = case.placed.status
    case.placed.status = status
    case.placed.closed_on = _today() if status == "closed" else None
    await case_notes.add(session, case, holder.member_id, "status", reason)
    await record(session, keys, holder, case, "tip.status_changed", before=before, after=status)
    placements = await repository.placements(session, tip_id)
    if all(placed.status == "closed" for placed in placements if placed.reach == "direct"):
        await _blur_times(session, case.tip)
    else:
        case.tip.closed_on = None


async def retriage(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    category: str,
    priority: str,
    reason: str,
) -> None:
    """Correct category and priority. It never widens who may read the tip; unopened desks get new due times.

    Raises:
        as ``take_up``; UnknownValue: no such category or priority, or no reason.
    """
    if category not in CATEGORIES or priority not in PRIORITIES or not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    before = f"{case.tip.category}/{case.tip.priority}"
    case.tip.category, case.tip.priority = category, priority
    for placed in await repository.placements(session, tip_id):
        if placed.opened_at is None:
            placed.due_at = due_at(priority, case.tip.received_at)
    await case_notes.add(session, case, holder.member_id, "triage", reason)
    await record(session, keys, holder, case, "tip.retriaged", before=before, after=f"{category}/{priority}")


def _today() -> date:
    return local_day(datetime.now(UTC))


async def _blur_times(session: AsyncSession, tip: Tip) -> None:
    """A closed tip keeps days, not minutes: of what the reporter wrote and of the clocks it started."""
    tip.closed_on = _today()
    tip.received_at = start_of_day(tip.received_at)
    for placed in await repository.placements(session, tip.id):
        placed.due_at = start_of_day(placed.due_at)
        placed.opened_at = start_of_day(placed.opened_at) if placed.opened_at else None
    for message in await repository.messages(session, tip.id):
        message.written_at = start_of_day(message.written_at)
        message.read_at = start_of_day(message.read_at) if message.read_at else None
