"""Word patterns for the rules in ``data/``: a small readable language, compiled to regular expressions.

A pattern is Vietnamese words with their diacritics. ``(a|b c)`` is a choice, ``x?`` and ``(a|b)?`` may be
absent, ``..`` stands for at most three words of one sentence, ``...`` for at most eight, ``{name}`` for a
list defined once, ``{number}`` for a number. A word fits as ``marks`` says; ``=x`` fits x alone, with its
diacritics. Patterns see words only, so they never match inside a word.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from backend.text.datafiles import DataFileError
from backend.text.marks import confusable, mostly_marked, spellings
from backend.text.normalize import normalise
from backend.text.words import SENTENCE_END, sentences

_PIECE: Final = re.compile(r"\{(\w+)\}(\??)|\.\.\.|\.\.|[()|]\??|[^\s(){}|?]+\??")
_GAPS: Final = {"..": r"(?: \S+){0,3}?", "...": r"(?: \S+){0,8}?"}
_NUMBER: Final = r"(?: \d[\d.,]*[a-z]*(?= ))"


class Patterns:
    """A compiled list of patterns over the words of a text (``words.words``)."""

    def __init__(self, patterns: list[str], macros: dict[str, list[str]] | None = None) -> None:
        """Raises ``DataFileError`` naming a pattern that cannot be read."""
        self._patterns = patterns
        self._macros = macros or {}
        self._lenient = self._compiled(strict=False)

    def search(self, text_words: list[str]) -> str | None:
        """The first words that match, as typed, or None."""
        return next(self._matches(text_words), None)

    def every(self, text_words: list[str]) -> list[str]:
        """All that matches, without overlaps, as typed."""
        return list(self._matches(text_words))

    def is_whole(self, text_words: list[str]) -> bool:
        """True when a pattern matches all the words together, and nothing is left over."""
        return bool(re.fullmatch(self._regex(text_words).pattern + " ", _joined(text_words)))

    def without(self, text_words: list[str]) -> list[str]:
        """The words with every match replaced by one word that means nothing."""
        left: list[str] = []
        for sentence in sentences(text_words):
            left += [*self._regex(sentence).sub(" _", _joined(sentence)).split(), SENTENCE_END]
        return left[:-1]

    def prepare(self) -> None:
        """Compile now what would be compiled when it is first needed."""
        _ = self._strict

    def _matches(self, text_words: list[str]) -> Iterator[str]:
        for sentence in sentences(text_words):
            for found in self._regex(sentence).finditer(_joined(sentence)):
                yield found.group().strip()

    @cached_property
    def _strict(self) -> re.Pattern[str]:
        return self._compiled(strict=True)

    def _regex(self, sentence: list[str]) -> re.Pattern[str]:
        """Who types a sentence with diacritics means a bare word as it stands ("vay" is not "vây")."""
        return self._strict if mostly_marked(sentence) else self._lenient

    def _compiled(self, strict: bool) -> re.Pattern[str]:
        compiler = _Compiler(self._macros, strict)
        expressions = [compiler.compile(pattern) for pattern in self._patterns]
        try:
            return re.compile("(?:" + "|".join(expressions) + ")(?= )" if expressions else r"(?!)")
        except re.error:
            raise DataFileError(f"pattern cannot be read: {self._first_broken(expressions)}") from None

    def _first_broken(self, expressions: list[str]) -> str:
        for pattern, expression in zip(self._patterns, expressions, strict=True):
            try:
                re.compile(expression)
            except re.error:
                return pattern
        return "?"


def _joined(text_words: list[str]) -> str:
    return " " + " ".join(text_words) + " "


class _Compiler:
    """Turns one pattern into a regular expression over words that are each preceded by a space."""

    def __init__(self, macros: dict[str, list[str]], strict: bool) -> None:
        self._macros = macros
        self._strict = strict
        self._expanded: dict[str, str] = {}

    def compile(self, pattern: str) -> str:
        expression = "".join(self._piece(match) for match in _PIECE.finditer(normalise(pattern).lower()))
        if not expression:
            raise DataFileError("a pattern is empty")
        return f"(?:{expression})"

    def _piece(self, match: re.Match[str]) -> str:
        piece, macro, optional = match.group(), match.group(1), match.group(2)
        if piece in _GAPS:
            return _GAPS[piece]
        if macro == "number":
            return _NUMBER + optional
        if macro:
            if macro not in self._macros:
                raise DataFileError(f"no list is named {macro}")
            return self._macro(macro) + optional
        if piece == "(":
            return "(?:"
        if piece[0] in ")|":
            return piece
        expression = self._word(piece.rstrip("?"))
        return f"(?:{expression})?" if piece.endswith("?") else expression

    def _macro(self, name: str) -> str:
        if name not in self._expanded:
            choices = "|".join(self.compile(choice) for choice in self._macros[name])
            self._expanded[name] = f"(?:{choices})"
        return self._expanded[name]

    def _word(self, word: str) -> str:
        if word.startswith("="):
            return f" {re.escape(word[1:])}(?= )"
        return f" {''.join(_letter(char, self._strict) for char in word)}(?= )"


def _letter(char: str, strict: bool) -> str:
    choices = confusable(char) if strict else spellings(char)
    return re.escape(choices) if len(choices) == 1 else f"[{choices}]"
