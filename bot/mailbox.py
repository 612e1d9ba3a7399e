"""The mailbox in chat: opened by a receipt, read, written to, closed. Nothing of it goes to Rasa.

The receipt stays in memory while the mailbox is open, and no longer. What an answer or a withdrawal does
stands in ``mailbox_acts``.
"""

import hashlib

from bot.backend import Backend, BackendSilent
from bot.case import Case, Said
from bot.clean import MAX_CHARACTERS
from bot.emergency import advice, alarm_in
from bot.envelope import Choice, ChoiceKind, Reply
from bot.files import Files
from bot.intake.masking import asked_in, cover_in, own_words
from bot.intake.render import note_bubble
from bot.limits import Line as WaitingLine
from bot.mailbox_client import Mailbox, MailboxDamaged, Mailboxes, MailboxMessage, PerhapsDone, Written
from bot.mailbox_view import choice_label, counted, head, lines, open_questions, refusal, tag
from bot.memory import Conversation, OpenMailbox
from bot.notices import Notices
from bot.phrases import Spoken
from bot.receipt import is_receipt
from bot.talk import erase_choice


class MailboxRoom:
    """Acts on the open mailbox of one conversation."""

    def __init__(
        self, backend: Backend, mailboxes: Mailboxes, files: Files, *, line: WaitingLine, notices: Notices
    ) -> None:
        self._backend = backend
        self._files = files
        self.mailboxes = mailboxes
        self.line = line
        self.notices = notices

    async def try_receipt(self, case: Case, digits: str, now: float) -> Said:
        """Open the mailbox of what was typed as a receipt, if it is one, and not one of too many (by second
        ``now``)."""
        if not is_receipt(digits):
            return _said(case.say("box.wrong_digits"))
        if not case.conversation.receipts.take(now):
            return (Reply(case.say("fault.too_fast"), sensitive=True, unkept=True),)
        return await self.open(case, digits)

    async def open(self, case: Case, receipt: str) -> Said:
        """Open the mailbox of ``receipt`` (its check digit is right) and show it."""
        say = case.say
        if not await self.line.admitted(case.incoming.visitor):
            return (Reply(say("box.wait"), sensitive=True, unkept=True),)
        try:
            found = await self.mailboxes.open(receipt)
        except MailboxDamaged:
            return _said(say("box.damaged"))
        except BackendSilent:
            return _said(say("box.silent"))
        if found is None:
            return _said(say("box.unknown"))
        box = _opened_as(receipt, found)
        case.conversation.mailbox, case.conversation.mailbox_missed_until = box, 0.0
        replies = [Reply(head(found, say), sensitive=True)]
        for line in lines(found, say):
            key = "box.message.read" if line.read else "box.message"
            replies.append(
                Reply(say(key, sender=line.sender, date=line.date, text=line.text), sensitive=True)
            )
        if not found.messages:
            replies.append(Reply(say("box.no_messages"), sensitive=True))
        return (*replies, *self.again(case))

    async def write(self, case: Case, text: str) -> Said:
        """A message typed while the mailbox is open: sent, or asked about first."""
        box, say = opened(case.conversation), case.say
        first = _warned(text, say)
        # What was typed before the answer to "send this?" is not lost: both go, or neither.
        whole = text if box.held is None else f"{box.held}\n{text}"
        if len(whole) > MAX_CHARACTERS:
            return (*first, Reply(say("fault.too_long"), sensitive=True, unkept=True), *self.again(case))
        try:
            guard = await self._backend.guard(whole, within_a_tip=True)
        except BackendSilent:
            return (*first, Reply(say("box.unsent"), sensitive=True, unkept=True), *self.again(case))
        if guard.out_of_purpose:
            return (*first, Reply(refusal(guard.why, say), sensitive=True), *self.again(case))
        own = tuple(found for found in own_words(whole) if found not in box.own_kept)
        if box.writing and not own and not case.incoming.forwarded:
            return first + await self._send(case, box, whole, case.incoming.message_id)
        # A longer message is another one to the backend, so it goes under an id of its own.
        box.held, box.held_id, box.own = whole, case.incoming.message_id, own
        return first + self.again(case)

    async def send(self, case: Case) -> Said:
        """Send what is held: words, files, or both."""
        box = opened(case.conversation)
        return await self._send(case, box, box.held or "", box.held_id)

    def again(self, case: Case) -> Said:
        """What the open mailbox asks now: whether to send what is held, a question, or what to do."""
        box, say = opened(case.conversation), case.say
        if box.own:
            choices = (Choice("box.mask", say("mask.yes")), Choice("box.unmask", say("mask.no")))
            return (Reply(asked_in(box.own, say), choices, sensitive=True),)
        if box.holds:
            choices = (
                Choice("box.send", say("box.confirm.send")),
                Choice("box.drop", say("box.confirm.drop")),
            )
            return (Reply(_held(box, say), choices, sensitive=True),)
        if box.writing:
            return (Reply(say("box.write.ask"), (_close(say),), sensitive=True),)
        match box.asking:
            case "question" if box.questions:
                return (_question(box.questions[0], box, case),)
            case "notice":
                choices = (_word("box.notice_on", "notice.on", say), _word("box.keep", "notice.no", say))
                return (Reply(case.own("notice.offer"), choices, sensitive=True),)
            case "withdraw":
                choices = (
                    _word("box.withdraw_more", "box.withdraw.more", say),
                    Choice("box.keep", say("box.keep")),
                )
                return (Reply(case.own("box.withdraw.ask"), choices, sensitive=True),)
            case "withdraw_sure":
                choices = (
                    _word("box.withdraw_sure", "box.withdraw.sure", say),
                    Choice("box.keep", say("box.keep")),
                )
                return (Reply(case.own("box.withdraw.ask_again"), choices, sensitive=True),)
        return (Reply(say("box.what_next"), self.ways(case), sensitive=True),)

    def ways(self, case: Case) -> tuple[Choice, ...]:
        """What can be done with the open mailbox."""
        box, say = opened(case.conversation), case.say
        found = []
        if box.questions:
            found.append(Choice("box.questions", say("box.questions")))
        if box.theirs:
            found.append(Choice("box.files", say("box.files")))
        if box.can_write:
            found.append(Choice("box.write", say("box.write")))
        found.append(Choice("box.again", say("box.again")))
        if box.can_write and self.notices.can_tell(case.incoming.person):
            told = "box.notice_off" if box.notice else "box.notice"
            found.append(Choice(told, say(told), ChoiceKind.WAY))
        if box.can_withdraw:
            found.append(Choice("box.withdraw", say("box.withdraw"), ChoiceKind.WAY))
        return (*found, _close(say))

    async def choose(self, case: Case, value: str) -> Said | None:
        """A button of the mailbox, by the part after ``box.``; None when it means nothing now."""
        box = opened(case.conversation)
        match value:
            case "write" if box.can_write:
                box.asking, box.writing = "", not box.holds
                return self.again(case)
            case "mask" if box.own and box.held is not None:
                box.held = cover_in(box.held, box.own, case.say("mask.mark"))
                box.own = ()
                return self.again(case)
            case "unmask" if box.own:
                box.own_kept, box.own = (*box.own_kept, *box.own), ()
                return self.again(case)
            case "send" if box.holds and not box.own:
                return await self.send(case)
            case "drop" if box.holds:
                dropped = box.files
                box.let_go()
                await self._files.drop([file.id for file in dropped])
                return (Reply(case.say("box.dropped"), self.ways(case), sensitive=True),)
            case "again":
                return await self.open(case, box.receipt)
            case "close":
                return close(case.conversation, case.say)
        return None

    async def _send(self, case: Case, box: OpenMailbox, text: str, message_id: str) -> Said:
        say = case.say
        try:
            if not await self.line.admitted(case.incoming.visitor):
                raise BackendSilent("line")
            written = await self.mailboxes.write(box.receipt, stable_id(box, message_id), text, box.files)
        except PerhapsDone:
            return (Reply(say("box.unsure"), self.ways(case), sensitive=True, unkept=True),)
        except BackendSilent:
            return (Reply(say("box.unsent"), self.ways(case), sensitive=True, unkept=True),)
        if written is Written.FILE_GONE:
            # What was written stays, and can go without them or with new ones.
            box.files = ()
            return (Reply(say("box.files.gone"), sensitive=True, unkept=True), *self.again(case))
        box.let_go()
        box.writing, box.asking = False, ""
        if written is Written.DAMAGED:
            return (Reply(say("box.damaged"), self.ways(case), sensitive=True),)
        if written is Written.OUT_OF_PURPOSE:
            return (Reply(refusal(None, say), self.ways(case), sensitive=True),)
        box.can_write = written is Written.TAKEN
        return (Reply(say("box.written" if box.can_write else "box.full"), self.ways(case), sensitive=True),)


