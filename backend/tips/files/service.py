"""The files of a tip: kept in the transaction of what they came with, opened with its content key."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import Unsealable
from backend.kit.errors import NotFound
from backend.tips.attachments.types import Clean
from backend.tips.files import receiving, repository, sealing
from backend.tips.files.problems import FileGone
from backend.tips.files.sealing import About, FileSlot
from backend.tips.opening import ContentKey
from backend.tips.schemas import FileRef, FileShown

MAX_REPORTER_FILES: Final = 40
"""That a reporter sends with messages, besides those of the report."""


@dataclass(frozen=True)
class KeptFile:
    """A file of a tip, as a list shows it."""

    id: uuid.UUID
    message_id: uuid.UUID | None
    """The message it came with; none for a file of the report."""
    number: int
    about: About = field(repr=False)
    original_id: uuid.UUID | None = None
    """The file as it came, if the reporter wanted it kept."""


@dataclass(frozen=True)
class OpenedFile:
    """One file with its content."""

    message_id: uuid.UUID | None
    number: int
    is_original: bool
    about: About = field(repr=False)
    content: bytes = field(repr=False)


async def keep(
    session: AsyncSession,
    content: ContentKey,
    refs: Sequence[FileRef],
    message_id: uuid.UUID | None = None,
) -> None:
    """Move files of a draft to a tip, one at a time: opened with the bot's key, sealed with the tip's.

    The caller holds a place (``places.for_keeping``), and the tip's row or has just made it.

    Raises:
        FileGone: one is not there any more, or its key does not open it.
    """
    number = await repository.last_number(session, content.tip_id)
    for ref in refs:
        number += 1
        if not await _move(session, content, ref, FileSlot(content.tip_id, message_id, number, "clean")):
            raise FileGone
        await _move(session, content, ref, FileSlot(content.tip_id, message_id, number, "original"))
        await repository.delete_draft_files(session, [ref.id])


async def _move(session: AsyncSession, content: ContentKey, ref: FileRef, slot: FileSlot) -> bool:
    """Open one field of a draft's file and keep it in ``slot``. False if there is none.

    Raises:
        FileGone: the key does not open it.
    """
    sealed = await repository.draft_content(session, ref.id, slot.field)
    if sealed is None:
        return False
    try:
        about, data = await asyncio.to_thread(sealing.open_draft, ref.key, sealed, ref.id, slot.field)
    except Unsealable:
        raise FileGone from None
    await _add(session, content, slot, about, data)
    return True


async def keep_clean(
    session: AsyncSession, content: ContentKey, files: Iterable[Clean], message_id: uuid.UUID
) -> None:
    """Keep files that a desk's member sends with a message. The caller holds the tip's row."""
    number = await repository.last_number(session, content.tip_id)
    for clean in files:
        number += 1
        slot = FileSlot(content.tip_id, message_id, number, "clean")
        await _add(session, content, slot, receiving.about(clean), clean.content)


async def _add(session: AsyncSession, content: ContentKey, slot: FileSlot, about: About, data: bytes) -> None:
    sealed = await asyncio.to_thread(sealing.seal_content, content.key, data, slot)
    await repository.add(session, slot, sealing.seal_about(content.key, about, slot), sealed)


async def listing(session: AsyncSession, content: ContentKey) -> list[KeptFile]:
    """The files of a tip and of its messages, in the order they came. No content is read.

    Raises:
        Unsealable: one was changed or moved.
    """
    found = await readable(session, content)
    if found.damaged:
        raise Unsealable
    return found.files


@dataclass(frozen=True)
class Listing:
    """The files that open, and those that do not."""

    files: list[KeptFile]
    damaged: Counter[uuid.UUID | None]
    """How many were changed, moved or taken away, by the message that each came with."""


async def readable(session: AsyncSession, content: ContentKey) -> Listing:
    """As ``listing``; a file that does not open shuts no other. To be shown."""
    clean: list[tuple[FileSlot, About]] = []
    originals: dict[int, FileSlot] = {}
    damaged: Counter[uuid.UUID | None] = Counter()
    for row in await repository.listed(session, content.tip_id):
        try:
            about = sealing.open_about(content.key, row.sealed_about, row.slot)
        except Unsealable:
            damaged[row.slot.message_id] += 1
            continue
        if row.slot.field == "original":
            originals[row.slot.number] = row.slot
        else:
            clean.append((row.slot, about))
    files = []
    for slot, about in clean:
        original = originals.pop(slot.number, None)
        original_id = original.row_id if original else None
        files.append(KeptFile(slot.row_id, slot.message_id, slot.number, about, original_id))
    # Each original is stored with its clean file: somebody changed that or took it away.
    damaged.update(slot.message_id for slot in originals.values())
    return Listing(files, damaged)


def by_message(files: Iterable[KeptFile]) -> dict[uuid.UUID | None, list[KeptFile]]:
    """The files of each message; those of the report stand under ``None``."""
    found: dict[uuid.UUID | None, list[KeptFile]] = {}
    for file in files:
        found.setdefault(file.message_id, []).append(file)
    return found


def shown(files: Iterable[KeptFile]) -> list[FileShown]:
    """Files as the internal API lists them."""
    return [
        FileShown(
            id=str(file.id), kind=file.about.kind, media_type=file.about.media_type, size=file.about.size
        )
        for file in files
    ]


async def open_file(session: AsyncSession, content: ContentKey, file_id: uuid.UUID) -> OpenedFile:
    """One file of a tip with its content. The caller holds a place (``places.for_keeping``).

    Raises:
        NotFound: not a file of this tip.
        Unsealable: it was changed or moved.
    """
    found = await repository.content(session, content.tip_id, file_id)
    if found is None:
        raise NotFound
    row, sealed = found
    about = sealing.open_about(content.key, row.sealed_about, row.slot)
    data = await asyncio.to_thread(sealing.open_content, content.key, sealed, row.slot)
    return OpenedFile(row.slot.message_id, row.slot.number, row.slot.field == "original", about, data)
