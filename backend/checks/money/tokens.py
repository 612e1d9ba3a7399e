"""A text as tokens: numbers, words and signs, each asked whether it can be a certain word. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar, cast

from backend.text.marks import fits, mostly_marked
from backend.text.normalize import MAX_LENGTH, normalise, strip_marks

_T = TypeVar("_T")
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\S")
_ROUND_O: Final = re.compile(r"(?<=\d)o+(?=\d|\b|k\b|tr)")
_REAL_WORDS: Final = frozenset({
    "ngay", "lai", "ba", "con", "tu", "toi", "soi", "lop", "ca", "le", "an",
    "tam", "bay", "nam", "thang", "lan", "sau", "mot", "tram",
    "ban",
})  # fmt: skip
"""Words that mean something else as they stand: in a text with diacritics they are not the marked word."""


_UNIT_WORDS: Final = frozenset({"ngay", "thang", "nam", "lan"})
_BEFORE_UNITS: Final = frozenset({
    "moi", "mot", "hang", "hai", "ba", "bon", "sau", "bay", "tam", "chin", "muoi", "chuc", "tram", "lam",
    "tung", "/", "x",
})  # fmt: skip


@dataclass(frozen=True)
class Token:
    """``typed`` is lower case; ``glued`` when no space stands before it; ``start``, ``end`` in the text."""

    typed: str
    plain: str
    start: int
    end: int
    glued: bool
    marked_text: bool = False

    @property
    def is_number(self) -> bool:
        return self.typed[0].isdecimal()

    def means(self, word: str) -> bool:
        """True when this can be the word (given with its diacritics)."""
        if self.typed == word:
            return True
        if self.marked_text and self.typed in _REAL_WORDS:
            return False
        return fits(self.typed, word)


@cache
def by_plain(words: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Words of our own by their form without diacritics; what a worker wrote is never kept here."""
    index: dict[str, tuple[str, ...]] = {}
    for word in words:
        index[strip_marks(word)] = (*index.get(strip_marks(word), ()), word)
    return index


@dataclass(frozen=True)
class Text:
    """A text as tokens; ``shown`` is what their positions refer to."""

    shown: str
    tokens: tuple[Token, ...]
    _known: dict[tuple[object, int], object] = field(default_factory=dict, compare=False, repr=False)

    def at(self, index: int) -> Token | None:
        return self.tokens[index] if 0 <= index < len(self.tokens) else None

    def means(self, index: int, *words: str) -> bool:
        """Whether the token at ``index`` can be one of the words."""
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        alike = by_plain(words).get(token.plain)
        # Almost every token is none of the words: this is asked a hundred times for each.
        return alike is not None and any(token.means(word) for word in alike)

    def once(self, index: int, read: Callable[["Text", int], _T]) -> _T:
        """What ``read`` finds at a token. It reads there once, however often this is asked."""
        if (read, index) not in self._known:
            self._known[read, index] = read(self, index)
        return cast(_T, self._known[read, index])

    def has(self, index: int, phrase: str) -> bool:
        """Whether the words of a phrase can stand from ``index`` on."""
        return all(self.means(index + step, word) for step, word in enumerate(phrase.split()))

    def words(self, first: int, last: int) -> str:
        """What was written from one token up to another (not included)."""
        return self.shown[self.tokens[first].start : self.tokens[last - 1].end]


def tokenise(text: str, limit: int = MAX_LENGTH) -> Text:
    """The tokens of at most ``limit`` characters: numbers, words and signs, in one spelling."""
    shown = _ROUND_O.sub(lambda match: "0" * len(match.group()), normalise(text, limit).lower())
    found = list(_TOKEN.finditer(shown))
    marked = mostly_marked([match.group() for match in found])
    tokens: list[Token] = []
    end = -1
    for match in found:
        typed = match.group()
        counted = typed in _UNIT_WORDS and bool(tokens) and _counts(tokens[-1])
        glued = match.start() == end
        token = Token(typed, strip_marks(typed), match.start(), match.end(), glued, marked and not counted)
        tokens.append(token)
        end = match.end()
    return Text(shown, tuple(tokens))


def _counts(token: Token) -> bool:
    """Whether a unit of time may follow: "40 ngay", "mỗi ngay"."""
    return token.is_number or token.plain in _BEFORE_UNITS
