"""What can be done with an open mailbox beyond reading and writing: answer a question, be told, withdraw."""

from typing import Final

from backend.text.normalize import fold
from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.envelope import Reply
from bot.files import Files
from bot.mailbox import MailboxRoom, opened, stable_id
from bot.mailbox_client import MailboxMessage, PerhapsDone, Withdrawn, Written
from bot.mailbox_files import MailboxFiles
from bot.mailbox_view import choice_label, tag
from bot.memory import OpenMailbox
from bot.notice_room import switched_on
from bot.phrases import Phrases
from bot.talk import menu_choices
from bot.words import Words, bare

PICKED: Final = {
    Written.TAKEN: "box.picked",
    Written.ANSWERED: "box.picked_already",
    Written.DAMAGED: "box.damaged",
}
"""What is said of a ready answer that was tapped; of any other end, that the mailbox takes no more."""
_CODED: Final = {"yes": "words.pick_yes", "no": "words.pick_no", "unsure": "words.pick_unsure"}


class MailboxActs:
    """The buttons and words of the open mailbox that ``MailboxRoom`` does not know."""

    def __init__(self, room: MailboxRoom, files: Files, phrases: Phrases) -> None:
        self.room = room
        self.files = MailboxFiles(room, files)
        self._words = Words(phrases)

    def meant(self, case: Case, text: str) -> str | None:
        """The button that a typed word stands for now, as ``choose`` takes it."""
        box = opened(case.conversation)
        if box.own:
            return self._about_own(text)
        if box.writing or box.holds:
            return None
        match box.asking:
            case "question" if box.questions:
                chosen = self._picked(text, box.questions[0], case)
                if chosen is not None:
                    return f"pick.{tag(box.questions[0])}.{chosen}"
            case "notice":
                if self._words.means(text, "words.notice_on"):
                    return "notice_on"
                if self._words.means(text, "words.notice_no"):
                    return "keep"
            case "withdraw" if self._words.is_spelt(text, "words.withdraw_more"):
                return "withdraw_more"
            case "withdraw_sure" if self._words.is_spelt(text, "words.withdraw_sure"):
                return "withdraw_sure"
            case "withdraw" | "withdraw_sure" if self._words.means(text, "words.keep_sent"):
                return "keep"
        return self._way(text, box, case)

    def _about_own(self, text: str) -> str | None:
        """What a word means at the question whether to cover what is one's own."""
        if any(self._words.means(text, key) for key in ("words.mask", "words.mask_all")):
            return "mask"
        if self._words.means(text, "words.unmask"):
            return "unmask"
        return "drop" if self._words.means(text, "words.box_drop") else None

    async def choose(self, case: Case, value: str) -> Said | None:
        """A button, by the part after ``box.``; None when it means nothing now."""
        box = opened(case.conversation)
        name, _, rest = value.partition(".")
        match name:
            case "pick":
                return await self._answer(case, box, rest)
            case "questions" if box.questions:
                box.asking, box.writing = "question", False
                return self.room.again(case)
            case "files" if box.theirs:
                return await self.files.show(case)
            case "later" | "keep":
                box.asking = ""
                return self.room.again(case)
            case "notice" if self.room.notices.can_tell(case.incoming.person) and not box.notice:
                box.asking, box.writing = "notice", False
                return self.room.again(case)
            case "notice_on" if box.asking == "notice":
                return await self._notice_on(case, box)
            case "notice_off":
                return await self._notice_off(case, box)
            case "withdraw" if box.can_withdraw:
                box.asking, box.writing = "withdraw", False
                return self.room.again(case)
            case "withdraw_more" if box.asking == "withdraw":
                box.asking = "withdraw_sure"
                return self.room.again(case)
            case "withdraw_sure" if box.asking == "withdraw_sure":
                return await self._withdraw(case, box)
        return await self.room.choose(case, value)

    def _way(self, text: str, box: OpenMailbox, case: Case) -> str | None:
        """The words of the ways about; while a question is open "later" is one of them."""
        if box.can_withdraw and self._words.means(text, "words.withdraw"):
            return "withdraw"
        asked_to_tell = not box.notice and self._words.means(text, "words.notice_on")
        if asked_to_tell and self.room.notices.can_tell(case.incoming.person):
            return "notice"
        if box.notice and self._words.means(text, "words.notice_off"):
            return "notice_off"
        if box.asking == "question":
            for word in ("later", "write_instead"):
                if self._words.means(text, f"words.{word}"):
                    return word.removesuffix("_instead")
        return None

    def _picked(self, text: str, question: MailboxMessage, case: Case) -> str | None:
        """The ready answer that a whole text is: the words of its button, or known ones for yes and no."""
        plain = bare(text).lower()
        if question.kind == "consent":
            # Nobody agrees to this by a word that only sounds like it.
            for code in ("yes", "no"):
                if self._words.is_spelt(text, f"words.consent_{code}"):
                    return code
            return None
        for choice in question.choices:
            label = bare(choice_label(choice, question, case.say)).lower()
            alike = " " in label and fold(plain) == fold(label)
            coded = not choice.text and self._words.is_spelt(text, _CODED.get(choice.id, "words.pick_yes"))
            if plain == label or alike or coded:
                return choice.id
        return None

    async def _answer(self, case: Case, box: OpenMailbox, picked: str) -> Said | None:
        mark, _, choice_id = picked.partition(".")
        question = next((each for each in box.questions if tag(each) == mark), None)
        chosen = next((each for each in question.choices if each.id == choice_id), None) if question else None
        if question is None or chosen is None:
            return None
        say = case.say
        try:
            if not await self.room.line.admitted(case.incoming.visitor):
                raise BackendSilent("line")
            message_id = stable_id(box, case.incoming.message_id)
            written = await self.room.mailboxes.answer(box.receipt, message_id, question.id, chosen.id)
        except PerhapsDone:
            box.asking = ""
            return (Reply(say("box.unsure"), self.room.ways(case), sensitive=True, unkept=True),)
        except BackendSilent:
            return (Reply(say("box.unsent"), sensitive=True, unkept=True), *self.room.again(case))
        box.questions = tuple(each for each in box.questions if each is not question)
        # The next question waits: what was typed twice must not answer it.
        box.asking, box.writing = "", False
        key = PICKED.get(written, "box.full")
        told = say(key, answer=choice_label(chosen, question, say))
        return (Reply(told, self.room.ways(case), sensitive=True),)

    async def _notice_on(self, case: Case, box: OpenMailbox) -> Said:
        said = await switched_on(self.room.notices, case, box.receipt)
        box.asking, box.notice = "", said == case.say("notice.is_on")
        return (Reply(said, self.room.ways(case), sensitive=True),)

    async def _notice_off(self, case: Case, box: OpenMailbox) -> Said:
        box.asking = ""
        try:
            await self.room.notices.off(box.receipt)
        except BackendSilent:
            return (Reply(case.say("notice.silent"), self.room.ways(case), sensitive=True),)
        box.notice = False
        return (Reply(case.say("notice.is_off"), self.room.ways(case), sensitive=True),)

    async def _withdraw(self, case: Case, box: OpenMailbox) -> Said:
        say = case.say
        try:
            if not await self.room.line.admitted(case.incoming.visitor):
                raise BackendSilent("line")
            withdrawn = await self.room.mailboxes.withdraw(box.receipt)
        except PerhapsDone:
            box.asking = ""
            return (Reply(say("box.withdraw.unsure"), self.room.ways(case), sensitive=True),)
        except BackendSilent:
            box.asking = ""
            return (Reply(say("box.withdraw.silent"), self.room.ways(case), sensitive=True),)
        if withdrawn is Withdrawn.DAMAGED:
            box.asking = ""
            return (Reply(say("box.damaged"), self.room.ways(case), sensitive=True),)
        if withdrawn is Withdrawn.HANDED_OVER:
            box.asking, box.can_withdraw = "", False
            return (Reply(say("box.withdraw.too_late"), self.room.ways(case), sensitive=True),)
        # Not there any more means withdrawn just now, by the same word that came twice.
        case.conversation.mailbox = None
        case.conversation.drop_sensitive()
        return (Reply(say("box.withdrawn"), menu_choices(say), sensitive=True),)
