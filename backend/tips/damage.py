"""What of a tip does not open any more: said to whoever reads it, and logged for the administrator.

The log learns which kinds of part there are and never what stood in them. One entry a week for the same parts
is enough, however often a mailbox is looked into.
"""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.site_keys import SiteKeys

ACTION: Final = "tip.damaged"
NEWS: Final = timedelta(days=14)
"""So long the administrator is told of it after it was met last."""
_ONCE: Final = timedelta(days=7)

Part = Literal["key", "report", "message", "file", "note", "code"]
"""``key``: the tip itself, for its reporter. ``code``: of a commendation."""


async def log(
    session: AsyncSession,
    keys: SiteKeys,
    tip_id: uuid.UUID,
    parts: Collection[Part],
    *,
    actor_id: uuid.UUID | None = None,
) -> None:
    """Log that these parts of a tip do not open; nothing where there are none, or where it was just said."""
    if not parts:
        return
    detail: audit.Detail = {"parts": sorted(parts)}
    since = datetime.now(UTC) - _ONCE
    if await audit.is_known(session, audit.tip_subjects(keys, tip_id), ACTION, detail, since):
        return
    subject = audit.tip_subject(keys, tip_id)
    await audit.record(session, keys, actor_id=actor_id, action=ACTION, subject=subject, detail=detail)


async def lately(session: AsyncSession) -> int:
    """Of how many tips parts were met in the last two weeks that do not open."""
    return await audit.count_subjects(session, ACTION, datetime.now(UTC) - NEWS)
