"""The answer to a person in danger: what to do and whom to call, before anything else.

Needs nothing but the phrases that were read at start, so it is given also when Rasa and the backend
are down. Which words mean danger is decided by ``backend.text.danger``.
"""

from typing import Final

from backend.text.danger import danger_in
from bot.envelope import Choice, Link, Reply
from bot.intake.draft import Note
from bot.phrases import Spoken

NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "violence_now": ("113", "115"),
    "held": ("113",),
    "suicide": ("115", "113"),
    "child": ("111", "113"),
    "trafficking": ("113", "111"),
    "medical": ("115",),
}
"""Whom to call first, by kind of danger."""
GENERAL: Final = "general"
CHILD_LINE: Final = frozenset({"child", "trafficking"})
"""Dangers for which the child and trafficking line is named again when somebody is in danger now."""


def danger_kind(text: str) -> str | None:
    """The kind of danger that ``text`` tells of, or None."""
    found = danger_in(text)
    return None if found is None else str(found.kind)


def advice(kind: str, again: bool = False) -> Note:
    """What is said to a danger of this kind; shorter when it was said before."""
    known = kind if kind in NUMBERS else GENERAL
    hotlines = NUMBERS.get(kind, ("113", "115"))
    return Note("emergency.again" if again else f"emergency.{known}", hotlines=hotlines)


def call_links(hotlines: tuple[str, ...], say: Spoken) -> tuple[Link, ...]:
    """One link to tap for each number."""
    links = []
    for hotline in hotlines:
        number = say.number(hotline)
        links.append(Link(say("call", number=number), f"tel:{number.replace(' ', '')}"))
    return tuple(links)


def emergency_reply(kind: str, say: Spoken) -> Reply:
    """The whole answer outside a tip: nothing is asked, two ways on are offered."""
    note = advice(kind)
    choices = (Choice("do.tip", say("menu.tip")), Choice("do.hotlines", say("menu.hotlines")))
    return Reply(say(note.key), choices, call_links(note.hotlines, say), sensitive=True)