def close(conversation: Conversation, say: Spoken) -> Said:
    """Close the mailbox and forget its receipt."""
    conversation.mailbox = None
    conversation.drop_sensitive()
    return (Reply(say("box.closed"), (erase_choice(say),), sensitive=True),)


def opened(conversation: Conversation) -> OpenMailbox:
    """The open mailbox; there must be one."""
    if conversation.mailbox is None:
        raise LookupError("no open mailbox")
    return conversation.mailbox


def stable_id(box: OpenMailbox, message_id: str) -> bytes:
    """The same for the same message delivered again, so that the backend takes it once."""
    return hashlib.sha256(f"{box.receipt}\0{message_id}".encode()).digest()[:16]


def _opened_as(receipt: str, found: Mailbox) -> OpenMailbox:
    questions = open_questions(found)
    return OpenMailbox(
        receipt,
        can_write=found.can_write,
        can_withdraw=found.can_withdraw,
        notice=found.notice,
        questions=questions,
        theirs=tuple(
            file for message in found.messages if message.sender == "desk" for file in message.files
        ),
        asking="question" if questions else "",
    )


def _held(box: OpenMailbox, say: Spoken) -> str:
    """What would be sent: the words, the files, or both."""
    if not box.files:
        return say("box.confirm", text=box.held or "")
    files = counted([file.kind for file in box.files], say)
    key = "box.confirm.files" if box.held is None else "box.confirm.both"
    return say(key, files=files, text=box.held or "")


