"""The forms in which the classifier sees a text: as typed, folded, in characters, as concepts of the field.

Raw words keep what diacritics tell apart ("họ" and "hồ"); the folded words and characters stay the same
however the worker types; concepts say that "đầu gấu" and "xăm trổ" mean one thing. Pure: nothing is kept or
logged.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Final

from backend.text.danger import evidence_in
from backend.text.lexicon import Lexicon
from backend.text.normalize import strip_marks
from backend.text.words import SENTENCE_END, words

MAX_CHARACTERS: Final = 2_000
"""A longer story is read up to here: enough to know what it is about."""
VIEWS: Final = ("typed", "folded", "characters", "concepts")
EVIDENCE: Final = "evidence"
"""Where a message carries the signs of danger and the concepts that were found in it."""

Concepts = Callable[[list[str]], list[str]]
"""Finds concepts in the words of a text."""

_PHONE: Final = re.compile(r"(?:0|84)\d{8,10}")
_MONEY: Final = re.compile(r"\d+(?:[.,]\d+)*(?:k|tr|trieu|cu|lit|chai|xi|ty|ngan|nghin|ngin|d|vnd|dong)\d*")
_PERCENT: Final = re.compile(r"\d+(?:[.,]\d+)*%")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_CONCEPTS: Final = 12
"""Pairs grow with the square of the concepts; a long story gets the pairs of its first ones."""


@dataclass(frozen=True)
class Forms:
    """One text in the forms that features are made of."""

    typed: list[str]
    """Its words with the diacritics that were typed, short forms written out."""
    folded: list[str]
    """The same words without diacritics, numbers as their kind."""
    concepts: list[str]

    @classmethod
    def of(cls, text: str, concepts: Concepts) -> Forms:
        """Read one text; ``concepts`` finds the lexicon's concepts in its words."""
        all_words = words(text, MAX_CHARACTERS)
        typed = [word for word in all_words if word != SENTENCE_END]
        return cls(typed, [shape(strip_marks(word)) for word in typed], concepts(all_words))

    def features(self) -> dict[str, list[str]]:
        """The features of each view, with repetitions."""
        return {
            "typed": ngrams(self.typed, 1, 2),
            "folded": ngrams(self.folded, 1, 3),
            "characters": character_ngrams(" ".join(self.folded), 2, 5),
            "concepts": concept_features(self.concepts),
        }


def concept_finder(lexicon: Lexicon) -> Concepts:
    """The signs of danger in the words of a text, then the lexicon's concepts in order, with repetitions."""
    return partial(_concepts_of, lexicon)


def _concepts_of(lexicon: Lexicon, all_words: list[str]) -> list[str]:
    # Bare words: a text shows the same concepts with its diacritics and without. Danger reads them as typed.
    bare = [strip_marks(word) for word in all_words]
    return [*evidence_in(all_words), *(match.concept for match in lexicon.matches(bare))]


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
    once = sorted(list(dict.fromkeys(concepts))[:_MAX_CONCEPTS])
    return once + [f"{one}+{other}" for one, other in combinations(once, 2)]
