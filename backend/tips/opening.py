"""Opening a tip with a key that its holder brings: a desk's, or the one that a receipt stands for."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import Unsealable, open_with
from backend.tips import repository, sealing
from backend.tips.clock import this_minute
from backend.tips.models import TipMessage
from backend.tips.sealing import Report, Slot


@dataclass(frozen=True)
class Message:
    """One opened message of the conversation between desks and reporter."""

    id: uuid.UUID
    sender: str
    desk_id: uuid.UUID | None
    author_id: uuid.UUID | None
    text: str
    written_at: datetime
    read_at: datetime | None


@dataclass(frozen=True)
class ContentKey:
    """A tip's content key, in memory for the length of a request."""

    tip_id: uuid.UUID
    key: bytes = field(repr=False)


async def content_key(
    session: AsyncSession, tip_id: uuid.UUID, desk_id: uuid.UUID | None, public_key: bytes, private_key: bytes
) -> ContentKey:
    """The content key, from the seal for a desk or for the reporter (``None``).

    Raises:
        Unsealable: there is no such seal, or it was made for another key or changed.
    """
    seal = await repository.seal_for(session, tip_id, desk_id)
    if seal is None:
        raise Unsealable
    return ContentKey(tip_id, open_with(public_key, private_key, seal.sealed_key))


async def report(session: AsyncSession, content: ContentKey) -> Report:
    """The reporter's report.

    Raises:
        Unsealable: it was changed or moved.
    """
    part = await repository.part(session, content.tip_id, sealing.REPORT)
    if part is None:
        raise Unsealable
    return sealing.open_report(content.key, part.sealed, Slot(content.tip_id, part.id, part.version))


def _slot(row: TipMessage) -> Slot:
    return Slot(row.tip_id, row.id, row.version)


def _sender(row: TipMessage) -> str:
    return "reporter" if row.sender == "reporter" else f"desk:{row.desk_id}:{row.author_id}"


async def conversation(session: AsyncSession, content: ContentKey) -> list[Message]:
    """The opened messages, oldest first.

    Raises:
        Unsealable: one was changed or moved.
    """
    rows = await repository.messages(session, content.tip_id)
    return [
        Message(
            id=row.id,
            sender=row.sender,
            desk_id=row.desk_id,
            author_id=row.author_id,
            text=sealing.open_message(content.key, row.sealed, _slot(row), _sender(row)),
            written_at=row.written_at,
            read_at=row.read_at,
        )
        for row in rows
    ]


async def write(
    session: AsyncSession,
    content: ContentKey,
    text: str,
    *,
    desk_id: uuid.UUID | None = None,
    author_id: uuid.UUID | None = None,
    submission_id: bytes | None = None,
) -> TipMessage:
    """Add a message: of a desk's member, or (without ``desk_id``) of the reporter."""
    await repository.lock(session, content.tip_id)
    row = TipMessage(
        id=uuid.uuid4(),
        tip_id=content.tip_id,
        number=await repository.count_messages(session, content.tip_id) + 1,
        sender="reporter" if desk_id is None else "desk",
        desk_id=desk_id,
        author_id=author_id,
        submission_id=submission_id,
        version=sealing.VERSION,
        written_at=this_minute(),
    )
    row.sealed = sealing.seal_message(content.key, text, _slot(row), _sender(row))
    session.add(row)
    await session.flush()
    return row
