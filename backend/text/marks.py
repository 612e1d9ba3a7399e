"""Tells whether a typed word can be the word a rule means, as Vietnamese telephones write it.

People leave diacritics out, wholly or in part, and in the centre and south mix up hỏi and ngã. They seldom
type a wrong one: so a missing mark always fits and a contradicting one never does.
"""

import unicodedata
from typing import Final

from backend.text.normalize import strip_marks

MARKED_SHARE: Final = 0.5
"""From this share of words with diacritics on, a text counts as written with them (whole texts have 0.7)."""

_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_CONFUSED_TONES: Final = {"\u0303": "\u0303\u0309", "\u0309": "\u0303\u0309"}


def spellings(letter: str) -> str:
    """All characters that may stand for the letter of a rule: for "ứ": ứ ư ú u; for "đ": đ d."""
    if letter == "đ":
        return "đd"
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 1:
        return letter
    shapes = [mark for mark in parts[1:] if mark not in _TONES]
    tones = "".join(_CONFUSED_TONES.get(mark, mark) for mark in parts[1:] if mark in _TONES)
    variants = [parts[0] + shape + tone for shape in {"", *shapes} for tone in ("", *tones)]
    return "".join(sorted({unicodedata.normalize("NFC", variant) for variant in variants}))


def confusable(letter: str) -> str:
    """The letter and its twin with hỏi for ngã: for "ã": ã ả."""
    parts = unicodedata.normalize("NFD", letter)
    swapped = parts.translate({0x0303: "\u0309", 0x0309: "\u0303"})
    return "".join(sorted({letter, unicodedata.normalize("NFC", swapped)}))


def mostly_marked(text_words: list[str]) -> bool:
    """True when the text was typed with its diacritics, so that a bare word is meant as it stands."""
    letters = [word for word in text_words if word.isalpha()]
    marked = sum(1 for word in letters if not word.isascii() and strip_marks(word) != word)
    return bool(letters) and marked >= MARKED_SHARE * len(letters)


def fits(typed: str, meant: str) -> bool:
    """True when the typed word is the meant one with the same or fewer diacritics."""
    return typed == meant or (
        len(typed) == len(meant)
        and all(one == other or one in spellings(other) for one, other in zip(typed, meant, strict=True))
    )
