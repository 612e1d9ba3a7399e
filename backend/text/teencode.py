"""Expands the short forms of chat ("ko", "dc", "ng"), so that one rule serves every style.

Only forms with one meaning are expanded, and only for matching; nothing a person sees is changed.
"""

import re
from functools import lru_cache
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import normalise, strip_marks
from backend.text.syllables import is_syllable

_RESPELLINGS: Final = (
    (re.compile("j"), "i"),
    (re.compile("^w"), "qu"),
    (re.compile("^f"), "ph"),
    (re.compile("^d?z"), "d"),
    (re.compile("([aou])g$"), r"\1ng"),
    (re.compile("(?<!o)k$"), "c"),
    (re.compile("z$"), ""),
)
_NOT_TEENCODE: Final = frozenset({"fe", "ok", "fb"})
_UNITS_AFTER_A_NUMBER: Final = frozenset({"k", "r", "t", "e", "m", "ng"})


def expand(folded_tokens: "list[str]") -> "list[str]":
    """Folded tokens with short forms replaced by their folded meaning; one token may become several."""
    return [strip_marks(word) for word in expand_typed(folded_tokens)]


def expand_typed(typed: "list[str]") -> "list[str]":
    """The same for words with diacritics, whose expansions carry theirs. "10 k" keeps its unit."""
    forms = _short_forms()
    expanded: list[str] = []
    previous = ""
    for word in typed:
        if word in _UNITS_AFTER_A_NUMBER and previous[-1:].isdigit():
            expanded.append(word)
        else:
            expanded += forms.get(word) or [_respelt(word)]
        previous = word
    return expanded


def _respelt(word: str) -> str:
    if not (word.isalpha() and word.isascii()) or word in _NOT_TEENCODE or is_syllable(word):
        return word
    for strange, usual in _RESPELLINGS:
        candidate = strange.sub(usual, word)
        if candidate != word and is_syllable(candidate):
            return candidate
    return word


@lru_cache(maxsize=1)
def _short_forms() -> "dict[str, list[str]]":
    forms: dict[str, list[str]] = {}
    for meaning, spellings in read_mapping(data_folder() / "teencode.yml").items():
        if not isinstance(spellings, list):
            raise DataFileError(f"teencode.yml: {meaning} must have a list")
        for spelling in map(str, spellings):
            if normalise(spelling) in forms:
                raise DataFileError(f"teencode.yml: {spelling} stands twice")
            forms[normalise(spelling)] = normalise(str(meaning)).split()
    for spelling in list(forms):
        bare = strip_marks(spelling)
        if not is_syllable(bare):
            forms.setdefault(bare, forms[spelling])
    return forms
