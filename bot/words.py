"""Short messages that need no understanding: a digit for a choice, a command word. Pure.

The words are data (``words.*`` in ``data/phrases``), separated by ``|``, and work in both languages.
"""

import re
from collections.abc import Sequence
from typing import Final

from backend.text.normalize import fold, normalise
from bot.envelope import Choice, Language
from bot.phrases import Phrases

_DIGIT: Final = re.compile(r"\(?(\d{1,2})[.)]?")
_DIGIT_WITH_WORDS: Final = re.compile(r"(\D*?) ?\b(\d{1,2})\b ?(\D*)")
_EDGES: Final = " \"'.,!?…*_-/"


def bare(text: str) -> str:
    """The text in one spelling, without the punctuation around it."""
    return normalise(text).strip(_EDGES)


class Words:
    """The command words of the phrase files."""

    def __init__(self, phrases: Phrases) -> None:
        self._exact: dict[str, frozenset[str]] = {}
        self._folded: dict[str, frozenset[str]] = {}
        for key, entry in phrases.table.items():
            if key.startswith("words."):
                words = [word for language in Language for word in entry[language].split("|")]
                self._exact[key] = frozenset(normalise(word).lower() for word in words)
                self._folded[key] = frozenset(fold(word) for word in words)
        self._openings = ["", *(f"{word} " for word in self._folded["words.opening"])]
        self._endings = ["", *(f" {word}" for word in self._folded["words.ending"])]

    def means(self, text: str, key: str, *, careful: bool = False) -> bool:
        """Whether the whole of ``text`` is one of the words of ``key``, with or without diacritics.

        ``careful``: a single syllable counts only as it is spelt, for places where a name may be the answer
        ("Huy" is a name, "hủy" is not).
        """
        plain = bare(text)
        if plain.lower() in self._exact[key]:
            return True
        folded = fold(plain)
        return folded in self._folded[key] and not (careful and " " not in folded)

    def is_spelt(self, text: str, key: str) -> bool:
        """Whether the whole of ``text`` is one of the words of ``key`` letter by letter, diacritics included.

        For an answer that destroys something: "đúng" (yes), "đừng" (do not) and "dừng" (stop) fold alike.
        """
        return bare(text).lower() in self._exact[key]

    def asked_for(self, text: str, keys: Sequence[str]) -> str | None:
        """The first of ``keys`` with ``text`` among its words, alone or plainly asked for ("em muốn … ạ")."""
        plain = bare(text)
        exact, requests = plain.lower(), self._without_politeness(fold(plain))
        found = (key for key in keys if exact in self._exact[key] or requests & self._folded[key])
        return next(found, None)

    def _without_politeness(self, folded: str) -> frozenset[str]:
        """What is left of a text without the opening, the ending, or both, in every way that fits."""
        return frozenset(
            folded[len(opening) : len(folded) - len(ending)]
            for opening in self._openings
            if folded.startswith(opening)
            for ending in self._endings
            if folded.endswith(ending) and len(opening) + len(ending) <= len(folded)
        )

    def number_in(self, text: str) -> int | None:
        """The number that the whole message is ("2", "2.", "(2)", "số 2 ạ"), or None."""
        digit = _DIGIT.fullmatch(normalise(text))
        if digit is not None:
            return int(digit.group(1))
        told = _DIGIT_WITH_WORDS.fullmatch(fold(bare(text)))
        if told is None:
            return None
        before, number, after = told.groups()
        polite = not after or after in self._folded["words.ending"]
        return int(number) if polite and (not before or before in self._folded["words.number"]) else None

    def digit(self, text: str, choices: tuple[Choice, ...]) -> str | None:
        """The id of the choice that a typed digit stands for, or None."""
        number = self.number_in(text)
        return choices[number - 1].id if number is not None and 1 <= number <= len(choices) else None
