"""The bot's way to its drafts without the network between: in the transaction that a test has open."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.errors import NotFound
from backend.tips import drafts
from bot.backend import Backend, StoredDraft


class DraftsAtHand(Backend):
    """Hands on to the service that stands behind ``/internal/drafts``."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get_draft(self, lookup: bytes) -> StoredDraft | None:
        try:
            row = await drafts.get(self._session, lookup)
        except NotFound:
            return None
        return StoredDraft(row.sealed, row.revision)

    async def put_draft(self, lookup: bytes, sealed: bytes, revision: int, files: Sequence[str] = ()) -> int:
        assert not files, "no draft of these tests has a file"
        return await drafts.put(self._session, lookup, sealed, revision)

    async def delete_draft(self, lookup: bytes) -> None:
        await drafts.remove(self._session, lookup)
