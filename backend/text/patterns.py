"""Word patterns for the rules in ``data/``: a small readable language, matched word by word.

A pattern is Vietnamese words with their diacritics. ``(a|b c)`` is a choice, ``x?`` and ``(a|b)?`` may be
absent, ``..`` stands for at most three words of one sentence, ``...`` for at most eight, ``{name}`` for a
list defined once, ``{number}`` for a number. A word fits as ``marks`` says; ``=x`` fits x alone, with its
diacritics, ``x!`` also with hỏi for ngã, but never bare ("cửa!" is not "cua"). Patterns see words only, so
they never match inside a word.
"""

from collections.abc import Iterator
from typing import Final

from backend.text.pattern_parts import Part, Sentence
from backend.text.pattern_reading import PatternReader
from backend.text.words import SENTENCE_END, sentences

_NOTHING: Final = "_"


class Patterns:
    """A list of patterns over the words of a text (``words.words``), read once and ready at once."""

    def __init__(
        self, patterns: list[str], macros: dict[str, list[str]] | PatternReader | None = None
    ) -> None:
        """``macros``: the lists by name, or a reader that read them already.

        Raises ``DataFileError`` naming a pattern that cannot be read.
        """
        reader = macros if isinstance(macros, PatternReader) else PatternReader(macros or {})
        self._parts = [reader.read(pattern) for pattern in patterns]
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        for place, part in enumerate(self._parts):
            needed = min(part.needs, key=len, default=None)
            if needed is None:
                self._always.append(place)
            for word in needed or ():
                self._by_word.setdefault(word, []).append(place)
        self._words = frozenset(self._by_word)

    def search(self, text_words: list[str]) -> str | None:
        """The first words that match, as typed, or None."""
        return next(self._matches(text_words), None)

    def fits(self, sentence: Sentence) -> bool:
        """Whether a pattern matches in one sentence; for many lists asked about the same one."""
        return any(
            part.ends(sentence, start)
            for part in self._candidates(sentence)
            for start in sentence.starts(part.first)
        )

    def every(self, text_words: list[str]) -> list[str]:
        """All that matches, without overlaps, as typed."""
        return list(self._matches(text_words))

    def is_whole(self, text_words: list[str]) -> bool:
        """True when a pattern matches all the words together, and nothing is left over."""
        sentence = Sentence(text_words)
        return any(len(text_words) in part.ends(sentence, 0) for part in self._candidates(sentence))

    def without(self, text_words: list[str]) -> list[str]:
        """The words with every match replaced by one word that means nothing."""
        left: list[str] = []
        for sentence_words in sentences(text_words):
            kept_from = 0
            for start, end in self._spans(Sentence(sentence_words)):
                left += [*sentence_words[kept_from:start], _NOTHING]
                kept_from = end
            left += [*sentence_words[kept_from:], SENTENCE_END]
        return left[:-1]

    def _matches(self, text_words: list[str]) -> Iterator[str]:
        for sentence_words in sentences(text_words):
            for start, end in self._spans(Sentence(sentence_words)):
                yield " ".join(sentence_words[start:end])

    def _spans(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """Where the patterns match: the leftmost first, of those the pattern that stands first."""
        candidates = self._candidates(sentence)
        start = 0
        while candidates and start < len(sentence.typed):
            end = _first_end(candidates, sentence, start)
            if end is None:
                start += 1
            else:
                yield start, end
                start = end

    def _candidates(self, sentence: Sentence) -> list[Part]:
        """The patterns all of whose words the sentence has, wherever they stand: few, so most cost little."""
        if not self._always and self._words.isdisjoint(sentence.present):
            return []
        places = set(self._always)
        for word in sentence.present & self._words:
            places.update(self._by_word[word])
        found = []
        for place in sorted(places):
            for need in self._parts[place].needs:
                if sentence.present.isdisjoint(need):
                    break
            else:
                found.append(self._parts[place])
        return found


def _first_end(candidates: list[Part], sentence: Sentence, start: int) -> int | None:
    for part in candidates:
        if part.may_start_with(sentence, start):
            ends = part.ends(sentence, start)
            if ends:
                return ends[0]
    return None
