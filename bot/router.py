"""What one message means, and who answers it: danger, receipt, mailbox, tip, menu, message check, Rasa.

The order is the promise: no tip, receipt or mailbox message can reach Rasa, and an emergency is answered when
everything else is down.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from bot import receipt
from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.clean import Fault, clean
from bot.emergency import Alarm, alarm_in, passed_on
from bot.envelope import Attachment, Incoming, Language, Reply, Room, Turn
from bot.intake.chat import is_hidden
from bot.intake.draft import TipDraft
from bot.mailbox import close
from bot.mailbox_acts import MailboxActs
from bot.memory import Conversation
from bot.message_check import MessageCheckRoom
from bot.notice_room import NoticeRoom
from bot.phrases import Phrases
from bot.rasa import RasaAct
from bot.rooms import OpenMailboxes
from bot.talk import Talk, menu_choices
from bot.tip_room import TipRoom, alarmed
from bot.words import Words

_ELSEWHERE: Final = frozenset({"do", "topic", "more", "ask"})
"""Where buttons lead away from a tip or a mailbox to: the first part of their ids."""
_COMMANDS: Final = ("words.forget", "words.greet", "words.menu", "words.tip", "words.mailbox")
"""Words that do something at once, wherever they are written; the first that fits counts."""
_STILL_WRITING: Final = 30.0
"""Seconds: people write in several messages, and the next was on its way when the first one was answered."""


class Router:
    """Decides who answers. Keeps nothing of its own."""

    def __init__(
        self,
        phrases: Phrases,
        tips: TipRoom,
        mailbox: MailboxActs,
        open_mailboxes: OpenMailboxes,
        talk: Talk,
        *,
        notices: NoticeRoom,
        checks: MessageCheckRoom,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._phrases = phrases
        self._words = Words(phrases)
        self._tips = tips
        self._acts = mailbox
        self._mailbox = mailbox.room
        self._notices = notices
        self._open_mailboxes = open_mailboxes
        self._talk = talk
        self._checks = checks
        self._clock = clock

    async def turn(self, conversation: Conversation, incoming: Incoming, language: Language) -> Turn:
        pageless = incoming.room is None
        if pageless and not conversation.recalled:
            incoming = await self._recalled(conversation, incoming)
            language = conversation.language or language
        case = Case(conversation, incoming, language, self._phrases.spoken(language))
        if is_hidden(incoming):
            conversation.tip_shown = False
        before = conversation.mailbox
        was_open = before is not None
        said = await (self._pressed(case) if incoming.choice is not None else self._written(case))
        is_open = conversation.mailbox is not None
        if pageless and was_open != is_open:
            await self._open_mailboxes.put(incoming.person, is_open)
        await self._acts.files.let_go(before, conversation.mailbox)
        return Turn(said, self._room(conversation))

    async def _recalled(self, conversation: Conversation, incoming: Incoming) -> Incoming:
        """The message with what its writer has before their eyes, and in which language, without memory."""
        try:
            kept = await self._tips.find(incoming)
            # Last, as it is told once.
            was_open = await self._open_mailboxes.take(incoming.person, incoming.message_id)
        except BackendSilent:
            return incoming
        conversation.recalled = True
        if kept is not None:
            conversation.language = kept.value.language
        if was_open:
            conversation.mailbox_missed_until = self._clock() + _STILL_WRITING
        return replace(incoming, room=Room.MAILBOX) if was_open else incoming

    # text

    async def _written(self, case: Case) -> Said:
        attachment = case.incoming.attachment
        if attachment is None:
            return await self._read(case)
        if case.incoming.media and case.conversation.mailbox is not None:
            return await self._acts.files.take(case, self._clock())
        if case.incoming.media:
            said = await self._evidence(case)
            if said is not None:
                return said
        if clean(case.incoming.text or "").fault is Fault.EMPTY:
            return await self._unreadable(case, attachment)
        return (Reply(case.say(f"fault.{attachment}")), *await self._read(case))

    async def _evidence(self, case: Case) -> Said | None:
        """A photo or a voice note while a tip is being written; None where none is."""
        cleaned = clean(case.incoming.text or "")
        alarm = alarm_in(case.incoming.text or "")
        if cleaned.fault is Fault.TOO_LONG:
            return None
        text = cleaned.text or None
        try:
            kept = await self._tips.find(case.incoming)
        except BackendSilent:
            unknown = case.incoming.room is None and not case.conversation.recalled
            if case.conversation.in_tip or case.incoming.room is Room.INTAKE or unknown:
                return (*alarmed(case, alarm), Reply(case.say("unkept"), sensitive=True, unkept=True))
            return None
        if kept is None:
            return self._tips.missed(case, alarm)
        if not self._tips.takes(kept) and case.incoming.message_id not in kept.value.seen:
            return None
        if is_hidden(case.incoming):
            case.conversation.in_tip = True
            return await self._tips.ask_to_resume(case, text or "", kept.value)
        return await self._tips.take_files(case, text, alarm)

    async def _read(self, case: Case) -> Said:
        cleaned = clean(case.incoming.text or "")
        if cleaned.fault is Fault.TOO_LONG:
            alarm = alarm_in(case.incoming.text or "")
            fault = Reply(case.say("fault.too_long"), unkept=True)
            return (*alarmed(case, alarm), fault, *await self._asked_again(case))
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
            return await self._tips.take(case, text, alarm)
        if self._tips.is_receipt(case, text, kept) and not self._is_others_number(case, text):
            return alarmed(case, alarm) + await self._open(case, receipt.find_near(text) or "")
        hidden = is_hidden(case.incoming)
        if kept is not None and self._tips.takes(kept) and not (hidden and self._checks.awaits(case)):
            if hidden:
                return await self._beside_tip(case, text, kept.value, alarm)
            return await self._tips.take(case, text, alarm)
        missed = self._tips.missed(case, alarm) if kept is None else None
        if missed is not None:
            return missed
        case.conversation.in_tip = False
        if case.incoming.room is Room.MAILBOX:
            return (*alarmed(case, alarm), self._closed_meanwhile(case))
        return await self._outside(case, text, alarm)

    def _is_others_number(self, case: Case, text: str) -> bool:
        """Whether what is nearly a receipt is a card's or an account's number in a message passed on."""
        right = receipt.is_receipt(receipt.find(text) or "")
        return not right and self._checks.is_passed_on(case, text)

    async def _outside(self, case: Case, text: str, alarm: Alarm | None) -> Said:
        """Text that belongs to no tip and no mailbox. Danger that its writer is in is answered alone."""
        if alarm is not None and self._checks.is_others_danger(case, text):
            alarm = passed_on(alarm)
        elif alarm is not None and alarm.imminent:
            case.conversation.check_until = 0.0
            return alarmed(case, alarm)
        # A threat without an hour, or in others' words, gets its number to call, and its answer.
        said = await self._free(case, text)
        if alarm is not None:
            said = tuple(reply for reply in said if reply not in self._talk.emergency(case.say))
        return alarmed(case, alarm) + said

    async def _without_backend(self, case: Case, text: str, alarm: Alarm | None) -> Said:
        """Nobody can say whether a tip is being written: what may belong to one goes nowhere."""
        first = alarmed(case, alarm)
        unknown = case.incoming.room is None and not case.conversation.recalled
        if case.conversation.in_tip or case.incoming.room is Room.INTAKE or unknown:
            return (*first, Reply(case.say("unkept"), sensitive=True, unkept=True))
        if receipt.find_near(text) is not None:
            return (*first, Reply(case.say("box.silent"), sensitive=True))
        if case.incoming.room is Room.MAILBOX:
            return (*first, self._closed_meanwhile(case))
        return first or await self._free(case, text)

    def _misses_mailbox(self, case: Case) -> bool:
        """Whether the writer may still think that their mailbox is open."""
        return self._clock() < case.conversation.mailbox_missed_until

    def _closed_meanwhile(self, case: Case) -> Reply:
        return Reply(case.own("box.closed_meanwhile"), menu_choices(case.say), sensitive=True)

    async def _free(self, case: Case, text: str) -> Said:
        """Text that is no tip, no receipt (nor nearly one) and no mailbox message."""
        if not case.incoming.forwarded:
            chosen = self._words.digit(text, case.conversation.choices)
            if chosen is not None:
                return await self._pressed(case.pressing(chosen))
            noticed = self._notices.meant(case, text)
            if noticed is not None:
                return await self._pressed(case.pressing(noticed))
            act = self._command(text)
            if act is not None:
                case.conversation.mailbox_missed_until = case.conversation.check_until = 0.0
                return await self._do(case, act)
            if self._checks.awaits(case) and self._words.means(text, "words.check_stop"):
                case.conversation.check_until = 0.0
                return self._talk.menu(case.say)
        if self._misses_mailbox(case):
            return (self._closed_meanwhile(case),)
        if self._checks.takes(case, text):
            return await self._checks.check(case, text)
        said, wanted = await self._talk.ask(case.conversation, text, case.say)
        return await self._and_act(case, said, wanted)

    async def _beside_tip(self, case: Case, text: str, draft: TipDraft, alarm: Alarm | None) -> Said:
        """Text while a tip is being written that the page does not show: commands work, the rest waits."""
        case.conversation.in_tip = True
        asked = self._tips.is_asked_about(case)
        act = self._command(text)
        # "Delete" is one of the answers where it was asked whether to go on.
        if act is not None and not (asked and act == "forget"):
            return alarmed(case, alarm) + await self._do(case, act)
        if asked:
            return await self._tips.take(case, text, alarm)
        return await self._tips.ask_to_resume(case, text, draft)

    def _command(self, text: str) -> str | None:
        key = self._words.asked_for(text, _COMMANDS)
        return key.removeprefix("words.") if key else None

    async def _unreadable(self, case: Case, fault: Fault | Attachment) -> Said:
        again = await self._asked_again(case)
        inside = again or case.conversation.in_tip
        return (Reply(case.say(f"fault.{fault}"), () if inside else menu_choices(case.say)), *again)

    async def _asked_again(self, case: Case) -> Said:
        """The question that stands open in a tip or a mailbox, with its choices; nothing elsewhere."""
        if case.conversation.mailbox is not None:
            return self._mailbox.again(case)
        return await self._tips.again(case)

    # buttons

    async def _pressed(self, case: Case) -> Said:
        """What a button does. One that leads away from a tip or a mailbox closes it, where no page does."""
        room, _, rest = (case.incoming.choice or "").partition(".")
        case.conversation.check_until = 0.0
        leaves = case.pageless and room in _ELSEWHERE and rest not in ("tip", "forget")
        first = await self._left(case) if leaves else ()
        if room != "box":
            case.conversation.mailbox_missed_until = 0.0
        return first + await self._chosen(case)

    async def _left(self, case: Case) -> Said:
        """What is said when the tip rests or the mailbox closes, so that nothing to come enters either."""
        if case.conversation.mailbox is not None:
            return close(case.conversation, case.say)
        return await self._tips.rest(case)

    async def _chosen(self, case: Case) -> Said:
        choice = case.incoming.choice or ""
        room, _, rest = choice.partition(".")
        match room:
            case "tip":
                return await self._tips.take(case)
            case "box" if case.conversation.mailbox is not None:
                said = await self._acts.choose(case, rest)
                return said if said is not None else self._stale(case)
            case "box" if self._misses_mailbox(case):
                return (self._closed_meanwhile(case),)
            case "notice":
                said = await self._notices.choose(case, rest)
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
        return await self._tips.taken_before(case) or self._stale(case)

    def _stale(self, case: Case) -> Said:
        return (Reply(case.say("stale_button"), menu_choices(case.say)),)

    # acts

    async def _and_act(self, case: Case, said: Said, wanted: RasaAct | None) -> Said:
        if wanted is None:
            return said
        if wanted.do == "language" and wanted.lang is not None:
            case.conversation.language = wanted.lang
            say = self._phrases.spoken(wanted.lang)
            return (Reply(say("language.switched"), menu_choices(say), language=wanted.lang),)
        done = await self._do(case, wanted.do, wanted.category)
        return done + said if wanted.do == "emergency" else said + done

    async def _do(self, case: Case, act: str, category: str | None = None) -> Said:
        name, _, argument = act.partition(".")
        match name:
            case "tip" | "start_tip":
                if case.conversation.mailbox is not None:
                    close(case.conversation, case.say)
                return await self._tips.begin(case, category)
            case "mailbox" | "open_mailbox":
                return (Reply(case.say("box.ask"), sensitive=True),)
            case "topics":
                page = int(argument) if argument.isascii() and argument.isdigit() and len(argument) < 4 else 0
                return await self._talk.topics(case.say, page)
            case "loan":
                said, wanted = await self._talk.loan(case.conversation, case.say)
                return await self._and_act(case, said, wanted)
            case "check_message":
                return await self._checks.asked(case)
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

    async def _open(self, case: Case, digits: str) -> Said:
        return await self._mailbox.try_receipt(case, digits, self._clock())

    async def _to_mailbox(self, case: Case, text: str) -> Said:
        """Text while a mailbox is open: a digit, a word, another receipt, or a message to the liaisons.

        What somebody else wrote presses nothing and opens nothing.
        """
        if case.incoming.forwarded:
            return await self._mailbox.write(case, text)
        chosen = self._words.digit(text, case.conversation.choices)
        if chosen is not None:
            return await self._pressed(case.pressing(chosen))
        box = case.conversation.mailbox
        if box is not None and box.holds and not box.own:
            # Sending cannot be taken back, so its yes is read as it is spelt.
            send = self._words.is_spelt(text, "words.box_send")
            if send or self._words.means(text, "words.box_drop"):
                return await self._pressed(case.pressing("box.send" if send else "box.drop"))
        meant = self._acts.meant(case, text)
        if meant is not None:
            return await self._pressed(case.pressing(f"box.{meant}"))
        if self._words.means(text, "words.close"):
            return close(case.conversation, case.say)
        if self._words.means(text, "words.forget"):
            return await self._forget(case)
        if receipt.is_only_receipt(text):
            return await self._open(case, receipt.find(text) or "")
        return await self._mailbox.write(case, text)

    async def _forget(self, case: Case) -> Said:
        key = "forgotten"
        try:
            await self._tips.delete(case)
        except BackendSilent:
            key = "forgotten.partly"
        try:
            await self._notices.forget(case)
        except BackendSilent:
            key = "forgotten.partly"
        case.conversation.forget()
        return (Reply(case.own(key), menu_choices(case.say), forget=True),)

    def _room(self, conversation: Conversation) -> Room:
        if conversation.mailbox is not None:
            return Room.MAILBOX
        return Room.INTAKE if conversation.in_tip and conversation.tip_shown else Room.CHAT
