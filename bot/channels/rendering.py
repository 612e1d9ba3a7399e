"""A turn as messages of a chat platform: text within its limit, choices as buttons or as lines to type. Pure.

The web page renders ``Turn`` itself; this is for platforms that know nothing but messages. Nothing of a text
is lost but white space where it is split.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.envelope import Choice, ChoiceKind, Link, Picture, Reply, Sound, Turn, numbered
from bot.phrases import Spoken

Measure = Callable[[str], int]
"""The length of a text in a platform's own unit; a longer text never measures less than its beginning."""
_CALL: Final = "tel:"
_BORDERS: Final = ("\n\n", "\n", ". ", "! ", "? ", "… ", " ")
"""Where a text may be split, the best first; the white space at the place goes."""
_LEAST: Final = 3
"""A better border is taken only if it leaves at least this part of the limit (a third) filled."""
_JOINER: Final = "\u200d"
_STEP: Final = re.compile(r"^\d+\. ", re.MULTILINE)


@dataclass(frozen=True)
class Bubble:
    """One message. ``choices`` stand on the last message of their reply, and nowhere without buttons."""

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    sensitive: bool = False
    picture: Picture | None = field(default=None, repr=False)
    """Stands on the first message of its reply."""
    sound: Sound | None = field(default=None, repr=False)
    """Likewise."""


def utf16_units(text: str) -> int:
    """The length of ``text`` as Telegram counts it: a letter outside the basic plane counts twice."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def bubbles(
    turn: Turn, *, limit: int, buttons: bool, origin: str | None, say: Spoken, measure: Measure = len
) -> list[Bubble]:
    """The messages of ``turn``, each at most ``limit`` by ``measure``.

    ``origin`` is the public address of our pages; without one, links to pages are left out. Typed digits mean
    the choices of the last reply, so only those are numbered; without buttons only those are shown.
    """
    rendered = []
    for index, reply in enumerate(turn.replies):
        last = index == len(turn.replies) - 1
        lines = [reply.text, *_link_lines(reply.links, origin)]
        if not buttons and last:
            lines += _choice_lines(reply, say)
        pieces = split("\n".join(lines), limit, measure)
        choices = _shown(reply, last) if buttons else ()
        made = [Bubble(piece, sensitive=reply.sensitive) for piece in pieces[:-1]]
        made += [Bubble(piece, choices, reply.sensitive) for piece in pieces[-1:]]
        rendered += [replace(made[0], picture=reply.picture, sound=reply.sound), *made[1:]] if made else []
    return rendered


def split(text: str, limit: int, measure: Measure = len) -> list[str]:
    """``text`` in pieces of at most ``limit``: at the end of a paragraph, else a line, a sentence, a word.

    Only a longer word is cut, and then not inside a letter with its marks. No piece is blank.
    """
    pieces = []
    rest = text.strip()
    while rest:
        end = _fitting(rest, limit, measure)
        if end < len(rest):
            end = _border(rest, end)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return pieces


def _fitting(text: str, limit: int, measure: Measure) -> int:
    """How many characters from the beginning fit into ``limit``; at least one."""
    fitting = bisect_right(range(1, len(text) + 1), limit, key=lambda end: measure(text[:end]))
    return max(1, fitting)


def _border(text: str, most: int) -> int:
    """Where to split ``text`` so that at most ``most`` characters come before."""
    for border in _BORDERS:
        # The white space of a border is dropped and needs no room.
        mark = len(border.rstrip())
        at = text.rfind(border, most // _LEAST, most - mark + len(border))
        if at >= 0:
            return at + mark
    least = most // _LEAST
    whole = (end for end in range(most, least, -1) if not _belong_together(text[end - 1], text[end]))
    return next(whole, most)


def _belong_together(before: str, after: str) -> bool:
    """Whether the two characters are parts of one letter or sign as it is seen."""
    if unicodedata.category(after).startswith("M") or _JOINER in (before, after):
        return True
    return _is_skin_tone(after) or (_is_flag_letter(before) and _is_flag_letter(after))


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _link_lines(links: tuple[Link, ...], origin: str | None) -> list[str]:
    lines = []
    for link in links:
        if link.href.startswith(_CALL):
            lines.append(f"📞 {link.href.removeprefix(_CALL)}")
        elif origin is not None:
            lines.append(f"{link.label}: {origin.rstrip('/')}{link.href}")
    return lines


def _shown(reply: Reply, last: bool) -> tuple[Choice, ...]:
    """The choices as buttons, numbered where a typed digit does the same."""
    if not last:
        return reply.choices
    digits = {choice.id: number for number, choice in enumerate(numbered(reply.choices), 1)}
    return tuple(
        replace(choice, label=f"{digits[choice.id]}. {choice.label}") if choice.id in digits else choice
        for choice in reply.choices
    )


def _choice_lines(reply: Reply, say: Spoken) -> list[str]:
    """The choices as lines: a digit each for the answers, then the words that move about.

    Below a text with numbered steps of its own they are set off, so that nobody takes one for the other.
    """
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(numbered(reply.choices), 1)]
    if lines and _STEP.search(reply.text):
        lines = ["", say("digits"), *lines]
    ways = [f"“{choice.label}”" for choice in reply.choices if choice.kind is ChoiceKind.WAY]
    return [*lines, *([say("ways", words=", ".join(ways))] if ways else [])]
