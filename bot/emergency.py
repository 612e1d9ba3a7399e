"""The answer to a person in danger: what to do and whom to call, before anything else.

Needs nothing but the phrases that were read at start, so it is given also when Rasa and the backend
are down. Which words mean danger is decided by ``backend.text.danger``.
"""

from dataclasses import dataclass
from typing import Final

from backend.text import danger
from bot.clean import MAX_CHARACTERS
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
CHILD_LINE: Final = frozenset({"child", "trafficking"})
"""Dangers for which the child and trafficking line is named again when somebody is in danger now."""


@dataclass(frozen=True)
class Alarm:
    """Somebody is in danger. ``imminent`` false: a grave threat, but not within hours.

    ``passed_on``: others wrote so, perhaps to frighten.
    """

    kind: str
    imminent: bool = True
    passed_on: bool = False


GENERAL: Final = Alarm("general")


def prepare() -> None:
    """Get ready to recognise danger at once. Raises ``DataFileError`` when the words cannot be read."""
    danger.prepare()


def alarm_in(text: str) -> Alarm | None:
    """The danger that the first ``MAX_CHARACTERS`` of ``text`` tell of, or None."""
    found = danger.danger_in(text, MAX_CHARACTERS)
    return None if found is None else Alarm(found.kind, found.imminent)


def passed_on(alarm: Alarm) -> Alarm:
    """The danger of a message that others wrote: rather a threat, or a lie that asks for money, than a cry.

    Who speaks of taking their life is believed whoever passes it on.
    """
    return alarm if alarm.kind == "suicide" else Alarm(alarm.kind, imminent=False, passed_on=True)


def advice(alarm: Alarm, again: bool = False) -> Note:
    """What is said to a danger of this kind; shorter for a threat, and when it was said before."""
    known = alarm.kind if alarm.kind in NUMBERS else GENERAL.kind
    calm = "passed_on" if alarm.passed_on else "threat"
    key = "again" if again else known if alarm.imminent else calm
    return Note(f"emergency.{key}", hotlines=NUMBERS.get(alarm.kind, ("113", "115")))


def call_links(hotlines: tuple[str, ...], say: Spoken) -> tuple[Link, ...]:
    """One link to tap for each number."""
    links = []
    for hotline in hotlines:
        number = say.number(hotline)
        links.append(Link(say("call", number=number), f"tel:{number.replace(' ', '')}"))
    return tuple(links)


def emergency_reply(alarm: Alarm, say: Spoken) -> Reply:
    """The answer outside a tip. Nothing is asked; after an imminent danger two ways on are offered."""
    note = advice(alarm)
    choices = (Choice("do.tip", say("menu.tip")), Choice("do.hotlines", say("menu.hotlines")))
    links = call_links(note.hotlines, say)
    return Reply(say(note.key), choices if alarm.imminent else (), links, sensitive=True)
