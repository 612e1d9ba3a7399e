"""What one message means, and who answers it: danger first, then receipt, mailbox, tip, menu, Rasa.

The order is the promise: no tip, receipt or mailbox message can reach Rasa, and an emergency is answered when
everything else is down.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot import receipt
from bot.backend import BackendSilent
from bot.clean import Fault, clean
from bot.drafts import Kept
from bot.emergency import Alarm, alarm_in, emergency_reply
from bot.envelope import Attachment, Incoming, Language, Reply, Room, Turn
from bot.intake.chat import TipChat, TipTurn, asks_to_resume, is_hidden, notes_receipt
from bot.intake.draft import TipDraft
from bot.intake.terms import Effect
from bot.mailbox import MailboxRoom, close
from bot.memory import Conversation
from bot.phrases import Phrases, Spoken
from bot.rasa import RasaAct
from bot.rooms import OpenMailboxes
from bot.talk import Talk, menu_choices
from bot.words import Words

Said = tuple[Reply, ...]
_ELSEWHERE: Final = frozenset({"do", "topic", "more", "ask"})
"""Where buttons lead away from a tip to: the first part of their ids."""


@dataclass(frozen=True)
class _Case:
    """One message with everything that its answer depends on."""

    conversation: Conversation
    incoming: Incoming
    language: Language
    say: Spoken


class Router:
    """Decides who answers. Keeps nothing of its own."""

    def __init__(
        self,
        phrases: Phrases,
        tips: TipChat,
        mailbox: MailboxRoom,
        open_mailboxes: OpenMailboxes,
        talk: Talk,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._phrases = phrases
        self._words = Words(phrases)
        self._tips = tips
        self._mailbox = mailbox
        self._open_mailboxes = open_mailboxes
        self._talk = talk
        self._clock = clock

    async def turn(self, conversation: Conversation, incoming: Incoming, language: Language) -> Turn:
        pageless = incoming.room is None
        if pageless and not conversation.recalled:
            incoming = await self._recalled(conversation, incoming)
        case = _Case(conversation, incoming, language, self._phrases.spoken(language))
        if is_hidden(incoming):
            conversation.tip_shown = False
        was_open = conversation.mailbox is not None
        said = await (self._pressed(case) if incoming.choice is not None else self._written(case))
        is_open = conversation.mailbox is not None
        if pageless and was_open != is_open:
            await self._open_mailboxes.put(incoming.person, is_open)
        return Turn(said, self._room(conversation))

    async def _recalled(self, conversation: Conversation, incoming: Incoming) -> Incoming:
        """The message with what its writer has before their eyes, where memory does not tell."""
        try:
            was_open = await self._open_mailboxes.take(incoming.person)
        except BackendSilent:
            return incoming
        conversation.recalled = True
        return replace(incoming, room=Room.MAILBOX) if was_open else incoming

    # text

    async def _written(self, case: _Case) -> Said:
        attachment = case.incoming.attachment
        if attachment is None:
            return await self._read(case)
        if clean(case.incoming.text or "").fault is Fault.EMPTY:
            return await self._unreadable(case, attachment)
        return (Reply(case.say(f"fault.{attachment}")), *await self._read(case))

    async def _read(self, case: _Case) -> Said:
        cleaned = clean(case.incoming.text or "")
        if cleaned.fault is Fault.TOO_LONG:
            alarm = alarm_in(case.incoming.text or "")
            fault = Reply(case.say("fault.too_long"), unkept=True)
            return (*self._alarmed(case, alarm), fault, *await self._asked_again(case))
        if cleaned.fault is not None:
            return await self._unreadable(case, cleaned.fault)
        text, alarm = cleaned.text, alarm_in(cleaned.text)
        if case.conversation.mailbox is not None:
            return await self._to_mailbox(case, text)
        try:
            kept = await self._tips.find(case.incoming)
        except BackendSilent:
            return await self._without_backend(case, text, alarm)
        if kept is not None and case.incoming.message_id in kept.value.seen:
            return await self._to_tip(case, text, alarm)
        if self._is_receipt(text, None if is_hidden(case.incoming) else kept):
            return self._alarmed(case, alarm) + await self._open(case, receipt.find_near(text) or "")
        if kept is not None and self._tips.holds(kept.value):
            if is_hidden(case.incoming):
                return await self._beside_tip(case, text, kept.value, alarm)
            return await self._to_tip(case, text, alarm)
        case.conversation.in_tip = False
        if alarm is not None and alarm.imminent:
            return self._alarmed(case, alarm)
        if case.incoming.room is Room.INTAKE and kept is None:
            return (Reply(case.say("gone"), menu_choices(case.say), sensitive=True),)
        if case.incoming.room is Room.MAILBOX:
            return (self._closed_meanwhile(case),)
        # A threat without an hour gets its number to call, and its answer.
        said = await self._free(case, text)
        if alarm is not None:
            said = tuple(reply for reply in said if reply not in self._talk.emergency(case.say))
        return self._alarmed(case, alarm) + said

    async def _without_backend(self, case: _Case, text: str, alarm: Alarm | None) -> Said:
        """Nobody can say whether a tip is being written: what may belong to one goes nowhere."""
        first = self._alarmed(case, alarm)
        unknown = case.incoming.room is None and not case.conversation.recalled
        if case.conversation.in_tip or case.incoming.room is Room.INTAKE or unknown:
            return (*first, Reply(case.say("unkept"), sensitive=True, unkept=True))
        if receipt.find_near(text) is not None:
            return (*first, Reply(case.say("box.silent"), sensitive=True))
        if case.incoming.room is Room.MAILBOX:
            return (*first, self._closed_meanwhile(case))
        return first or await self._free(case, text)

    def _closed_meanwhile(self, case: _Case) -> Reply:
        key = case.say.own("box.closed_meanwhile", case.incoming.person.channel)
        return Reply(case.say(key), menu_choices(case.say), sensitive=True)

    def _is_receipt(self, text: str, kept: Kept[TipDraft] | None) -> bool:
        if kept is None or not self._tips.holds(kept.value):
            return receipt.find_near(text) is not None
        # Inside a tip a long number may be part of what happened; only a receipt alone is one.
        return receipt.is_only_receipt(text) and not self._tips.takes_receipt_as_text(kept.value)

    async def _free(self, case: _Case, text: str) -> Said:
        """Text that is no tip, no receipt (nor nearly one) and no mailbox message."""
        chosen = self._words.digit(text, case.conversation.choices)
        if chosen is not None:
            return await self._pressed(
                replace(case, incoming=replace(case.incoming, text=None, choice=chosen))
            )
        act = self._command(text)
        if act is not None:
            return await self._do(case, act)
        said, wanted = await self._talk.ask(case.conversation, text, case.say)
        return await self._and_act(case, said, wanted)

    async def _beside_tip(self, case: _Case, text: str, draft: TipDraft, alarm: Alarm | None) -> Said:
        """Text while a tip is being written that the page does not show: commands work, the rest waits."""
        case.conversation.in_tip = True
        asked = asks_to_resume(case.conversation.choices)
        act = self._command(text)
        # "Delete" is one of the answers where it was asked whether to go on.
        if act is not None and not (asked and act == "forget"):
            return self._alarmed(case, alarm) + await self._do(case, act)
        if asked:
            return await self._to_tip(case, text, alarm)
        return await self._after(case, self._tips.ask_to_resume(case.incoming, draft, text, case.language))

    def _command(self, text: str) -> str | None:
        acts = ("forget", "greet", "menu", "tip", "mailbox")
        return next((act for act in acts if self._words.asks_for(text, f"words.{act}")), None)

    def _alarmed(self, case: _Case, alarm: Alarm | None) -> Said:
        return () if alarm is None else (emergency_reply(alarm, case.say),)

    async def _unreadable(self, case: _Case, fault: Fault | Attachment) -> Said:
        again = await self._asked_again(case)
        inside = again or case.conversation.in_tip
        return (Reply(case.say(f"fault.{fault}"), () if inside else menu_choices(case.say)), *again)

    async def _asked_again(self, case: _Case) -> Said:
        """The question that stands open in a tip or a mailbox, with its choices; nothing elsewhere."""
        if case.conversation.mailbox is not None:
            return self._mailbox.again(case.conversation.mailbox, case.say)
        try:
            turn = await self._tips.again(case.incoming, case.language)
        except BackendSilent:
            return ()
        return () if turn is None else await self._after(case, turn)

    # buttons

    async def _pressed(self, case: _Case) -> Said:
        """What a button does. One that leads away from a tip lets it rest where no page shows it."""
        room, _, rest = (case.incoming.choice or "").partition(".")
        leaves = case.incoming.room is None and room in _ELSEWHERE and rest not in ("tip", "forget")
        first = await self._rested(case) if leaves else ()
        return first + await self._chosen(case)

    async def _chosen(self, case: _Case) -> Said:
        choice = case.incoming.choice or ""
        room, _, rest = choice.partition(".")
        match room:
            case "tip":
                return await self._to_tip(case, None, None)
            case "box" if case.conversation.mailbox is not None:
                said = await self._mailbox.choose(case.conversation, rest, case.say)
                return said if said is not None else self._stale(case)
            case "do":
                return await self._do(case, rest)
            case "topic":
                return await self._talk.topic(rest, case.say)
            case "more":
                topic, _, section = rest.partition(".")
                return await self._talk.section(topic, section, case.say)
            case "ask" if choice in case.conversation.offered:
                payload = case.conversation.offered[choice]
                said, wanted = await self._talk.press(case.conversation, payload, case.say)
                return await self._and_act(case, said, wanted)
        return await self._taken_before(case) or self._stale(case)

    async def _taken_before(self, case: _Case) -> Said:
        """What is said to a press that began or moved a tip already, and comes again after a crash."""
        try:
            kept = await self._tips.find(case.incoming)
        except BackendSilent:
            return ()
        if kept is None or case.incoming.message_id not in kept.value.seen:
            return ()
        return await self._to_tip(case, None, None)

    async def _rested(self, case: _Case) -> Said:
        """Let the tip rest that is being written, so that no question to come enters it; says so."""
        try:
            rested = await self._tips.rest(case.incoming)
        except BackendSilent:
            return ()
        case.conversation.in_tip = False
        return (Reply(case.say("paused"), sensitive=True),) if rested else ()

    def _stale(self, case: _Case) -> Said:
        return (Reply(case.say("stale_button"), menu_choices(case.say)),)

    # acts

    async def _and_act(self, case: _Case, said: Said, wanted: RasaAct | None) -> Said:
        if wanted is None:
            return said
        if wanted.do == "language" and wanted.lang is not None:
            case.conversation.language = wanted.lang
            say = self._phrases.spoken(wanted.lang)
            return (Reply(say("language.switched"), menu_choices(say), language=wanted.lang),)
        return said + await self._do(case, wanted.do, wanted.category)

    async def _do(self, case: _Case, act: str, category: str | None = None) -> Said:
        name, _, argument = act.partition(".")
        match name:
            case "tip" | "start_tip":
                return await self._begin(case, category)
            case "mailbox" | "open_mailbox":
                return (Reply(case.say("box.ask"), sensitive=True),)
            case "topics":
                page = int(argument) if argument.isascii() and argument.isdigit() and len(argument) < 4 else 0
                return await self._talk.topics(case.say, page)
            case "hotlines":
                return self._talk.hotlines(case.say)
            case "human":
                return self._talk.human(case.say)
            case "emergency":
                return self._talk.emergency(case.say)
            case "forget":
                return await self._forget(case)
            case "greet":
                return (Reply(case.say("greeting")), *self._talk.menu(case.say))
            case "menu":
                return self._talk.menu(case.say)
        return self._stale(case)

    async def _begin(self, case: _Case, category: str | None) -> Said:
        if case.conversation.mailbox is not None:
            close(case.conversation, case.say)
        try:
            begun = await self._tips.begin(case.incoming, case.language, category)
        except BackendSilent:
            return (Reply(case.say("try_later")), *self._talk.hotlines(case.say))
        if begun is None:
            return (Reply(case.say("nobody_receives")), *self._talk.hotlines(case.say))
        return await self._after(case, begun)

    async def _to_tip(self, case: _Case, text: str | None, alarm: Alarm | None) -> Said:
        try:
            turn = await self._tips.step(case.incoming, text, case.language)
        except BackendSilent:
            unkept = Reply(case.say("unkept"), sensitive=True, unkept=True)
            return (*self._alarmed(case, alarm), unkept)
        if turn is None:
            case.conversation.in_tip = False
            # The tip was sent before its receipt was shown: only the draft is gone, as it would be now.
            key = (
                case.say.own("finished", case.incoming.person.channel)
                if notes_receipt(case.incoming)
                else "gone"
            )
            return (Reply(case.say(key), menu_choices(case.say), sensitive=True),)
        return await self._after(case, turn)

    async def _after(self, case: _Case, turn: TipTurn) -> Said:
        """What is said when the tip conversation goes on, rests or ends."""
        case.conversation.in_tip, case.conversation.tip_shown = turn.in_tip, turn.shown
        match turn.effect:
            case Effect.LEARN:
                return turn.replies + await self._talk.topic("anonymity", case.say)
            case Effect.DISCARD:
                case.conversation.drop_sensitive()
                return (*turn.replies, Reply(case.say("discarded"), menu_choices(case.say), sensitive=True))
            case Effect.FINISH:
                case.conversation.drop_sensitive()
                finished = case.say.own("finished", case.incoming.person.channel)
                return (*turn.replies, Reply(case.say(finished), menu_choices(case.say), sensitive=True))
            case Effect.LEAVE:
                return (*turn.replies, *self._talk.menu(case.say))
        return turn.replies

    async def _open(self, case: _Case, digits: str) -> Said:
        if not receipt.is_receipt(digits):
            return (Reply(case.say("box.wrong_digits"), sensitive=True),)
        if not case.conversation.receipts.take(self._clock()):
            return (Reply(case.say("fault.too_fast"), sensitive=True, unkept=True),)
        return await self._mailbox.open(case.conversation, digits, case.say)

    async def _to_mailbox(self, case: _Case, text: str) -> Said:
        """Text while a mailbox is open: a digit, a word, another receipt, or a message to the liaisons."""
        chosen = self._words.digit(text, case.conversation.choices)
        if chosen is not None:
            return await self._pressed(
                replace(case, incoming=replace(case.incoming, text=None, choice=chosen))
            )
        box = case.conversation.mailbox
        if box is not None and box.held is not None:
            # Sending cannot be taken back, so its yes is read as it is spelt.
            send = self._words.is_spelt(text, "words.box_send")
            if send or self._words.means(text, "words.box_drop"):
                choice = "box.send" if send else "box.drop"
                return await self._pressed(
                    replace(case, incoming=replace(case.incoming, text=None, choice=choice))
                )
        if self._words.means(text, "words.close"):
            return close(case.conversation, case.say)
        if self._words.means(text, "words.forget"):
            return await self._forget(case)
        if receipt.is_only_receipt(text):
            return await self._open(case, receipt.find(text) or "")
        return await self._mailbox.write(case.conversation, text, case.incoming.message_id, case.say)

    async def _forget(self, case: _Case) -> Said:
        key = "forgotten"
        try:
            await self._tips.delete(case.incoming)
        except BackendSilent:
            key = "forgotten.partly"
        case.conversation.forget()
        key = case.say.own(key, case.incoming.person.channel)
        return (Reply(case.say(key), menu_choices(case.say), forget=True),)

    def _room(self, conversation: Conversation) -> Room:
        if conversation.mailbox is not None:
            return Room.MAILBOX
        return Room.INTAKE if conversation.in_tip and conversation.tip_shown else Room.CHAT
