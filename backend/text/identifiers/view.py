"""A text as identifiers are looked for in it: folded, yet every character knows where it stood.

No disguise is repaired here (a digit is part of an identifier); look-alike characters and marks are.
"""

import unicodedata
from dataclasses import dataclass

from backend.text.normalize import plain_character, strip_marks


@dataclass(frozen=True)
class View:
    """``folded`` and ``cased`` have one character for each entry of ``positions``."""

    original: str
    cased: str
    folded: str
    positions: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text for one of the folded text."""
        return self.positions[start], self.positions[end - 1] + 1

    def slice(self, start: int, end: int) -> str:
        """What was written there."""
        first, last = self.span(start, end)
        return self.original[first:last]


def view(text: str, limit: int) -> View:
    """The text as seen by the finders; at most ``limit`` characters are looked at."""
    cased: list[str] = []
    positions: list[int] = []
    for position, char in enumerate(text[:limit]):
        if unicodedata.combining(char):
            continue
        for plain in strip_marks(plain_character(char)):
            cased.append("\n" if char in "\r\n" else plain)
            positions.append(position)
    joined = "".join(cased)
    lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in joined)
    return View(text, joined, lower, tuple(positions))
