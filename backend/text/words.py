"""Reads a text as words for rules: disguises repaired, short forms expanded, diacritics kept where typed.

A word keeps what its writer marked, so "từ từ" (slowly) is not taken for "tự tử" (suicide), while "tu tu"
still may be. The end of a sentence is a word of its own (``SENTENCE_END``).
"""

import re
from typing import Final

from backend.text.marks import mostly_marked
from backend.text.normalize import MAX_LENGTH, fold, normalise, strip_marks, tokens
from backend.text.teencode import expand_typed

SENTENCE_END: Final = "."

_LINE_END: Final = re.compile(r"\s*[\r\n]+\s*")
_SENTENCE_END: Final = re.compile(r"[.!?…;]+(?=\s|$)")


def words(text: str, limit: int = MAX_LENGTH) -> "list[str]":
    """Lower-case words of the text with their typed diacritics, short forms expanded, sentence ends as ".".

    "Nó k cho e về. Nh4nh" gives nó, không, cho, em, về, ".", nhanh.
    """
    typed: list[str] = []
    on_one_line = _LINE_END.sub(" . ", text[:limit])
    for sentence in _SENTENCE_END.split(normalise(on_one_line, limit).lower()):
        sentence_words = [word for chunk in sentence.split() for word in _words_of(chunk)]
        if sentence_words:
            typed += [*sentence_words, SENTENCE_END]
    typed = typed[:-1]
    expanded = expand_typed(typed)
    return expanded if mostly_marked(typed) else _in_the_style_of(typed, expanded)


def _in_the_style_of(typed: list[str], expanded: list[str]) -> list[str]:
    """Expansions lose their diacritics in a text that is written without, so it still counts as one."""
    as_typed = set(typed)
    return [word if word in as_typed else strip_marks(word) for word in expanded]


def plain_words(text: str, limit: int = MAX_LENGTH) -> "list[str]":
    """The same words without diacritics and sentence ends: "Nó k cho e về." → no khong cho em ve."""
    return [strip_marks(word) for word in words(text, limit) if word != SENTENCE_END]


def _words_of(chunk: str) -> "list[str]":
    """The words of a chunk without spaces; as typed where the folded form agrees, else the repaired form."""
    repaired, typed = tokens(fold(chunk)), tokens(chunk)
    if len(repaired) != len(typed):
        return repaired
    return [
        original if strip_marks(original) == plain else plain
        for original, plain in zip(typed, repaired, strict=True)
    ]
