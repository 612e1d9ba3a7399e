"""The forms in which the classifier sees a text: as written, folded, as shapes, as concepts of the field.

Raw words keep what diacritics tell apart ("họ" and "hồ"); the folded words and characters stay the same
however the worker types; concepts say that "đầu gấu" and "xăm trổ" mean one thing. Pure: nothing is kept or
logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from backend.text.normalize import fold, normalise, tokens

MAX_CHARACTERS: Final = 2_000
"""A longer story is read up to here: enough to know what it is about."""
VIEWS: Final = ("raw", "folded", "characters", "concepts")

_RAW_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+\w*|\w+")
_PHONE: Final = re.compile(r"(?:0|84)\d{8,10}")
_MONEY: Final = re.compile(r"\d+(?:[.,]\d+)*(?:k|tr|trieu|cu|lit|chai|xi|ty|ngan|nghin|ngin|d|vnd|dong)\d*")
_PERCENT: Final = re.compile(r"\d+(?:[.,]\d+)*%")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_CONCEPTS: Final = 12
"""Pairs grow with the square of the concepts; a long story gets the pairs of its first ones."""


@dataclass(frozen=True)
class Forms:
    """One text in the forms that features are made of."""

    raw: list[str]
    folded: list[str]
    concepts: list[str]

    def features(self) -> dict[str, list[str]]:
        """The features of each view, with repetitions."""
        shaped = [shape(token) for token in self.folded]
        text = " ".join(shaped)
        return {
            "raw": ngrams(self.raw, 1, 2),
            "folded": ngrams(shaped, 1, 3),
            "characters": character_ngrams(text, 2, 5),
            "concepts": concept_features(self.concepts),
        }


def raw_words(text: str) -> list[str]:
    """Lower-case words with their diacritics, in one spelling."""
    return _RAW_WORD.findall(normalise(text, MAX_CHARACTERS).lower())


def folded_text(text: str) -> str:
    """The folded text that words, characters and concepts are found in."""
    return fold(text, MAX_CHARACTERS)


def folded_words(folded: str) -> list[str]:
    """Words and numbers of a folded text."""
    return tokens(folded)


def shape(token: str) -> str:
    """A number becomes its kind, so that "10tr" teaches about "15 củ" too: ``#money``, ``#phone`` ..."""
    if not token[0].isdigit():
        return token
    if _PHONE.fullmatch(token):
        return "#phone"
    if _MONEY.fullmatch(token):
        return "#money"
    if _PERCENT.fullmatch(token):
        return "#percent"
    if _NUMBER.fullmatch(token):
        return "#number"
    return token


def ngrams(words: list[str], shortest: int, longest: int) -> list[str]:
    """Runs of ``shortest`` to ``longest`` words."""
    return [
        " ".join(words[start : start + size])
        for size in range(shortest, longest + 1)
        for start in range(len(words) - size + 1)
    ]


def character_ngrams(text: str, shortest: int, longest: int) -> list[str]:
    """Runs of characters within one word and its borders: a typo leaves most of them whole."""
    found = []
    for word in text.split():
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            if size >= len(padded):
                found.append(padded)
                break
            found.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return found


def concept_features(concepts: list[str]) -> list[str]:
    """Each concept once, and each pair of concepts."""
    once = sorted(set(concepts[:_MAX_CONCEPTS]))
    return once + [f"{one}+{other}" for one, other in combinations(once, 2)]
