"""The tip in a conversation: what is said as it begins, goes on, rests and ends, also when nothing is stored.

Which messages belong to it is the router's affair; what they do to it, the intake's.
"""

from collections.abc import Callable

from bot import limits, receipt
from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.drafts import Kept
from bot.emergency import Alarm, emergency_reply
from bot.envelope import Incoming, Reply, Room
from bot.intake.chat import TipChat, TipTurn, asks_to_resume, is_hidden, notes_receipt
from bot.intake.draft import TipDraft
from bot.intake.terms import Effect
from bot.notice_room import NoticeRoom
from bot.talk import Talk, erase_choice, menu_choices


class TipRoom:
    """Keeps nothing of its own."""

    def __init__(
        self,
        chat: TipChat,
        talk: Talk,
        notices: NoticeRoom,
        clock: Callable[[], float] = limits.MONOTONIC,
    ) -> None:
        self._chat = chat
        self._talk = talk
        self._notices = notices
        self._clock = clock

    async def find(self, incoming: Incoming) -> Kept[TipDraft] | None:
        """The tip that is being written, if there is one. Raises ``BackendSilent``."""
        return await self._chat.find(incoming)

    async def delete(self, case: Case) -> None:
        """Destroy the tip that is being written, if there is one. Raises ``BackendSilent``."""
        await self._chat.delete(case.incoming)

    def takes(self, kept: Kept[TipDraft] | None) -> bool:
        """Whether what is typed now belongs to the tip: it is being written, or must be asked about first."""
        return kept is not None and self._chat.holds(kept.value)

    def is_receipt(self, case: Case, text: str, kept: Kept[TipDraft] | None) -> bool:
        """Whether ``text`` is to open a mailbox."""
        if kept is None or is_hidden(case.incoming) or not self._chat.holds(kept.value):
            return receipt.find_near(text) is not None
        # Inside a tip a long number may be part of what happened; only a receipt alone is one.
        return receipt.is_only_receipt(text) and not self._chat.takes_receipt_as_text(kept.value)

    async def begin(self, case: Case, category: str | None) -> Said:
        try:
            if not case.conversation.tips.holds(self._clock()) and await self.find(case.incoming) is None:
                return (Reply(case.say("tips.too_many")), *self._talk.hotlines(case.say))
            begun = await self._chat.begin(case.incoming, case.language, category)
        except BackendSilent:
            return (Reply(case.say("try_later")), *self._talk.hotlines(case.say))
        if begun is None:
            return (Reply(case.say("nobody_receives")), *self._talk.hotlines(case.say))
        return await self._after(case, begun)

    async def take(self, case: Case, text: str | None = None, alarm: Alarm | None = None) -> Said:
        """Take a text or the pressed button into the tip."""
        try:
            turn = await self._chat.step(case.incoming, text, case.language)
        except BackendSilent:
            unkept = Reply(case.say("unkept"), sensitive=True, unkept=True)
            return (*alarmed(case, alarm), unkept)
        if turn is None:
            return self._gone(case)
        return await self._after(case, turn)

    async def take_files(self, case: Case, text: str | None, alarm: Alarm | None) -> Said:
        """Take what came along as evidence, and its words into the story."""
        try:
            turn = await self._chat.attach(case.incoming, text, case.language)
        except BackendSilent:
            unkept = Reply(case.say("file.unkept"), sensitive=True, unkept=True)
            return (*alarmed(case, alarm), unkept)
        if turn is None:
            return self._gone(case)
        return await self._after(case, turn)

    def missed(self, case: Case, alarm: Alarm | None) -> Said | None:
        """What is said to a text for a tip that is no longer there, so that it goes nowhere else.

        None where the writer had no tip before their eyes.
        """
        if case.incoming.room is Room.INTAKE or (case.pageless and case.conversation.in_tip):
            return alarmed(case, alarm) + self._gone(case)
        return None

    def _gone(self, case: Case) -> Said:
        """What is said where there is no draft any more; the tip may have been sent nevertheless."""
        # It was sent before its receipt was shown: only the draft is gone, as it would be now.
        sent = case.conversation.tip_sent or notes_receipt(case.incoming)
        case.conversation.in_tip = case.conversation.tip_sent = False
        if sent:
            ended = (erase_choice(case.say), *menu_choices(case.say))
            return (Reply(case.own("finished"), ended, sensitive=True),)
        return (Reply(case.say("gone"), menu_choices(case.say), sensitive=True),)

    async def again(self, case: Case) -> Said:
        """The question that stands open in the tip, with its choices; nothing without one."""
        try:
            turn = await self._chat.again(case.incoming, case.language)
        except BackendSilent:
            return ()
        return () if turn is None else await self._after(case, turn)

    async def taken_before(self, case: Case) -> Said:
        """What is said to a press that began or moved a tip already, and comes again after a crash."""
        try:
            kept = await self.find(case.incoming)
        except BackendSilent:
            return ()
        if kept is None or case.incoming.message_id not in kept.value.seen:
            return ()
        return await self.take(case)

    async def rest(self, case: Case) -> Said:
        """Let the tip rest that is being written, so that no question to come enters it; says so."""
        try:
            rested = await self._chat.rest(case.incoming)
        except BackendSilent:
            return ()
        case.conversation.in_tip = False
        return (Reply(case.say("paused"), sensitive=True),) if rested else ()

    def is_asked_about(self, case: Case) -> bool:
        """Whether the last question was whether to go on with the tip."""
        return asks_to_resume(case.conversation.choices)

    async def ask_to_resume(self, case: Case, text: str, draft: TipDraft) -> Said:
        """Ask whether to go on with a tip that the page does not show, instead of taking ``text`` into it."""
        return await self._after(case, self._chat.ask_to_resume(case.incoming, draft, text, case.language))

    async def _after(self, case: Case, turn: TipTurn) -> Said:
        """What is said when the tip conversation goes on, rests or ends."""
        conversation = case.conversation
        if turn.effect is Effect.FINISH or (turn.effect is Effect.DISCARD and conversation.tip_sent):
            conversation.tips.take(self._clock())
        conversation.in_tip, conversation.tip_shown, conversation.tip_sent = (
            turn.in_tip,
            turn.shown,
            turn.sent,
        )
        match turn.effect:
            case Effect.LEARN:
                return turn.replies + await self._talk.topic("anonymity", case.say)
            case Effect.DISCARD:
                conversation.drop_sensitive()
                ended = (erase_choice(case.say), *menu_choices(case.say))
                return (*turn.replies, Reply(case.say("discarded"), ended, sensitive=True))
            case Effect.FINISH:
                conversation.drop_sensitive()
                offered = self._notices.offer(case, turn.receipt)
                ended = (erase_choice(case.say), *menu_choices(case.say))
                finished = Reply(case.own("finished"), ended, sensitive=True)
                return (*turn.replies, *offered, finished)
            case Effect.LEAVE:
                return (*turn.replies, *self._talk.menu(case.say))
        return turn.replies


def alarmed(case: Case, alarm: Alarm | None) -> Said:
    """The answer to a danger, before any other."""
    return () if alarm is None else (emergency_reply(alarm, case.say),)
