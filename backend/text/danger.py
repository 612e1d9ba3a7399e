"""Tells whether a message speaks of somebody in danger, and of which kind.

Asked before anything else understands the message, and needs nothing but ``data/``: it works when every
service is down. It prefers a false alarm to a missed one, but leaves questions of law, old stories and
everyday words ("mệt muốn chết") alone. It decides nothing about a tip and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final, Literal, cast, get_args

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import MAX_LENGTH
from backend.text.pattern_parts import Sentence
from backend.text.pattern_reading import PatternReader
from backend.text.patterns import Patterns
from backend.text.words import sentences, words

DangerKind = Literal["child", "suicide", "trafficking", "held", "violence_now", "medical"]

_FILE: Final = "danger.yml"
_KINDS: Final = frozenset(get_args(DangerKind))
_COMMON_SIGNS: Final = frozenset({"foe", "now", "victim", "other_person", "minor", "abroad", "ransom"})
_NEAR: Final = 24
"""Words. Signs that are further from one another may have nothing to do with each other."""
_OVERLAP: Final = 12


@dataclass(frozen=True)
class Danger:
    """Somebody is in danger."""

    kind: DangerKind
    imminent: bool = True
    """False for a grave threat without a time ("nó dọa giết em"): real, but not within hours."""


def danger_in(text: str, limit: int = MAX_LENGTH) -> Danger | None:
    """The danger that the text tells of, the gravest kind first, or None. Never raises for any text.

    At most ``limit`` characters are read.
    """
    return _rules().danger(words(text, limit))


def evidence_in(text_words: list[str]) -> list[str]:
    """What a classifier can use of a text's words: ``danger_<kind>``, ``threat_<kind>``, ``sign_<name>``.

    Signs are evidence also where they are too few to mean a danger.
    """
    return _rules().evidence(text_words)


def danger_told(evidence: Sequence[str]) -> Danger | None:
    """The danger among the names of :func:`evidence_in`, so that no text is read twice."""
    for name in evidence:
        how, _, kind = name.partition("_")
        if how in {"danger", "threat"} and kind in _KINDS:
            return Danger(cast(DangerKind, kind), imminent=how == "danger")
    return None


def prepare() -> None:
    """Read the rules and the short forms now (some tenths of a second), so that nobody in danger waits.

    Raises ``DataFileError`` when a file cannot be read.
    """
    danger_in("ko")


@dataclass(frozen=True)
class _KindRules:
    kind: DangerKind
    always: Patterns
    unless_calm: Patterns
    threats: Patterns


@dataclass(frozen=True)
class _Told:
    """One sentence without what is harmless in it."""

    sentence: Sentence
    calm: bool
    """A question of law, the past, hearsay."""
    settled: bool
    """Surely over, supposed or asked in general."""


@dataclass(frozen=True)
class _Signs:
    """Danger told by several things together, in any order and in words of one's own."""

    patterns: dict[str, Patterns]
    together: tuple[tuple[DangerKind, tuple[str, ...]], ...]
    telling: tuple[str, ...]
    """The signs that say something when they stand alone, unlike who and when."""

    def kind_in(self, told: Sentence) -> DangerKind | None:
        """The first kind all of whose signs are there."""
        seen: dict[str, bool] = {}
        for kind, names in self.together:
            for name in names:
                if name not in seen:
                    seen[name] = self.patterns[name].fits(told)
                if not seen[name]:
                    break
            else:
                return kind
        return None


