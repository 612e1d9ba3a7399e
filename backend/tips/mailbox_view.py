"""A mailbox as its reporter sees it: pure, from what was opened."""

import uuid
from collections.abc import Mapping, Sequence

from backend.tips import opening
from backend.tips.clock import local_day
from backend.tips.commendations import Code
from backend.tips.files import service as files
from backend.tips.files.service import Listing
from backend.tips.opening import Message
from backend.tips.schemas import Kind, MailboxChoice, MailboxMessage


def shown(
    messages: Sequence[Message],
    kinds: Mapping[uuid.UUID, str],
    codes: Mapping[uuid.UUID, Code | None],
    kept: Listing,
    *,
    can_answer: bool,
) -> list[MailboxMessage]:
    """The messages, oldest first. A question shows its ready answers until one is chosen."""
    return [_shown(each, messages, kinds, codes, can_answer, kept=kept) for each in messages]


def _shown(
    message: Message,
    others: Sequence[Message],
    kinds: Mapping[uuid.UUID, str],
    codes: Mapping[uuid.UUID, Code | None],
    can_answer: bool,
    *,
    kept: Listing,
) -> MailboxMessage:
    letter, code = message.letter, codes.get(message.id)
    waits = bool(letter.choices) and can_answer and opening.answer_to(message.id, others) is None
    kind: Kind | None = None
    if message.desk_id:
        kind = "police" if kinds.get(message.desk_id) == "police" else "union"
    return MailboxMessage(
        id=str(message.id),
        sender="reporter" if message.sender == "reporter" else "desk",
        desk=kind,
        text=letter.text,
        on=local_day(message.written_at),
        read=message.read_at is not None,
        kind=letter.kind,
        about=letter.about,
        choices=[MailboxChoice(id=choice.id, text=choice.text) for choice in letter.choices if waits],
        answers=str(letter.answers) if letter.answers else None,
        choice=letter.choice,
        code=code.digits if code else None,
        collected=bool(code and code.collected),
        files=files.shown(file for file in kept.files if file.message_id == message.id),
        damaged=message.damaged or message.id in damaged_codes(codes),
        files_damaged=kept.damaged[message.id],
    )


def damaged_codes(codes: Mapping[uuid.UUID, Code | None]) -> set[uuid.UUID]:
    """The messages whose code does not open."""
    return {message_id for message_id, code in codes.items() if code is None}
