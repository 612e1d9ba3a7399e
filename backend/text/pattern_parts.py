"""The parts of a word pattern, and where each can end in a sentence. Pure; the language is in ``patterns``.

A part tells all its ends in the order in which a reader would try them: what is written first, an absent
part last, a gap as short as it can be. Each end is found once, so no sentence takes long.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from backend.text.marks import confusable, fits, mostly_marked
from backend.text.normalize import strip_marks

NUMBER: Final = "#"
"""Stands for every number among the words a pattern needs."""

_NUMBER: Final = re.compile(r"\d[\d.,]*(?:[a-z]+\d*)?")

Ends = tuple[int, ...]
Needs = tuple[frozenset[str], ...]


class Sentence:
    """The words of one sentence, and the ends that were found in it already."""

    def __init__(self, typed: list[str]) -> None:
        """Who types a sentence with diacritics means a bare word as it stands ("vay" is not "vây")."""
        self.typed = typed
        self.folded = [strip_marks(word) for word in typed]
        self.numbers = frozenset(word for word in typed if word[0].isdigit() and _NUMBER.fullmatch(word))
        self.strict = mostly_marked(typed)
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.folded):
            self._places.setdefault(word, []).append(place)
        if self.numbers:
            self._places[NUMBER] = [place for place, word in enumerate(typed) if word in self.numbers]
        self.present = frozenset(self._places)
        self.found: dict[tuple[int, int], Ends] = {}

    def starts(self, first: frozenset[str] | None) -> Iterable[int]:
        """Where a part that begins with one of ``first`` can begin; anywhere for None."""
        if first is None:
            return range(len(self.typed))
        return [place for word in first & self.present for place in self._places[word]]


class Part:
    """A piece of a pattern.

    ``needs``: sets of folded words, of each of which the sentence must have one. ``first``: the folded words
    it can begin with, None when it can begin with any or be absent.
    """

    needs: Needs = ()
    first: frozenset[str] | None = None

    def ends(self, sentence: Sentence, start: int) -> Ends:
        """The places behind the part when it begins at ``start``; empty when it does not fit."""
        raise NotImplementedError

    def may_start_with(self, sentence: Sentence, start: int) -> bool:
        """False when the word at ``start`` already tells that the part cannot begin there."""
        if self.first is None:
            return True
        if start >= len(sentence.folded):
            return False
        word = sentence.folded[start]
        return word in self.first or (NUMBER in self.first and word in sentence.numbers)


class Word(Part):
    """One word; ``exact``: only with the diacritics it has here; ``marked``: not without any."""

    def __init__(self, meant: str, *, exact: bool, marked: bool) -> None:
        self._meant, self._exact, self._marked = meant, exact, marked
        self._folded = strip_marks(meant)
        self.first = frozenset({self._folded})
        self.needs = (self.first,)

    def ends(self, sentence: Sentence, start: int) -> Ends:
        if start >= len(sentence.folded) or sentence.folded[start] != self._folded:
            return ()
        typed = sentence.typed[start]
        strict = sentence.strict or self._marked
        if typed == self._meant or (not self._exact and _fits(typed, self._meant, strict)):
            return (start + 1,)
        return ()


class Number(Part):
    """A number, with its unit when that is written to it ("8h30", "10tr")."""

    first = frozenset({NUMBER})
    needs = (frozenset({NUMBER}),)

    def ends(self, sentence: Sentence, start: int) -> Ends:
        return (start + 1,) if self.may_start_with(sentence, start) else ()


class Gap(Part):
    """Any words, at most so many, rather fewer."""

    def __init__(self, most: int) -> None:
        self._most = most

    def ends(self, sentence: Sentence, start: int) -> Ends:
        return tuple(range(start, min(start + self._most, len(sentence.typed)) + 1))


class Maybe(Part):
    """A part that may be absent."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def ends(self, sentence: Sentence, start: int) -> Ends:
        return _once([*self._part.ends(sentence, start), start])


class Row(Part):
    """Parts one after another."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        self.needs = tuple(dict.fromkeys(need for part in parts for need in part.needs))
        self.first = parts[0].first if parts else None

    def ends(self, sentence: Sentence, start: int) -> Ends:
        reached: Ends = (start,)
        for part in self._parts:
            if len(reached) == 1:
                reached = part.ends(sentence, reached[0])
            else:
                reached = _once(end for place in reached for end in part.ends(sentence, place))
            if not reached:
                break
        return reached


class Choice(Part):
    """One of several parts; asked once for each place of a sentence, however many patterns name it."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        needs = [min(part.needs, key=len, default=None) for part in parts]
        known = [need for need in needs if need is not None]
        self.needs = (frozenset().union(*known),) if len(known) == len(needs) else ()
        firsts = [part.first for part in parts if part.first is not None]
        self.first = frozenset().union(*firsts) if len(firsts) == len(parts) else None

    def ends(self, sentence: Sentence, start: int) -> Ends:
        if not self.may_start_with(sentence, start):
            return ()
        key = (id(self), start)
        if key not in sentence.found:
            sentence.found[key] = _once(end for part in self._parts for end in part.ends(sentence, start))
        return sentence.found[key]


def _once(ends: Iterable[int]) -> Ends:
    return tuple(dict.fromkeys(ends))


@lru_cache(maxsize=20_000)
def _fits(typed: str, meant: str, strict: bool) -> bool:
    if not strict:
        return fits(typed, meant)
    return len(typed) == len(meant) and all(
        one in confusable(other) for one, other in zip(typed, meant, strict=True)
    )