@dataclass(frozen=True)
class _Rules:
    harmless: Patterns
    calm: Patterns
    settled: Patterns
    still_going: Patterns
    story: Patterns
    of_oneself: Patterns
    signs: _Signs
    kinds: tuple[_KindRules, ...]
    cry: Patterns
    cry_alone: Patterns
    help_now: Patterns
    asks_something_else: Patterns
    at_the_door: Patterns

    def danger(self, typed: list[str]) -> Danger | None:
        """Sentence by sentence: a question of law in one quiets no other."""
        return self._danger(typed, self._told(typed))

    def evidence(self, typed: list[str]) -> list[str]:
        """The danger, and every telling sign in the sentences that are not settled."""
        told = self._told(typed)
        danger = self._danger(typed, told)
        names = [f"{'danger' if danger.imminent else 'threat'}_{danger.kind}"] if danger else []
        for name in self.signs.telling:
            if any(self.signs.patterns[name].fits(one.sentence) for one in told if not one.settled):
                names.append(f"sign_{name}")
        return names

    def _told(self, typed: list[str]) -> list[_Told]:
        return [self._read(words_of_one) for words_of_one in sentences(typed)]

    def _danger(self, typed: list[str], told: list[_Told]) -> Danger | None:
        found = [danger for one in told if (danger := self._in_sentence(one))]
        if not any(danger.imminent for danger in found):
            found += [Danger(kind) for part in _parts(told) if (kind := self.signs.kind_in(part))]
        if self._cries_for_help(typed, [one.sentence for one in told]):
            found.append(Danger("violence_now"))
        ranks = [rules.kind for rules in self.kinds]
        return min(found, key=lambda one: (not one.imminent, ranks.index(one.kind)), default=None)

    def _read(self, typed: list[str]) -> _Told:
        as_typed = Sentence(typed)
        going = self.still_going.fits(as_typed)
        story = self.story.fits(as_typed) and not self.of_oneself.fits(as_typed)
        settled = story or (not going and self.settled.fits(as_typed))
        calm = settled or (not going and self.calm.fits(as_typed))
        left = self.harmless.without(typed)
        return _Told(as_typed if left == typed else Sentence(left), calm=calm, settled=settled)

    def _in_sentence(self, told: _Told) -> Danger | None:
        if told.settled:
            return None
        for rules in self.kinds:
            if rules.always.fits(told.sentence) or (not told.calm and rules.unless_calm.fits(told.sentence)):
                return Danger(rules.kind)
        for rules in self.kinds:
            if not told.calm and rules.threats.fits(told.sentence):
                return Danger(rules.kind, imminent=False)
        return None

    def _cries_for_help(self, typed: list[str], told: list[Sentence]) -> bool:
        if self.cry_alone.is_whole(typed) or _in_any(self.help_now, told):
            return True
        if not _in_any(self.cry, told):
            return False
        return not self.asks_something_else.search(typed) or _in_any(self.at_the_door, told)


def _in_any(patterns: Patterns, told: list[Sentence]) -> bool:
    return any(patterns.fits(sentence) for sentence in told)


def _parts(told: list[_Told]) -> Iterator[Sentence]:
    """What is near enough to belong together: a sentence, a piece of a long one, two short ones; not calm."""
    for one, other in zip_longest(told, told[1:]):
        if one.calm:
            continue
        own = one.sentence.typed
        if len(own) <= _NEAR:
            yield one.sentence
        else:
            yield from (
                Sentence(own[at : at + _NEAR]) for at in range(0, len(own) - _OVERLAP, _NEAR - _OVERLAP)
            )
        if other and not other.calm and len(own) + len(other.sentence.typed) <= _NEAR:
            yield Sentence(own + other.sentence.typed)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    content = read_mapping(data_folder() / _FILE)
    try:
        macros = PatternReader(content["lists"])
        cry: dict[str, Any] = content["cry_for_help"]
        return _Rules(
            harmless=Patterns(content["harmless"], macros),
            calm=Patterns(content["calm"], macros),
            settled=Patterns(content["settled"], macros),
            signs=_signs(content["signs"], content["together"], macros),
            still_going=Patterns(content["still_going"], macros),
            story=Patterns(content["story"], macros),
            of_oneself=Patterns(content["of_oneself"], macros),
            kinds=tuple(_kind_rules(kind, rules, macros) for kind, rules in content["kinds"].items()),
            cry=Patterns(cry["words"], macros),
            cry_alone=Patterns(cry["alone"], macros),
            help_now=Patterns(cry["help_now"], macros),
            asks_something_else=Patterns(cry["asks_something_else"], macros),
            at_the_door=Patterns(cry["at_the_door"], macros),
        )
    except KeyError as error:
        raise DataFileError(f"{_FILE} lacks {error.args[0]}") from error


def _signs(signs: dict[str, list[str]], together: dict[str, list[str]], macros: PatternReader) -> _Signs:
    unknown = {name for lines in together.values() for line in lines for name in line.split()} - signs.keys()
    if unknown:
        raise DataFileError(f"{_FILE}: no sign is named {min(unknown)}")
    return _Signs(
        patterns={name: Patterns(patterns, macros) for name, patterns in signs.items()},
        together=tuple(
            (cast(DangerKind, kind), tuple(line.split()))
            for kind, lines in together.items()
            for line in lines
        ),
        telling=tuple(name for name in signs if name not in _COMMON_SIGNS),
    )


def _kind_rules(kind: DangerKind, rules: dict[str, list[str]], macros: PatternReader) -> _KindRules:
    return _KindRules(
        kind=kind,
        always=Patterns(rules.get("always", []), macros),
        unless_calm=Patterns(rules.get("unless_calm", []), macros),
        threats=Patterns(rules.get("threats", []), macros),
    )
