"""Finds the field's concepts ("payroll card", "filth thrown") in what workers write.

Matching is by whole words, longest first, in one pass over the words. The lexicon knows words, not meaning: a
concept found is evidence for rules and classifiers, never a decision.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.marks import fits
from backend.text.normalize import strip_marks
from backend.text.words import words

LEXICON_FILE: Final = "lexicon.yml"


@dataclass(frozen=True)
class ConceptMatch:
    """A concept and the words (indices into the text's words) that showed it."""

    concept: str
    start: int
    end: int


@dataclass
class _Node:
    """A point in the trie of words: the words that may follow, by their folded form."""

    following: "dict[str, list[tuple[str, _Node]]]" = field(default_factory=dict)
    concept: "str | None" = None


class Lexicon:
    """The concepts with their phrases, compiled into a trie of words."""

    def __init__(self, phrases: "dict[str, list[str]]") -> None:
        """``phrases``: concept → its words. Raises ``DataFileError`` when two concepts share a phrase."""
        self._root = _Node()
        self.concept_ids = tuple(phrases)
        owners: dict[str, str] = {}
        for concept, concept_phrases in phrases.items():
            for phrase in concept_phrases:
                phrase_words = words(phrase)
                folded = strip_marks(" ".join(phrase_words))
                if not folded:
                    raise DataFileError(f"{LEXICON_FILE}: {concept} has a phrase without a word")
                if owners.setdefault(folded, concept) != concept:
                    raise DataFileError(
                        f"{LEXICON_FILE}: '{folded}' stands under {owners[folded]} and {concept}"
                    )
                self._add(concept, phrase_words)

    @classmethod
    def load(cls, path: "Path | None" = None) -> "Lexicon":
        """The lexicon of the file (by default ``data/lexicon.yml``). Raises ``DataFileError``."""
        phrases: dict[str, list[str]] = {}
        for concept, entry in read_mapping(path or data_folder() / LEXICON_FILE).items():
            listed = entry.get("words") if isinstance(entry, dict) else None
            if not isinstance(listed, list) or not listed:
                raise DataFileError(f"{LEXICON_FILE}: {concept} must have a list of words")
            phrases[str(concept)] = [str(phrase) for phrase in listed]
        return cls(phrases)

    def concepts(self, text: str) -> "list[str]":
        """The concepts in a text, each once, in the order they appear.

        Takes the text as written (typed diacritics then tell "bạn đã" from "bán đá") or folded.
        """
        return list(dict.fromkeys(match.concept for match in self.matches(words(text))))

    def matches(self, text_words: "list[str]") -> "list[ConceptMatch]":
        """Every match in order; longest first, so a longer phrase hides the shorter ones inside it."""
        found: list[ConceptMatch] = []
        index = 0
        while index < len(text_words):
            match = _longest(self._root, text_words, index, index)
            if match is not None:
                found.append(match)
            index = match.end if match is not None else index + 1
        return found

    def _add(self, concept: str, phrase_words: "list[str]") -> None:
        node = self._root
        for word in phrase_words:
            branches = node.following.setdefault(strip_marks(word), [])
            known = next((branch for marked, branch in branches if marked == word), None)
            if known is None:
                known = _Node()
                branches.append((word, known))
            node = known
        node.concept = concept


@cache
def lexicon() -> Lexicon:
    """The lexicon of ``data/lexicon.yml``, read once a process. Raises ``DataFileError``."""
    return Lexicon.load()


def _longest(node: _Node, text_words: "list[str]", start: int, position: int) -> "ConceptMatch | None":
    best = ConceptMatch(node.concept, start, position) if node.concept is not None else None
    if position == len(text_words):
        return best
    typed = text_words[position]
    for marked, following in node.following.get(strip_marks(typed), ()):
        if fits(typed, marked):
            longer = _longest(following, text_words, start, position + 1)
            if longer is not None and (best is None or longer.end > best.end):
                best = longer
    return best
