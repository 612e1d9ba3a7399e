"""The question, after a tip was sent, whether to be told of an answer: what it means first, then the yes.

The receipt stays in memory until it is answered, and for some minutes at most.
"""

from typing import Final

from bot.backend import BackendSilent
from bot.case import Case, Said
from bot.envelope import Choice, ChoiceKind, Reply
from bot.notices import Notices
from bot.phrases import Phrases
from bot.words import Words

_STANDS: Final = 300.0
"""Seconds for which the offer can be taken up."""


class NoticeRoom:
    """Keeps nothing of its own."""

    def __init__(self, notices: Notices, phrases: Phrases) -> None:
        self._notices = notices
        self._words = Words(phrases)

    def offer(self, case: Case, receipt: str | None) -> Said:
        """The offer for a tip whose receipt was just noted, where the channel can be written to at all."""
        if receipt is None or not self._notices.can_tell(case.incoming.person):
            return ()
        case.conversation.notice_receipt = receipt
        case.conversation.notice_offered_at = case.conversation.used_at
        return (Reply(case.own("notice.offer"), yes_or_no(case, "notice"), sensitive=True),)

    def meant(self, case: Case, text: str) -> str | None:
        """The button that a typed word stands for, while the offer is open."""
        if _standing(case) is None or case.incoming.forwarded:
            return None
        if self._words.means(text, "words.notice_on"):
            return "notice.on"
        return "notice.no" if self._words.means(text, "words.notice_no") else None

    async def choose(self, case: Case, value: str) -> Said | None:
        """What a button of the offer does; None when it stands no longer."""
        receipt = _standing(case)
        if receipt is None:
            return None
        case.conversation.notice_receipt = None
        if value != "on":
            return (Reply(case.say("notice.no_thanks"), sensitive=True),)
        return (Reply(await switched_on(self._notices, case, receipt), sensitive=True),)

    async def forget(self, case: Case) -> None:
        """Destroy every return address of this person. Raises ``BackendSilent``."""
        await self._notices.forget(case.incoming.person)


def _standing(case: Case) -> str | None:
    """The receipt of the offer, which is forgotten when nobody answers it for a while."""
    conversation = case.conversation
    if conversation.used_at - conversation.notice_offered_at > _STANDS:
        conversation.notice_receipt = None
    return conversation.notice_receipt


def yes_or_no(case: Case, room: str) -> tuple[Choice, ...]:
    """Both answers by their words: a digit may be an earlier answer's, and an address is at stake."""
    return (
        Choice(f"{room}.on", case.say("notice.on"), ChoiceKind.WORD),
        Choice(f"{room}.no", case.say("notice.no"), ChoiceKind.WORD),
    )


async def switched_on(notices: Notices, case: Case, receipt: str) -> str:
    """Have the worker told of an answer; what is said about it."""
    try:
        taken = await notices.on(receipt, case.incoming.person, case.language)
    except BackendSilent:
        return case.say("notice.silent")
    return case.say("notice.is_on" if taken else "notice.too_late")