def _question(question: MailboxMessage, box: OpenMailbox, case: Case) -> Reply:
    """A question with its ready answers. Consent is given by its word, never by a digit that came twice."""
    say = case.say
    consent = question.kind == "consent"
    kind = ChoiceKind.WORD if consent else ChoiceKind.ANSWER
    answers = [
        Choice(f"box.pick.{tag(question)}.{choice.id}", choice_label(choice, question, say), kind)
        for choice in question.choices
    ]
    ways = (
        Choice("box.write", say("box.write.instead"), ChoiceKind.WAY),
        Choice("box.later", say("box.later"), ChoiceKind.WAY),
        _close(say),
    )
    text = case.own("box.consent.ask") if consent else say("box.pick.ask", text=question.text)
    return Reply(text, (*answers, *ways), sensitive=True)


def _word(choice: str, key: str, say: Spoken) -> Choice:
    return Choice(choice, say(key), ChoiceKind.WORD)


def _warned(text: str, say: Spoken) -> Said:
    alarm = alarm_in(text)
    return () if alarm is None else (note_bubble(advice(alarm), say),)


def _close(say: Spoken) -> Choice:
    return Choice("box.close", say("box.close"), ChoiceKind.WAY)


def _said(text: str) -> Said:
    return (Reply(text, sensitive=True),)
