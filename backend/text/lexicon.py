"""Finds the field's concepts ("payroll card", "filth thrown") in what workers write.

Matching is by whole words of folded text, longest first, in one pass over the words. The lexicon knows words,
not meaning: a concept found is evidence for rules and classifiers, never a decision.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import fold, tokens
from backend.text.teencode import expand

LEXICON_FILE: Final = "lexicon.yml"


@dataclass(frozen=True)
class ConceptMatch:
    """A concept and the words (indices into the expanded words) that showed it."""

    concept: str
    start: int
    end: int


@dataclass
class _Node:
    """One word of the trie; ``concept`` is set where a listed phrase ends."""

    following: "dict[str, _Node]" = field(default_factory=dict)
    concept: "str | None" = None


class Lexicon:
    """The concepts with their phrases, compiled into a trie of words."""

    def __init__(self, phrases: "dict[str, list[str]]") -> None:
        """``phrases``: concept → its words. Raises ``DataFileError`` when two concepts share a phrase."""
        self._root = _Node()
        self.concept_ids = tuple(phrases)
        for concept, words in phrases.items():
            for phrase in words:
                self._add(concept, phrase)

    @classmethod
    def load(cls, path: "Path | None" = None) -> "Lexicon":
        """The lexicon of the file (by default ``data/lexicon.yml``). Raises ``DataFileError``."""
        phrases: dict[str, list[str]] = {}
        for concept, entry in read_mapping(path or data_folder() / LEXICON_FILE).items():
            words = entry.get("words") if isinstance(entry, dict) else None
            if not isinstance(words, list) or not words:
                raise DataFileError(f"{LEXICON_FILE}: {concept} must have a list of words")
            phrases[str(concept)] = [str(word) for word in words]
        return cls(phrases)

    def concepts(self, folded_text: str) -> "list[str]":
        """The concepts in a text (folded or not), each once, in the order they appear."""
        return list(dict.fromkeys(match.concept for match in self.matches(tokens(fold(folded_text)))))

    def matches(self, folded_tokens: "list[str]") -> "list[ConceptMatch]":
        """Every match in order; longest first, so a longer phrase hides the shorter ones inside it."""
        words = expand(folded_tokens)
        found: list[ConceptMatch] = []
        index = 0
        while index < len(words):
            match = self._longest_at(words, index)
            if match is not None:
                found.append(match)
            index = match.end if match is not None else index + 1
        return found

    def _longest_at(self, words: "list[str]", start: int) -> "ConceptMatch | None":
        node, longest = self._root, None
        for end in range(start, len(words)):
            following = node.following.get(words[end])
            if following is None:
                break
            node = following
            if node.concept is not None:
                longest = ConceptMatch(node.concept, start, end + 1)
        return longest

    def _add(self, concept: str, phrase: str) -> None:
        words = expand(tokens(fold(phrase)))
        if not words:
            raise DataFileError(f"{LEXICON_FILE}: {concept} has a phrase without a word")
        node = self._root
        for word in words:
            node = node.following.setdefault(word, _Node())
        if node.concept not in (None, concept):
            raise DataFileError(
                f"{LEXICON_FILE}: '{' '.join(words)}' stands under {node.concept} and {concept}"
            )
        node.concept = concept
