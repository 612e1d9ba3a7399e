"""Tells whether a message speaks of somebody in danger, and of which kind.

Asked before anything else understands the message, and needs nothing but ``data/``: it works when every
service is down. It prefers a false alarm to a missed one, but leaves questions of law, old stories and
everyday words ("mệt muốn chết") alone. It decides nothing about a tip and keeps nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Final, Literal

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import MAX_LENGTH
from backend.text.patterns import Patterns
from backend.text.words import sentences, words

DangerKind = Literal["child", "suicide", "trafficking", "held", "violence_now", "medical"]

_FILE: Final = "danger.yml"


@dataclass(frozen=True)
class Danger:
    """Somebody is in danger."""

    kind: DangerKind
    imminent: bool = True
    """False for a grave threat without a time ("nó dọa giết em"): real, but not within hours."""


def danger_in(text: str, limit: int = MAX_LENGTH) -> "Danger | None":
    """The danger that the text tells of, the gravest kind first, or None. Never raises for any text.

    At most ``limit`` characters are read.
    """
    return _rules().danger(words(text, limit))


def prepare() -> None:
    """Read and compile the rules now (1 to 4 s), so that nobody in danger waits for it.

    Raises ``DataFileError`` when the file cannot be read.
    """
    _rules().prepare()


@dataclass(frozen=True)
class _KindRules:
    kind: DangerKind
    always: Patterns
    unless_calm: Patterns
    threats: Patterns


@dataclass(frozen=True)
class _Rules:
    harmless: Patterns
    calm: Patterns
    still_going: Patterns
    story: Patterns
    of_oneself: Patterns
    kinds: "tuple[_KindRules, ...]"
    cry: Patterns
    cry_alone: Patterns
    help_now: Patterns
    asks_something_else: Patterns
    at_the_door: Patterns

    def prepare(self) -> None:
        of_kinds = [(rules.always, rules.unless_calm, rules.threats) for rules in self.kinds]
        others = (self.harmless, self.calm, self.still_going, self.story, self.of_oneself, self.cry)
        at_last = (self.cry_alone, self.help_now, self.asks_something_else, self.at_the_door)
        for patterns in chain(*of_kinds, others, at_last):
            patterns.prepare()

    def danger(self, typed: list[str]) -> Danger | None:
        """Sentence by sentence: a question of law in one quiets no other."""
        found = [danger for sentence in sentences(typed) if (danger := self._in_sentence(sentence))]
        if self._cries_for_help(typed):
            found.append(Danger("violence_now"))
        ranks = [rules.kind for rules in self.kinds]
        return min(found, key=lambda one: (not one.imminent, ranks.index(one.kind)), default=None)

    def _in_sentence(self, sentence: list[str]) -> Danger | None:
        if self.story.search(sentence) and not self.of_oneself.search(sentence):
            return None
        told = self.harmless.without(sentence)
        calm = bool(self.calm.search(sentence)) and not self.still_going.search(sentence)
        for rules in self.kinds:
            if rules.always.search(told) or (not calm and rules.unless_calm.search(told)):
                return Danger(rules.kind)
        for rules in self.kinds:
            if not calm and rules.threats.search(told):
                return Danger(rules.kind, imminent=False)
        return None

    def _cries_for_help(self, typed: list[str]) -> bool:
        told = self.harmless.without(typed)
        if self.cry_alone.is_whole(typed) or self.help_now.search(told):
            return True
        if not self.cry.search(told):
            return False
        return not self.asks_something_else.search(typed) or bool(self.at_the_door.search(told))


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    content = read_mapping(data_folder() / _FILE)
    try:
        macros: dict[str, list[str]] = content["lists"]
        cry: dict[str, Any] = content["cry_for_help"]
        return _Rules(
            harmless=Patterns(content["harmless"], macros),
            calm=Patterns(content["calm"], macros),
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


def _kind_rules(
    kind: DangerKind, rules: "dict[str, list[str]]", macros: "dict[str, list[str]]"
) -> _KindRules:
    return _KindRules(
        kind=kind,
        always=Patterns(rules.get("always", []), macros),
        unless_calm=Patterns(rules.get("unless_calm", []), macros),
        threats=Patterns(rules.get("threats", []), macros),
    )
