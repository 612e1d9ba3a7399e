"""Near-duplicates by keyed MinHash: how alike two tips are worded, told without their words. Pure.

A text is the set of its words and of its pairs of neighbouring words, folded, with numbers and their units
in one spelling. Each permutation is a keyed hash; of its smallest value only ``_BITS`` bits are kept. One
such row says next to nothing about a word (one word in sixteen fits it by chance), so even who holds the
index key can only ask whether a whole text at hand is worded like a tip, not read words out of it. Bands of
four rows find whom to compare with; they are stored as keyed hashes, and the rows themselves under a mask
(``chain``). What the database alone shows is that two tips share a band: that they are worded alike.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import shake_128
from itertools import pairwise
from typing import Final

from backend.text.words import plain_words

ALIKE: Final = 0.53
"""From this share of common words and pairs on, two texts count as worded alike
(tests/backend/tips/test_near_duplicates.py says what that finds and what it mistakes)."""
SHORT: Final = 12
"""Words. A text with fewer is like another only if it has the very same ones."""
_ROWS: Final = 256
_BITS: Final = 4
_ROWS_OF_BAND: Final = 4
_BANDS: Final = 32
_MAX_SHINGLES: Final = 4_000
_AT_ONCE: Final = 200
_MAX_TEXT: Final = 70_000
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_ROW_VALUES: Final = struct.Struct(f"<{_ROWS}I")
_BY_CHANCE: Final = 1 / 2**_BITS
_NUMBERS: Final = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_ONE_SPELLING: Final = {
    **dict(zip(_NUMBERS, map(str, range(1, 11)), strict=True)),
    **{"tu": "4", "lam": "5", "tr": "trieu", "cu": "trieu", "ty": "ti", "h": "gio"},
    **dict.fromkeys(("k", "ka", "nghin"), "ngan"),
}


@dataclass(frozen=True)
class Wording:
    """A text's wording. ``rows`` is empty for a short text, whose ``words`` are compared as they are."""

    words: bytes = field(repr=False)
    """All of its words, for a keyed hash of them."""
    rows: bytes = field(repr=False)
    """256 rows of 4 bits, two in a byte."""

    @property
    def short(self) -> bool:
        return not self.rows

    def bands(self) -> list[bytes]:
        """What is hashed to find texts worded alike: four neighbouring rows with their place."""
        size = _ROWS_OF_BAND * _BITS // 8
        return [bytes([band]) + self.rows[band * size : (band + 1) * size] for band in range(_BANDS)]


def wording_of(text: str, key: bytes) -> Wording:
    """The wording of a text under a 32-byte ``key``."""
    words = _words(text)
    if len(words) < SHORT:
        return Wording(" ".join(words).encode(), b"")
    minima = [2**32 - 1] * _ROWS
    for part in _parts(_shingles(words)):
        hashed = (shake_128(key + one.encode()).digest(_ROW_VALUES.size) for one in part)
        minima = [min(column) for column in zip(minima, *map(_ROW_VALUES.unpack, hashed), strict=True)]
    low = [smallest & (2**_BITS - 1) for smallest in minima]
    rows = bytes(first << _BITS | second for first, second in zip(low[::2], low[1::2], strict=True))
    return Wording(" ".join(words).encode(), rows)


def likeness(one: bytes, other: bytes) -> float:
    """The share of common words and pairs of two texts (0 to 1), as their rows let it be known."""
    differing = int.from_bytes(one) ^ int.from_bytes(other)
    equal = sum(not differing >> (_BITS * row) & (2**_BITS - 1) for row in range(_ROWS))
    return max(0.0, (equal / _ROWS - _BY_CHANCE) / (1 - _BY_CHANCE))


def _words(text: str) -> list[str]:
    """Folded words, digits apart, numbers and units in one spelling ("3tr", "ba triệu")."""
    found = [piece for word in plain_words(text, _MAX_TEXT) for piece in _TOKEN.findall(word)]
    return [
        re.sub(r"[.,]", "", piece) if piece[0].isdigit() else _ONE_SPELLING.get(piece, piece)
        for piece in found
    ]


def _shingles(words: list[str]) -> list[str]:
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    return list(dict.fromkeys([*words, *pairs]))[:_MAX_SHINGLES]


def _parts(shingles: list[str]) -> Iterator[list[str]]:
    """The shingles, some hundreds at a time: their hashes stand side by side in memory."""
    for start in range(0, len(shingles), _AT_ONCE):
        yield shingles[start : start + _AT_ONCE]
