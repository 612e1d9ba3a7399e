"""Opening a tip with a key that its holder brings: a desk's, or the one that a receipt stands for."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import Unsealable, keyed_hash, open_with, same
from backend.kit.site_keys import SiteKeys
from backend.tips import repository, sealing
from backend.tips.clock import this_minute
from backend.tips.models import TipMessage, TipSeal
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


class KeyPair(Protocol):
    """Whose seal is opened: a desk with its key in memory, or what a receipt stands for."""

    @property
    def public_key(self) -> bytes: ...
    @property
    def private_key(self) -> bytes: ...


@dataclass(frozen=True)
class ContentKey:
    """A tip's content key, in memory for the length of a request."""

    tip_id: uuid.UUID
    key: bytes = field(repr=False)


def _seal_mac(seal: TipSeal, keys: SiteKeys, version: int) -> bytes:
    holder = b"reporter" if seal.desk_id is None else seal.desk_id.bytes
    number = seal.key_version.to_bytes(4, "big")
    return keyed_hash(
        keys.get("mac", version), b"tip seal", seal.tip_id.bytes, holder, number, seal.sealed_key
    )


def authenticate(seal: TipSeal, keys: SiteKeys) -> None:
    """Give a seal just made its MAC."""
    seal.mac_version, _ = keys.current("mac")
    seal.mac = _seal_mac(seal, keys, seal.mac_version)


async def content_key(
    session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, desk_id: uuid.UUID | None, pair: KeyPair
) -> ContentKey:
    """The content key, from the seal for a desk or for the reporter (``None``).

    Raises:
        Unsealable: there is no such seal, it was not made here, or for another key, or it was changed.
    """
    seal = await repository.seal_for(session, tip_id, desk_id)
    if seal is None or not same(seal.mac, _seal_mac(seal, keys, seal.mac_version)):
        raise Unsealable
    return ContentKey(tip_id, open_with(pair.public_key, pair.private_key, seal.sealed_key))


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
