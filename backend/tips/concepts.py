"""The concepts that a tip speaks of, and which go together: a lender and a blow, a union and a list of names.

One concept has many ways to be said (``data/tips/concepts.yml``), so what the models of category and purpose
learned of one holds for all. What somebody in danger speaks of (``data/tips/dangers.yml``: a locked gate, a
phone that is off, a farewell) is weighed for urgency alone. Pure; nothing of the text is kept.
"""

from functools import cache
from itertools import combinations
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.pattern_parts import Sentence
from backend.text.pattern_reading import PatternReader
from backend.text.patterns import Patterns
from backend.text.words import sentences

CONCEPTS: Final = "tips/concepts.yml"
DANGERS: Final = "tips/dangers.yml"
_MOST_CONCEPTS: Final = 24
"""Concepts of one text that are paired: pairs grow with the square."""


def concepts_in(text_words: list[str]) -> list[str]:
    """Each concept of the words once, in the order of the file."""
    return _named(_concepts(), text_words)


def signs_of(text_words: list[str]) -> list[str]:
    """Concepts, each two of them that stand in the same text, their groups, and which groups there are."""
    found = concepts_in(text_words)[:_MOST_CONCEPTS]
    groups = [name for name, members in _groups().items() if not members.isdisjoint(found)]
    spoken_of = f"all:{' '.join(groups)}"
    return [*found, *groups, spoken_of, *(f"{one}+{other}" for one, other in combinations(found, 2))]


def danger_signs_of(text_words: list[str], evidence: list[str]) -> list[str]:
    """What somebody in danger speaks of, and each two of these and of the evidence in the same text."""
    found = [f"~{name}" for name in _named(_dangers(), text_words)]
    together = combinations([*found, *evidence][:_MOST_CONCEPTS], 2)
    return [*found, *(f"{one}+{other}" for one, other in together)]


def _named(lists: dict[str, Patterns], text_words: list[str]) -> list[str]:
    read = [Sentence(sentence) for sentence in sentences(text_words)]
    return [name for name, patterns in lists.items() if any(patterns.fits(one) for one in read)]


@cache
def _concepts() -> dict[str, Patterns]:
    return _patterns(CONCEPTS, "concepts")


@cache
def _dangers() -> dict[str, Patterns]:
    return _patterns(DANGERS, "dangers")


@cache
def _groups() -> dict[str, frozenset[str]]:
    return {name: frozenset(members) for name, members in _read(CONCEPTS, "groups").items()}


def _patterns(file: str, key: str) -> dict[str, Patterns]:
    reader = PatternReader({})
    return {name: Patterns(patterns, reader) for name, patterns in _read(file, key).items()}


def _read(file: str, key: str) -> dict[str, list[str]]:
    content = read_mapping(data_folder() / file).get(key)
    if not isinstance(content, dict):
        raise DataFileError(f"{file} lacks {key}")
    return {str(name): [str(one) for one in listed] for name, listed in content.items()}
