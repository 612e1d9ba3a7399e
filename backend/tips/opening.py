"""Opening a tip with a key that its holder brings: a desk's, or the one that a receipt stands for."""

import secrets
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import (
    KEY_BYTES,
    SEAL_OVERHEAD,
    Unsealable,
    keyed_hash,
    open_with,
    random_key,
    same,
)
from backend.kit.site_keys import SiteKeyMissing, SiteKeys
from backend.tips import repository, sealing
from backend.tips.clock import this_minute
from backend.tips.models import NoteKey, Tip, TipMessage, TipPart, TipSeal
from backend.tips.sealing import Handover, Letter, Report, Slot


@dataclass(frozen=True)
class Message:
    """One opened message of the conversation between desks and reporter."""

    id: uuid.UUID
    sender: str
    desk_id: uuid.UUID | None
    author_id: uuid.UUID | None
    letter: Letter
    written_at: datetime
    read_at: datetime | None
    damaged: bool = False
    """It does not open any more: ``letter`` is empty."""

    @property
    def text(self) -> str:
        return self.letter.text


def answer_to(question: uuid.UUID, messages: Iterable[Message]) -> Message | None:
    """The reporter's choice at a question, once it is made."""
    chosen = (m for m in messages if m.sender == "reporter" and m.letter.answers == question)
    return next(chosen, None)


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


def _seal_mac(seal: TipSeal | NoteKey, keys: SiteKeys, version: int) -> bytes:
    what = b"tip seal" if isinstance(seal, TipSeal) else b"note key"
    holder = b"reporter" if seal.desk_id is None else seal.desk_id.bytes
    number = seal.key_version.to_bytes(4, "big")
    return keyed_hash(keys.get("mac", version), what, seal.tip_id.bytes, holder, number, seal.sealed_key)


def authenticate(seal: TipSeal | NoteKey, keys: SiteKeys) -> None:
    """Give a seal just made its MAC. One that was read must have been found authentic before."""
    seal.mac_version, _ = keys.current("mac")
    seal.mac = _seal_mac(seal, keys, seal.mac_version)


def is_authentic(seal: TipSeal | NoteKey, keys: SiteKeys) -> bool:
    """Whether a seal was made here, for this tip and holder, and was not changed."""
    try:
        return same(seal.mac, _seal_mac(seal, keys, seal.mac_version))
    except SiteKeyMissing:
        return False


async def content_key(
    session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, desk_id: uuid.UUID | None, pair: KeyPair
) -> ContentKey:
    """The content key, from the seal for a desk or for the reporter (``None``).

    Raises:
        Unsealable: there is no such seal, it was not made here, or for another key, or it was changed.
    """
    seal = await repository.seal_for(session, tip_id, desk_id)
    if seal is None:
        raise Unsealable
    return unsealed(seal, keys, pair)


def unsealed(seal: TipSeal, keys: SiteKeys, pair: KeyPair) -> ContentKey:
    """The content key in a seal for the holder of ``pair``.

    Raises:
        Unsealable: as ``content_key``.
    """
    if not is_authentic(seal, keys):
        raise Unsealable
    return ContentKey(seal.tip_id, open_with(pair.public_key, pair.private_key, seal.sealed_key))


async def key_to_nothing(session: AsyncSession, keys: SiteKeys, pair: KeyPair) -> ContentKey:
    """The work of ``content_key`` for a receipt that no tip belongs to; what it gives opens nothing."""
    tip_id = uuid.uuid4()
    await repository.seal_for(session, tip_id, None)
    version, _ = keys.current("mac")
    sealed = secrets.token_bytes(KEY_BYTES + SEAL_OVERHEAD)
    seal = TipSeal(tip_id=tip_id, key_version=0, sealed_key=sealed, mac_version=version, mac=bytes(KEY_BYTES))
    same(seal.mac, _seal_mac(seal, keys, version))
    with suppress(Unsealable):
        open_with(pair.public_key, pair.private_key, seal.sealed_key)
    return ContentKey(tip_id, random_key())


async def report(session: AsyncSession, content: ContentKey) -> Report:
    """The reporter's report.

    Raises:
        Unsealable: it was changed or moved.
    """
    return report_in(await repository.part(session, content.tip_id, sealing.REPORT), content)


def report_in(part: TipPart | None, content: ContentKey) -> Report:
    """As ``report``, from the part that was read."""
    if part is None:
        raise Unsealable
    return sealing.open_report(content.key, part.sealed, Slot(content.tip_id, part.id, part.version))


def check_reporter_key(tip: Tip, told: Report) -> None:
    """That the key which thanks are sealed to is the reporter's own.

    Raises:
        Unsealable: somebody put another one in its place.
    """
    if told.reporter_key and not same(bytes.fromhex(told.reporter_key), tip.reporter_public_key):
        raise Unsealable


async def handover(session: AsyncSession, content: ContentKey) -> Handover | None:
    """How the tip came to further readers, if it did.

    Raises:
        Unsealable: the record was changed or moved.
    """
    return handover_in(await repository.part(session, content.tip_id, sealing.HANDOVER), content)


def handover_in(part: TipPart | None, content: ContentKey) -> Handover | None:
    """As ``handover``, from the part that was read."""
    if part is None:
        return None
    return sealing.open_handover(content.key, part.sealed, Slot(content.tip_id, part.id, part.version))


async def readers(session: AsyncSession, content: ContentKey, told: Report) -> list[str]:
    """The kinds of desk that may read the tip: as the reporter chose, or as a sealed hand-over widened it.

    Raises:
        Unsealable: the record of a hand-over was changed or moved.
    """
    return readers_by(await handover(session, content), told)


def readers_by(widened: Handover | None, told: Report) -> list[str]:
    """As ``readers``, by the record that was opened."""
    return widened.readers if widened else told.readers


def _slot(row: TipMessage) -> Slot:
    return Slot(row.tip_id, row.id, row.version)


def _sender(row: TipMessage) -> str:
    sender = "reporter" if row.sender == "reporter" else f"desk:{row.desk_id}:{row.author_id}"
    return f"{row.number}:{sender}" if row.version >= sealing.NUMBERED else sender


async def conversation(session: AsyncSession, content: ContentKey) -> list[Message]:
    """The opened messages, oldest first. For whatever rests on all of them.

    Raises:
        Unsealable: one was changed or moved.
    """
    messages = await readable(session, content)
    if any(message.damaged for message in messages):
        raise Unsealable
    return messages


async def readable(session: AsyncSession, content: ContentKey) -> list[Message]:
    """The messages, oldest first, to be shown: one that was changed or moved is marked and shuts no other."""
    return [_opened(content, row) for row in await repository.messages(session, content.tip_id)]


def _opened(content: ContentKey, row: TipMessage) -> Message:
    damaged = False
    try:
        letter = sealing.open_message(content.key, row.sealed, _slot(row), _sender(row))
    except Unsealable:
        letter, damaged = Letter(), True
    return Message(
        id=row.id,
        sender=row.sender,
        desk_id=row.desk_id,
        author_id=row.author_id,
        letter=letter,
        written_at=row.written_at,
        read_at=row.read_at,
        damaged=damaged,
    )


async def write(
    session: AsyncSession,
    content: ContentKey,
    said: str | Letter,
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
        version=sealing.LETTER_VERSION,
        written_at=this_minute(),
    )
    letter = Letter(text=said) if isinstance(said, str) else said
    row.sealed = sealing.seal_message(content.key, letter, _slot(row), _sender(row))
    session.add(row)
    await session.flush()
    return row
