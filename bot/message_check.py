"""The check of a message that was passed on: when it is done, when it is asked for, how its answer is told.

Keeps nothing of its own. What is checked goes to the backend, which keeps it nowhere, and never to Rasa: Rasa
hears which topic the answer named, so that "what do I do now?" means that one.
"""

import time
from collections.abc import Callable
from typing import Final

from bot.backend import Backend, BackendSilent, CheckedMessage, CheckedSign
from bot.case import Case, Said
from bot.clean import clean
from bot.envelope import Choice, ChoiceKind, Reply
from bot.pasted import Pasted, plainly
from bot.phrases import Phrases, Spoken
from bot.talk import Talk

WAITS: Final = 600.0
"""Seconds in which the next text is taken for the message that was asked for."""
LONGEST: Final = 600
"""Characters of an answer; signs beyond it are left out, never the verdict or what to do."""
_FEWEST_WORDS: Final = 3
"""Of a message that was asked for, unless it is a link, a number or forwarded."""
_MOST_SIGNS: Final = 4
_MOST_LISTED: Final = 2
_WORDING: Final = "wording"
_LISTED: Final = "listed"
_SHARES: Final = ((0.15, "little"), (0.3, "quarter"), (0.42, "third"), (0.6, "half"), (1.01, "most"))
"""Up to which part of a conclusion it is called so (``check.share.<name>``)."""


class MessageCheckRoom:
    """What the router hands messages to that are not the worker's own words."""

    def __init__(
        self, backend: Backend, talk: Talk, phrases: Phrases, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._backend = backend
        self._talk = talk
        self._pasted = Pasted(phrases)
        self._clock = clock

    def is_passed_on(self, case: Case, text: str) -> bool:
        """Whether ``text`` was forwarded, or looks so much like it that it is checked unasked."""
        return case.incoming.forwarded or self._pasted.looks_passed_on(text)

    def is_others_danger(self, case: Case, text: str) -> bool:
        """Whether a danger in ``text`` is surely told by others: forwarded, asked for, or a threat.

        A cry for help with a link or a number in it is the worker's own until something says otherwise.
        """
        if case.incoming.forwarded:
            return True
        said_by_others = self.awaits(case) or self._pasted.is_a_threat(text)
        return said_by_others and self._pasted.looks_passed_on(text)

    def awaits(self, case: Case) -> bool:
        """Whether the message to check was asked for, and has not come yet."""
        return self._clock() < case.conversation.check_until

    def takes(self, case: Case, text: str) -> bool:
        """Whether ``text`` is to be checked: passed on, or the one that was asked for."""
        return self.awaits(case) or self.is_passed_on(case, text)

    def ask(self, case: Case) -> Said:
        """Ask for the message; whatever is written next is it."""
        case.conversation.check_until = self._clock() + WAITS
        return (Reply(case.say("check.ask"), (_start(case.say),)),)

    async def asked(self, case: Case) -> Said:
        """After "is this a fraud?": check what the question holds, else ask for the message."""
        held = self._pasted.message_in(clean(case.incoming.text or "").text)
        return self.ask(case) if held is None else await self._checked(case, held)

    async def check(self, case: Case, text: str) -> Said:
        """Check what was passed on; ask once more where only a word came, which is no message."""
        if not self.is_passed_on(case, text) and len(text.split()) < _FEWEST_WORDS:
            return self.ask(case)
        held = None if case.incoming.forwarded else self._pasted.message_in(text)
        return await self._checked(case, held or text)

    async def _checked(self, case: Case, message: str) -> Said:
        case.conversation.check_until = 0.0
        try:
            found = await self._backend.check_message(message, case.say.language)
            titles = {} if found.tactic is None else await self._titles(case)
        except BackendSilent:
            return (Reply(case.say("check.silent")), *await self._talk.topics(case.say))
        title = titles.get(found.tactic or "")
        if found.tactic is not None and title is not None:
            await self._talk.note_topic(case.conversation, found.tactic, case.say)
        return (Reply(told(found, case.say), _choices(found, title, case.say)),)

    async def _titles(self, case: Case) -> dict[str, str]:
        return {topic.id: topic.title for topic in await self._backend.topics(case.say.language)}


def told(found: CheckedMessage, say: Spoken) -> str:
    """The answer: verdict, what to do now, then why: lists, signs with their words, the wording."""
    accuses = found.verdict != "no_sign"
    step = say("check.next", step=found.next_step) if accuses else found.next_step
    lists = [
        say(
            "check.listed",
            written=plainly(one.written),
            source=plainly(one.source),
            day=f"{one.listed_on:%d/%m/%Y}",
        )
        for one in found.listed[:_MOST_LISTED]
    ]
    signs = [_sign(sign, say) for sign in _told_of(found, accuses=accuses)]
    wording = _wording(found, say)
    while signs and len("\n".join([found.title, step, *lists, *signs, *wording])) > LONGEST:
        signs.pop()
    return "\n".join([found.title, step, *lists, *signs, *wording])


def _told_of(found: CheckedMessage, *, accuses: bool) -> list[CheckedSign]:
    """The signs of rules that are named, each of other words than those before."""
    named: dict[str, CheckedSign] = {}
    for sign in found.signals:
        if sign.code not in (_WORDING, _LISTED) and (sign.weight > 0 or not accuses):
            named.setdefault(sign.words, sign)
    return list(named.values())[:_MOST_SIGNS]


def _sign(sign: CheckedSign, say: Spoken) -> str:
    key = "check.sign" if sign.weight > 0 else "check.sign_against"
    return say(key, label=sign.label, words=plainly(sign.words))


def _wording(found: CheckedMessage, say: Spoken) -> list[str]:
    """What the learned model makes of the wording, and how much of the conclusion that is."""
    worded = next((sign for sign in found.signals if sign.code == _WORDING), None)
    if worded is None or not worded.weight:
        return []
    if (worded.weight > 0) != (found.verdict != "no_sign"):
        return [say("check.wording.scam_yet" if worded.weight > 0 else "check.wording.harmless_yet")]
    same = sum(abs(sign.weight) for sign in found.signals if sign.weight * worded.weight > 0)
    part = abs(worded.weight) / same
    share = say(f"check.share.{next(name for most, name in _SHARES if part <= most)}")
    return [say("check.wording.scam" if worded.weight > 0 else "check.wording.harmless", share=share)]


def _choices(found: CheckedMessage, title: str | None, say: Spoken) -> tuple[Choice, ...]:
    topic = () if title is None else (Choice(f"topic.{found.tactic}", title),)
    report = Choice("do.tip", say("menu.tip"))
    return (*topic, report, Choice("do.check_message", say("check.another")), _start(say))


def _start(say: Spoken) -> Choice:
    return Choice("do.menu", say("menu.menu"), ChoiceKind.WAY)
