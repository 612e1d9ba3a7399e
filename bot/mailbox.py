"""The mailbox in chat: opened by a receipt, read, written to, closed. Nothing of it goes to Rasa.

The receipt stays in memory while the mailbox is open, and no longer.
"""

import hashlib
from dataclasses import dataclass

from bot.backend import Backend, BackendSilent, Mailbox, Written
from bot.clean import MAX_CHARACTERS
from bot.emergency import advice, alarm_in
from bot.envelope import Choice, ChoiceKind, Reply
from bot.intake.render import note_bubble
from bot.limits import Line as WaitingLine
from bot.memory import Conversation, OpenMailbox
from bot.phrases import Spoken
from bot.receipt import is_receipt

Said = tuple[Reply, ...]


@dataclass(frozen=True)
class Line:
    """One message as it is shown."""

    sender: str
    date: str
    text: str
    own: bool


class MailboxRoom:
    """Acts on the open mailbox of one conversation."""

    def __init__(self, backend: Backend, line: WaitingLine) -> None:
        self._backend = backend
        self._line = line

    async def try_receipt(self, conversation: Conversation, digits: str, now: float, say: Spoken) -> Said:
        """Open the mailbox of what was typed as a receipt, if it is one, and not one of too many (by second
        ``now``)."""
        if not is_receipt(digits):
            return _said(say("box.wrong_digits"))
        if not conversation.receipts.take(now):
            return (Reply(say("fault.too_fast"), sensitive=True, unkept=True),)
        return await self.open(conversation, digits, say)

    async def open(self, conversation: Conversation, receipt: str, say: Spoken) -> Said:
        """Open the mailbox of ``receipt`` (its check digit is right) and show it."""
        if not await self._line.admitted():
            return (Reply(say("box.wait"), sensitive=True, unkept=True),)
        try:
            found = await self._backend.open_mailbox(receipt)
        except BackendSilent:
            return _said(say("box.silent"))
        if found is None:
            return _said(say("box.unknown"))
        conversation.mailbox, conversation.mailbox_missed_until = OpenMailbox(receipt), 0.0
        replies = [Reply(head(found, say), sensitive=True)]
        for line in lines(found, say):
            text = say("box.message", sender=line.sender, date=line.date, text=line.text)
            replies.append(Reply(text, sensitive=True))
        if not found.messages:
            replies.append(Reply(say("box.no_messages"), sensitive=True))
        replies.append(Reply(say("box.what_next"), _ways(say, found.can_write), sensitive=True))
        return tuple(replies)

    async def write(self, conversation: Conversation, text: str, message_id: str, say: Spoken) -> Said:
        """A message typed while the mailbox is open: sent, or asked about first."""
        box = _opened(conversation)
        first = _warned(text, say)
        # What was typed before the answer to "send this?" is not lost: both go, or neither.
        whole = text if box.held is None else f"{box.held}\n{text}"
        if len(whole) > MAX_CHARACTERS:
            return (*first, Reply(say("fault.too_long"), sensitive=True, unkept=True), *self.again(box, say))
        try:
            guard = await self._backend.guard(whole)
        except BackendSilent:
            return (*first, Reply(say("box.unsent"), sensitive=True, unkept=True), *self.again(box, say))
        if guard.out_of_purpose:
            return (*first, Reply(refusal(guard.why, say), sensitive=True), *self.again(box, say))
        if box.writing:
            return first + await self._send(conversation, box, whole, message_id, say)
        # A longer message is another one to the backend, so it goes under an id of its own.
        box.held, box.held_id = whole, message_id
        return first + self.again(box, say)

    def again(self, box: OpenMailbox, say: Spoken) -> Said:
        """What the open mailbox asks now: whether to send what is held, to write, or what to do."""
        if box.held is not None:
            choices = (
                Choice("box.send", say("box.confirm.send")),
                Choice("box.drop", say("box.confirm.drop")),
            )
            return (Reply(say("box.confirm", text=box.held), choices, sensitive=True),)
        if box.writing:
            return (Reply(say("box.write.ask"), (_close(say),), sensitive=True),)
        return (Reply(say("box.what_next"), _ways(say, True), sensitive=True),)

    async def choose(self, conversation: Conversation, value: str, say: Spoken) -> Said | None:
        """A button of the mailbox, by the part after ``box.``; None when it means nothing now."""
        box = _opened(conversation)
        match value:
            case "write":
                box.writing = box.held is None
                return self.again(box, say)
            case "send" if box.held is not None:
                return await self._send(conversation, box, box.held, box.held_id, say)
            case "drop" if box.held is not None:
                box.held = None
                return (Reply(say("box.dropped"), _ways(say, True), sensitive=True),)
            case "again":
                return await self.open(conversation, box.receipt, say)
            case "close":
                return close(conversation, say)
        return None

    async def _send(
        self, conversation: Conversation, box: OpenMailbox, text: str, message_id: str, say: Spoken
    ) -> Said:
        # The same message delivered again must be the same message to the backend.
        stable = hashlib.sha256(f"{box.receipt}\0{message_id}".encode()).digest()[:16]
        try:
            if not await self._line.admitted():
                raise BackendSilent("line")
            written = await self._backend.tell_desks(box.receipt, stable, text)
        except BackendSilent:
            return (Reply(say("box.unsent"), _ways(say, True), sensitive=True, unkept=True),)
        box.held, box.writing = None, False
        if written is Written.OUT_OF_PURPOSE:
            return (Reply(refusal(None, say), _ways(say, True), sensitive=True),)
        taken = written is Written.TAKEN
        return (Reply(say("box.written" if taken else "box.full"), _ways(say, taken), sensitive=True),)


def close(conversation: Conversation, say: Spoken) -> Said:
    """Close the mailbox and forget its receipt."""
    conversation.mailbox = None
    conversation.drop_sensitive()
    return _said(say("box.closed"))


def refusal(why: str | None, say: Spoken) -> str:
    """Why a text is none for this channel, kindly; ``why`` as the purpose guard names it."""
    key = f"refused.{why}"
    return say(key if say.has(key) else "refused.other")


def head(mailbox: Mailbox, say: Spoken) -> str:
    """Status in plain words, the day of sending and the kind of tip."""
    status = f"box.status.{mailbox.status}"
    category = f"category.{mailbox.category}"
    return say(
        "box.head",
        status=say(status if say.has(status) else "box.status.other"),
        date=f"{mailbox.received_on:%d/%m/%Y}",
        category=say(category if say.has(category) else "category.other_crime"),
    )


def lines(mailbox: Mailbox, say: Spoken) -> list[Line]:
    """The messages, oldest first, with who wrote each."""
    shown = []
    for message in mailbox.messages:
        own = message.sender == "reporter"
        sender = "reporter" if own else (message.desk or "desk")
        shown.append(Line(say(f"box.from.{sender}"), f"{message.on:%d/%m/%Y}", message.text, own))
    return shown


def _warned(text: str, say: Spoken) -> Said:
    alarm = alarm_in(text)
    return () if alarm is None else (note_bubble(advice(alarm), say),)


def _opened(conversation: Conversation) -> OpenMailbox:
    if conversation.mailbox is None:
        raise LookupError("no open mailbox")
    return conversation.mailbox


def _ways(say: Spoken, can_write: bool) -> tuple[Choice, ...]:
    write = (Choice("box.write", say("box.write")),) if can_write else ()
    return (*write, Choice("box.again", say("box.again")), _close(say))


def _close(say: Spoken) -> Choice:
    return Choice("box.close", say("box.close"), ChoiceKind.WAY)


def _said(text: str) -> Said:
    return (Reply(text, sensitive=True),)
