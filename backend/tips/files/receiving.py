"""Taking a file in: made anew by the cleaner, sealed under the bot's key, kept while its draft lives."""

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.tips import drafts
from backend.tips.attachments.cleaning import cleaned
from backend.tips.attachments.kinds import recognised
from backend.tips.attachments.types import Clean, Kind, Refused
from backend.tips.files import repository
from backend.tips.files.problems import Busy, FileRefused
from backend.tips.files.sealing import About, seal_draft

MAX_DRAFT_BYTES: Final = 8 * 1024**3
"""Of the files of all drafts together: a flood of them must not fill the disk that tips are stored on."""

_ORIGINAL: Final[dict[Kind, str]] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "ogg": "audio/ogg",
    "mp4": "audio/mp4",
    "mp3": "audio/mpeg",
    "aac": "audio/aac",
    "amr": "audio/amr",
}


@dataclass(frozen=True)
class Received:
    """A file that waits with its draft."""

    id: uuid.UUID
    about: About = field(repr=False)


async def made_anew(data: bytes) -> Clean:
    """The clean form of a file.

    Raises:
        FileRefused: it is not taken.
    """
    try:
        return await cleaned(data)
    except Refused as refused:
        raise FileRefused(refused.reason) from None


def about(clean: Clean) -> About:
    """What a list shows of a clean file."""
    return About(media_type=clean.media_type, size=len(clean.content), small=clean.small)


async def receive(session: AsyncSession, data: bytes, key: bytes, *, keep_original: bool) -> Received:
    """Clean a file and store it for a draft, under ``key`` (32 bytes), which is not kept.

    Raises:
        FileRefused: it is not taken; nothing of it was kept.
        Busy: the files of drafts fill the room that they have.
    """
    clean = await made_anew(data)
    # Only now, so that no database connection is held while the cleaner works.
    if await repository.bytes_of_drafts(session) > MAX_DRAFT_BYTES:
        raise Busy
    file_id = uuid.uuid4()
    told = about(clean)
    sealed = await asyncio.to_thread(seal_draft, key, told, clean.content, file_id, "clean")
    original = None
    if keep_original:
        as_it_came = About(media_type=_ORIGINAL[recognised(data)], size=len(data))
        original = await asyncio.to_thread(seal_draft, key, as_it_came, data, file_id, "original")
    expires_at = drafts.expiry(datetime.now(UTC))
    await repository.add_draft_file(session, file_id, sealed, original, expires_at)
    return Received(file_id, told)
