"""The word rules of triage, read once from ``data/triage.yml``. Finds words; decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, cast

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.pattern_parts import Sentence
from backend.text.patterns import Patterns
from backend.text.words import sentences
from backend.tips.triage.types import CATEGORIES, Category

_FILE: Final = "triage.yml"
MANY: Final = 5
"""From how many people on a tip speaks of many victims."""
_LARGEST_COUNT: Final = 3
"""Digits that a count of people has at most: a longer number is a telephone, an account or an amount."""


@dataclass(frozen=True)
class CategoryWords:
    """What names a category, and what only goes with it."""

    category: Category
    strong: Patterns
    weak: Patterns


@dataclass(frozen=True)
class TriageWords:
    """The patterns of the file, by name."""

    categories: tuple[CategoryWords, ...]
    patterns: dict[str, Patterns]

    def has(self, name: str, read: Sequence[Sentence]) -> bool:
        """True when a pattern of the list is in one of the sentences."""
        patterns = self.patterns[name]
        return any(patterns.fits(sentence) for sentence in read)

    def victims(self, text_words: list[str], read: Sequence[Sentence]) -> bool:
        """True when many people are told harmed; the size of a company is no number of victims."""
        if self.has("many_victims", read):
            return True
        told = self.patterns["company_size"].without(text_words)
        told = self.patterns["not_counted"].without(told)
        return any(_is_many(count.split()[0]) for count in self.patterns["counted"].every(told))

    def several(self, text_words: list[str]) -> bool:
        """True when more than one is told of in any way; the size of a company tells nothing."""
        return self.has("several", read_sentences(self.patterns["company_size"].without(text_words)))


def read_sentences(text_words: list[str]) -> tuple[Sentence, ...]:
    """The sentences of a text, read once for every list that is looked for in them."""
    return tuple(Sentence(sentence) for sentence in sentences(text_words))


def _is_many(number: str) -> bool:
    return number.isdecimal() and len(number) <= _LARGEST_COUNT and int(number) >= MANY


_NEEDED: Final = (
    "harmless", "labour", "violence_over", "threat", "grave_now", "leaving_soon", "loss_now",
    "deadline", "past", "still_going", "many_victims", "several", "company_size", "not_counted", "counted",
    "ring", "vague", "first_person", "detail", "about_police", "fake_police", "about_union",
)  # fmt: skip


@cache
def triage_words() -> TriageWords:
    """The rules of ``data/triage.yml``. Raises ``DataFileError`` when the file is not of its form."""
    content = read_mapping(data_folder() / _FILE)
    try:
        lists: dict[str, list[str]] = content["lists"]
        categories = tuple(
            CategoryWords(
                cast(Category, category), Patterns(found["strong"], lists), Patterns(found["weak"], lists)
            )
            for category, found in content["categories"].items()
        )
        patterns = {name: Patterns(content[name], lists) for name in _NEEDED}
    except KeyError as error:
        raise DataFileError(f"{_FILE} lacks {error.args[0]}") from error
    if {entry.category for entry in categories} - set(CATEGORIES):
        raise DataFileError(f"{_FILE}: a category is not in the taxonomy")
    return TriageWords(categories, patterns)
