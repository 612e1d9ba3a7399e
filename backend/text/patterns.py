"""Word patterns for the rules in ``data/``: a small readable language, compiled to regular expressions.

A pattern is Vietnamese words with their diacritics. ``(a|b c)`` is a choice, ``x?`` and ``(a|b)?`` may be
absent, ``..`` stands for at most three words of one sentence, ``...`` for at most eight, ``{name}`` for a list
defined once, ``{number}`` for a number. A word fits as ``marks.fits`` says; ``=x`` fits x alone, with its
diacritics. Patterns see words only, so they never match inside a word.
"""

import re
from typing import Final

from backend.text.datafiles import DataFileError
from backend.text.marks import spellings
from backend.text.normalize import normalise

_PIECE: Final = re.compile(r"\{(\w+)\}(\??)|\.\.\.|\.\.|[()|]\??|[^\s(){}|?]+\??")
_GAPS: Final = {"..": r"(?: (?!\. )\S+){0,3}?", "...": r"(?: (?!\. )\S+){0,8}?"}


class Patterns:
    """A compiled list of patterns over the words of a text."""

    def __init__(self, patterns: "list[str]", macros: "dict[str, list[str]] | None" = None) -> None:
        """Raises ``DataFileError`` naming a pattern that cannot be read."""
        compiled = [_compile(pattern, macros or {}) for pattern in patterns]
        self._regex = re.compile("(?:" + "|".join(compiled) + ")(?= )" if compiled else r"(?!)")

    def search(self, text_words: "list[str]") -> "str | None":
        """The first words that match, as typed, or None."""
        found = self._regex.search(_joined(text_words))
        return found.group().strip() if found else None

    def is_whole(self, text_words: "list[str]") -> bool:
        """True when a pattern matches all the words together, and nothing is left over."""
        return bool(re.fullmatch(self._regex.pattern + " ", _joined(text_words)))

    def without(self, text_words: "list[str]") -> "list[str]":
        """The words with every match replaced by one word that means nothing."""
        return self._regex.sub(" _", _joined(text_words)).split()

    def count(self, text_words: "list[str]") -> int:
        """How many times a pattern matches, without overlaps."""
        return len(self._regex.findall(_joined(text_words)))


def _joined(text_words: "list[str]") -> str:
    return " " + " ".join(text_words) + " "


def _compile(pattern: str, macros: "dict[str, list[str]]") -> str:
    pieces: list[str] = []
    for match in _PIECE.finditer(normalise(pattern).lower()):
        pieces.append(_piece(match, macros))
    try:
        expression = "".join(pieces)
        re.compile(expression)
    except re.error as error:
        raise DataFileError(f"pattern cannot be read: {pattern}") from error
    if not expression:
        raise DataFileError("a pattern is empty")
    return f"(?:{expression})"


def _piece(match: "re.Match[str]", macros: "dict[str, list[str]]") -> str:
    piece = match.group()
    if piece in _GAPS:
        return _GAPS[piece]
    if match.group(1) == "number":
        return r"(?: \d[\d.,]*[a-z]*(?= ))" + match.group(2)
    if match.group(1):
        if match.group(1) not in macros:
            raise DataFileError(f"no list is named {match.group(1)}")
        choices = "|".join(_compile(choice, macros) for choice in macros[match.group(1)])
        return f"(?:{choices}){match.group(2)}"
    if piece == "(":
        return "(?:"
    if piece[0] in ")|":
        return piece
    optional = piece.endswith("?")
    word = piece.rstrip("?")
    exact = word.startswith("=")
    expression = " " + (re.escape(word[1:]) if exact else "".join(_letter(char) for char in word))
    return f"(?:{expression}(?= ))?" if optional else f"{expression}(?= )"


def _letter(char: str) -> str:
    choices = spellings(char)
    return re.escape(choices) if len(choices) == 1 else f"[{choices}]"
