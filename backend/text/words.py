"""Reads a text as words for rules: disguises repaired, short forms expanded, diacritics kept where typed.

A word keeps what its writer marked, so "từ từ" (slowly) is not taken for "tự tử" (suicide), while "tu tu"
still may be. The end of a sentence is a word of its own (``SENTENCE_END``).
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from backend.text.marks import mostly_marked
from backend.text.normalize import MAX_LENGTH, fold, normalise, strip_marks, tokens
from backend.text.teencode import expand_typed

SENTENCE_END: Final = "."

# Both look at each run of spaces or signs once: text of any shape costs time in proportion to its length.
_SPACES: Final = re.compile(r"\s+")
_SENTENCE_END: Final = re.compile(r"(?<![.!?…;])[.!?…;]+(?=\s|$)")


def words(text: str, limit: int = MAX_LENGTH) -> list[str]:
    """Lower-case words of the text with their typed diacritics, short forms expanded, sentence ends as ".".

    "Nó k cho e về. Nh4nh" gives nó, không, cho, em, về, ".", nhanh.
    """
    found: list[str] = []
    on_one_line = _SPACES.sub(_line_end, text[:limit])
    for sentence in _SENTENCE_END.split(normalise(on_one_line, limit).lower()):
        sentence_words = [word for chunk in sentence.split() for word in _words_of(chunk)]
        if sentence_words:
            found += [*_expanded(sentence_words), SENTENCE_END]
    return found[:-1]


def _line_end(spaces: re.Match[str]) -> str:
    """Spaces with a line break among them end a sentence; others stay."""
    run = spaces.group()
    return " . " if "\n" in run or "\r" in run else run


def _expanded(typed: list[str]) -> list[str]:
    """Short forms expanded, in the style of the sentence: one written without diacritics stays without."""
    expanded = expand_typed(typed)
    if mostly_marked(typed):
        return expanded
    as_typed = set(typed)
    return [word if word in as_typed else strip_marks(word) for word in expanded]


def sentences(text_words: list[str]) -> Iterator[list[str]]:
    """The words of one sentence after another, without its end."""
    for ends, sentence in groupby(text_words, key=lambda word: word == SENTENCE_END):
        if not ends:
            yield list(sentence)


def plain_words(text: str, limit: int = MAX_LENGTH) -> list[str]:
    """The same words without diacritics and sentence ends: "Nó k cho e về." → no khong cho em ve."""
    return [strip_marks(word) for word in words(text, limit) if word != SENTENCE_END]


def _words_of(chunk: str) -> list[str]:
    """The words of a chunk without spaces; as typed where the folded form agrees, else the repaired form."""
    repaired, typed = tokens(fold(chunk)), tokens(chunk)
    if len(repaired) != len(typed):
        return repaired
    return [
        original if strip_marks(original) == plain else plain
        for original, plain in zip(typed, repaired, strict=True)
    ]
