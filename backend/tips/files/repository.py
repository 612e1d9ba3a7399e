"""Queries over files. What is large is read only where it is opened, one file at a time."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.resting_connections import carried
from backend.tips.files.models import DraftFile, TipFile
from backend.tips.files.sealing import Field, FileSlot
from backend.tips.models import TipMessage


@dataclass(frozen=True)
class Listed:
    """A file of a tip without its content."""

    slot: FileSlot
    sealed_about: bytes


async def add_draft_file(
    session: AsyncSession,
    draft_file_id: uuid.UUID,
    sealed: bytes,
    sealed_original: bytes | None,
    expires_at: datetime,
) -> None:
    """Store a file that waits with a draft."""
    await session.execute(
        insert(DraftFile).values(
            id=draft_file_id, sealed=sealed, sealed_original=sealed_original, expires_at=expires_at
        )
    )
    await carried(session, len(sealed) + len(sealed_original or b""))


async def bytes_of_drafts(session: AsyncSession) -> int:
    """How much room the files of drafts take in the database."""
    return await session.scalar(text("SELECT pg_total_relation_size('draft_files')")) or 0


async def draft_content(session: AsyncSession, draft_file_id: uuid.UUID, field: Field) -> bytes | None:
    """A sealed file of a draft, or its original; ``None`` if it is not there. Held until the end."""
    column = DraftFile.sealed if field == "clean" else DraftFile.sealed_original
    sealed = await session.scalar(select(column).where(DraftFile.id == draft_file_id).with_for_update())
    await carried(session, len(sealed or b""))
    return sealed


async def prolong_draft_files(
    session: AsyncSession, ids: Collection[uuid.UUID], expires_at: datetime
) -> None:
    """Let files live as long as their draft."""
    await session.execute(update(DraftFile).where(DraftFile.id.in_(ids)).values(expires_at=expires_at))


async def delete_draft_files(session: AsyncSession, ids: Collection[uuid.UUID]) -> None:
    """Delete files that nobody sends, if they are there."""
    await session.execute(delete(DraftFile).where(DraftFile.id.in_(ids)))


async def delete_expired_draft_files(session: AsyncSession, now: datetime) -> None:
    """Delete the files whose draft's time is over."""
    await session.execute(delete(DraftFile).where(DraftFile.expires_at <= now))


async def last_number(session: AsyncSession, tip_id: uuid.UUID) -> int:
    """The highest number that a file of the tip has; 0 if there is none."""
    return await session.scalar(select(func.max(TipFile.number)).where(TipFile.tip_id == tip_id)) or 0


async def count_sent(session: AsyncSession, tip_id: uuid.UUID, sender: str) -> int:
    """How many files one side has sent with its messages, originals apart."""
    query = (
        select(func.count())
        .select_from(TipFile)
        .join(TipMessage, TipMessage.id == TipFile.message_id)
        .where(TipFile.tip_id == tip_id, TipFile.field == "clean", TipMessage.sender == sender)
    )
    return await session.scalar(query) or 0


async def add(session: AsyncSession, slot: FileSlot, sealed_about: bytes, sealed: bytes) -> None:
    """Store a file of a tip; nothing of it stays in memory."""
    await session.execute(
        insert(TipFile).values(
            id=slot.row_id,
            tip_id=slot.tip_id,
            message_id=slot.message_id,
            number=slot.number,
            field=slot.field,
            version=slot.version,
            sealed_about=sealed_about,
            sealed=sealed,
        )
    )
    await carried(session, len(sealed))


_PLACE = (
    TipFile.tip_id,
    TipFile.message_id,
    TipFile.number,
    TipFile.field,
    TipFile.id,
    TipFile.version,
    TipFile.sealed_about,
)


_LISTED = select(*_PLACE).where(TipFile.tip_id == bindparam("tip_id")).order_by(TipFile.number, TipFile.field)


async def listed(session: AsyncSession, tip_id: uuid.UUID) -> list[Listed]:
    """The files of a tip in the order they came, without their content."""
    return [Listed(FileSlot(*row[:6]), row[6]) for row in await session.execute(_LISTED, {"tip_id": tip_id})]


async def content(
    session: AsyncSession, tip_id: uuid.UUID, file_id: uuid.UUID
) -> tuple[Listed, bytes] | None:
    """One file of a tip."""
    query = select(*_PLACE, TipFile.sealed).where(TipFile.tip_id == tip_id, TipFile.id == file_id)
    row = (await session.execute(query)).first()
    if row is None:
        return None
    await carried(session, len(row[7]))
    return Listed(FileSlot(*row[:6]), row[6]), row[7]
