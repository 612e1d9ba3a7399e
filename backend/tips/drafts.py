"""Sealed drafts of workers: stored and handed back, never opened here (``bot`` alone has the keys)."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import Conflict, NotFound
from backend.tips import repository
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


async def put(session: AsyncSession, lookup: bytes, sealed: bytes, revision: int) -> int:
    """Store a draft in place of ``revision`` (0: there is none yet). Returns its new revision.

    Raises:
        Conflict: another replica was faster, or the draft has gone.
    """
    now = datetime.now(UTC)
    # To the quarter of an hour: the exact moment of a worker's last step is nobody's business.
    expires_at = datetime.fromtimestamp(now.timestamp() // _GRAIN * _GRAIN + _GRAIN, UTC) + LIFETIME
    draft = Draft(lookup=lookup, sealed=sealed, revision=revision + 1, expires_at=expires_at)
    store = repository.create_draft if revision == 0 else repository.replace_draft
    if not await store(session, draft, now):
        raise Conflict
    return draft.revision


async def remove(session: AsyncSession, lookup: bytes) -> None:
    """Delete a draft; nothing happens when it is gone already."""
    await repository.delete_draft(session, lookup)
