"""A mailbox as its reporter sees it: pure, from what was opened."""

import uuid
from collections.abc import Mapping, Sequence

from backend.tips import opening
from backend.tips.clock import local_day
from backend.tips.commendations import Code
from backend.tips.files import service as files
from backend.tips.files.service import KeptFile
from backend.tips.opening import Message
from backend.tips.schemas import Kind, MailboxChoice, MailboxMessage


def shown(
    messages: Sequence[Message],
    kinds: Mapping[uuid.UUID, str],
    codes: Mapping[uuid.UUID, Code],
    kept: Mapping[uuid.UUID | None, Sequence[KeptFile]],
    *,
    can_answer: bool,
) -> list[MailboxMessage]:
    """The messages, oldest first. A question shows its ready answers until one is chosen."""
    return [
        _shown(each, messages, kinds, codes.get(each.id), can_answer, kept=kept.get(each.id, ()))
        for each in messages
    ]


def _shown(
    message: Message,
    others: Sequence[Message],
    kinds: Mapping[uuid.UUID, str],
    code: Code | None,
    can_answer: bool,
    *,
    kept: Sequence[KeptFile],
) -> MailboxMessage:
    letter = message.letter
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
        files=files.shown(kept),
    )
