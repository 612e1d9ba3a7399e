"""A reporter takes the tip back: everything of it is destroyed at once, and only counts remain."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.crypto import Unsealable
from backend.kit.errors import Conflict, NotFound
from backend.kit.site_keys import SiteKeys
from backend.tips import notices, opening, repository, retention
from backend.tips.linking import service as linking
from backend.tips.models import Tip
from backend.tips.two_way_models import WithdrawnSubmission

_REMEMBERED: Final = timedelta(hours=48)
"""As long as the draft that the tip came from might be sent again (``jobs.RESEND_WINDOW``)."""


class HandedOver(Conflict):
    """The tip is in other hands already, where a withdrawal would not reach it."""

    code = "handed_over"
    title = "The tip was handed over and cannot be withdrawn any more"


async def withdraw(session: AsyncSession, keys: SiteKeys, tip: Tip, content: opening.ContentKey) -> None:
    """Destroy the tip with all that hangs on it. The audit entry names its kind, how urgent it was, and
    whether a desk held it: a hold puts off the house's own destruction and takes nothing from the reporter.

    Raises:
        HandedOver: see there.
        NotFound: the same page was sent twice at once, and the other one was faster.
    """
    await repository.lock(session, tip.id)
    if await session.get(Tip, tip.id, populate_existing=True) is None:
        raise NotFound
    if tip.handed_over or await _has_record(session, content):
        raise HandedOver
    if tip.submission_id is not None:
        until = datetime.now(UTC) + _REMEMBERED
        values = {"submission_id": tip.submission_id, "expires_at": until}
        await session.execute(insert(WithdrawnSubmission).values(**values).on_conflict_do_nothing())
    await notices.drop(session, keys, tip.id)
    await linking.pass_on(session, keys, tip.id)
    held = await retention.held_until(session, tip.id) is not None
    await audit.record(
        session,
        keys,
        actor_id=None,
        action="tip.withdrawn",
        subject=audit.tip_subject(keys, tip.id),
        detail={"category": tip.category, "priority": tip.priority, "held": held},
    )
    await retention.destroy(session, keys, tip, "withdrawn")


async def _has_record(session: AsyncSession, content: opening.ContentKey) -> bool:
    """Whether there is a record of a hand-over; one that does not open any more was made too."""
    try:
        return await opening.handover(session, content) is not None
    except Unsealable:
        return True


async def was_withdrawn(session: AsyncSession, submission_ids: Collection[bytes]) -> bool:
    """Whether the tip of this draft was taken and withdrawn."""
    found = select(WithdrawnSubmission.submission_id).where(
        WithdrawnSubmission.submission_id.in_(submission_ids)
    )
    return await session.scalar(found) is not None


async def delete_expired(session: AsyncSession, now: datetime) -> None:
    """Forget drafts that can no longer be sent again."""
    await session.execute(delete(WithdrawnSubmission).where(WithdrawnSubmission.expires_at <= now))
