"""Expands the short forms of chat ("ko", "dc", "ng") in folded tokens, so that one rule serves every style.

Only forms with one meaning are expanded, and only for matching; nothing a person sees is changed.
"""

from functools import lru_cache
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import fold, tokens
from backend.text.syllables import is_syllable

_RESPELLINGS: Final = (
    ("og", "ong"),
    ("ag", "ang"),
    ("ug", "ung"),
    ("j", "i"),
    ("w", "qu"),
    ("f", "ph"),
    ("dz", "d"),
    ("z", "d"),
    ("k", "c"),
)
_NOT_TEENCODE: Final = frozenset({"fe", "z", "j", "w", "f"})
_AMOUNT_LETTERS: Final = frozenset({"k", "r", "t", "e", "m"})


def plain_words(text: str) -> "list[str]":
    """The folded words of a text with short forms expanded: "Nó k cho e về" → no khong cho em ve."""
    return expand(tokens(fold(text)))


def expand(folded_tokens: "list[str]") -> "list[str]":
    """Folded tokens with short forms replaced; one token may become several. A unit after a number stays."""
    words: list[str] = []
    short_forms = _short_forms()
    for index, token in enumerate(folded_tokens):
        after_number = index > 0 and folded_tokens[index - 1][-1].isdigit()
        if token in _AMOUNT_LETTERS and after_number:
            words.append(token)
        elif token in short_forms:
            words.extend(short_forms[token])
        else:
            words.append(_respelt(token))
    return words


def _respelt(token: str) -> str:
    if is_syllable(token) or token in _NOT_TEENCODE or not token.isalpha():
        return token
    for strange, usual in _RESPELLINGS:
        where_it_counts = token.endswith(strange) if strange in ("og", "ag", "ug", "k") else strange in token
        if where_it_counts:
            candidate = token.replace(strange, usual) if strange == "j" else token.replace(strange, usual, 1)
            if strange == "k":
                candidate = token[:-1] + usual
            if is_syllable(candidate):
                return candidate
    return token


@lru_cache(maxsize=1)
def _short_forms() -> "dict[str, list[str]]":
    forms: dict[str, list[str]] = {}
    for meaning, spellings in read_mapping(data_folder() / "teencode.yml").items():
        if not isinstance(spellings, list):
            raise DataFileError(f"teencode.yml: {meaning} must have a list")
        for spelling in spellings:
            forms[fold(str(spelling))] = tokens(meaning)
    return forms
