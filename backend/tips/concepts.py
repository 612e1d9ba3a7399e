"""The concepts that a tip speaks of, and which go together: a lender and a blow, a union and a list of names.

One concept has many ways to be said (``data/tips/concepts.yml``), so what the models of category and purpose
learned of one holds for all. Pure; nothing of the text is kept.
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
_MOST_CONCEPTS: Final = 24
"""Concepts of one text that are paired: pairs grow with the square."""


def concepts_in(text_words: list[str]) -> list[str]:
    """Each concept of the words once, in the order of the file."""
    read = [Sentence(sentence) for sentence in sentences(text_words)]
    return [name for name, patterns in _concepts().items() if any(patterns.fits(one) for one in read)]


def signs_of(text_words: list[str]) -> list[str]:
    """Concepts, each two of them that stand in the same text, their groups, and which groups there are."""
    found = concepts_in(text_words)[:_MOST_CONCEPTS]
    groups = [name for name, members in _groups().items() if not members.isdisjoint(found)]
    spoken_of = f"all:{' '.join(groups)}"
    return [*found, *groups, spoken_of, *(f"{one}+{other}" for one, other in combinations(found, 2))]


@cache
def _concepts() -> dict[str, Patterns]:
    reader = PatternReader({})
    return {name: Patterns(patterns, reader) for name, patterns in _read("concepts").items()}


@cache
def _groups() -> dict[str, frozenset[str]]:
    return {name: frozenset(members) for name, members in _read("groups").items()}


def _read(key: str) -> dict[str, list[str]]:
    content = read_mapping(data_folder() / CONCEPTS).get(key)
    if not isinstance(content, dict):
        raise DataFileError(f"{CONCEPTS} lacks {key}")
    return {str(name): [str(one) for one in listed] for name, listed in content.items()}
