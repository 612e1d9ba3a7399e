"""Sealed drafts of workers: stored and handed back, never opened here (``bot`` alone has the keys)."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import Conflict, NotFound
from backend.tips import repository
from backend.tips.files import repository as draft_files
from backend.tips.models import Draft

LIFETIME = timedelta(hours=24)
"""Counted from the last step."""
_GRAIN = 900
"""Seconds."""


async def get(session: AsyncSession, lookup: bytes) -> Draft:
    """The draft under a lookup key.

    Raises:
        NotFound: none, or its time is over.
    """
    draft = await repository.draft(session, lookup, datetime.now(UTC))
    if draft is None:
        raise NotFound
    return draft


def expiry(now: datetime) -> datetime:
    """Until when what is stored now is kept.

    To the quarter of an hour: the exact moment of a worker's last step is nobody's business.
    """
    return datetime.fromtimestamp(now.timestamp() // _GRAIN * _GRAIN + _GRAIN, UTC) + LIFETIME


async def put(
    session: AsyncSession,
    lookup: bytes,
    sealed: bytes,
    revision: int,
    files: Collection[uuid.UUID] = (),
) -> int:
    """Store a draft in place of ``revision`` (0: there is none yet). Returns its new revision.

    Args:
        files: the files that wait with it, which live as long as it does.

    Raises:
        Conflict: another replica was faster, or the draft has gone.
    """
    now = datetime.now(UTC)
    draft = Draft(lookup=lookup, sealed=sealed, revision=revision + 1, expires_at=expiry(now))
    store = repository.create_draft if revision == 0 else repository.replace_draft
    if not await store(session, draft, now):
        raise Conflict
    if files:
        await draft_files.prolong_draft_files(session, files, draft.expires_at)
    return draft.revision


async def remove(session: AsyncSession, lookup: bytes) -> None:
    """Delete a draft; nothing happens when it is gone already."""
    await repository.delete_draft(session, lookup)
