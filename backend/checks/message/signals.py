"""The signs of a scam in the words of a message: who it claims to be, what it asks, what it threatens.

Pure: the signs stand in ``data/checks/signals.yml``. Each is found once, with the words that showed it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from backend.checks.message.signals_types import Signal
from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.normalize import fold, normalise, strip_marks
from backend.text.pattern_reading import PatternReader
from backend.text.patterns import Patterns

_FILE: Final = "checks/signals.yml"
_DISGUISED: Final = "disguised"
WARNS: Final = "warns"
WARNING: Final = frozenset({WARNS, "never_share"})
"""The signs of a message that warns of scams: it names what it does not do."""
_DISGUISE: Final = re.compile(r"(?<!\w)[a-z]+[0134@!|$][a-z]+(?!\w)|(?<!\w)[a-z]{1,4}0(?!\w)")
_MOST_WORDS: Final = 12
"""Words of a sign that are shown."""


@dataclass(frozen=True)
class _Rule:
    code: str
    weight: float
    tactics: tuple[str, ...]
    patterns: Patterns


def signals_in(text_words: list[str]) -> Iterator[Signal]:
    """The signs in the words of a text (``text.words``, per cent signs apart)."""
    left = _harmless().without(text_words)
    for rule in _rules():
        found = rule.patterns.search(left)
        if found is not None:
            shown = " ".join(found.split()[:_MOST_WORDS])
            yield Signal(rule.code, shown, rule.weight, rule.tactics)


def disguise_in(text: str) -> Signal | None:
    """Words spelt to slip past a filter ("tr0 cap", "d!eu k!en", letters of other scripts)."""
    shown = [word for word in text.split() if _is_disguised(word)][:_MOST_WORDS]
    weight, tactics = _weights()[_DISGUISED]
    if not shown:
        return None
    return Signal(_DISGUISED, " ".join(shown), weight if len(shown) > 1 else weight / 2, tactics)


def weight_of(code: str) -> tuple[float, tuple[str, ...]]:
    """Weight and topics of a sign that is found by other means than words. Raises ``DataFileError``."""
    try:
        return _weights()[code]
    except KeyError as error:
        raise DataFileError(f"{_FILE} lacks {code}") from error


def _is_disguised(word: str) -> bool:
    if len(word) > 20 or "." in word or "/" in word:
        return False
    plain = strip_marks(normalise(word.lower()))
    if _DISGUISE.search(plain) and fold(word) != plain:
        return True
    return not word.isascii() and any("\u0370" <= char <= "\u04ff" for char in word) and plain.isascii()


@cache
def _content() -> dict[str, Any]:
    content = read_mapping(data_folder() / _FILE)
    for key in ("lists", "harmless", "signals", "links"):
        if key not in content:
            raise DataFileError(f"{_FILE} lacks {key}")
    return content


@cache
def _weights() -> dict[str, tuple[float, tuple[str, ...]]]:
    both = {**_content()["signals"], **_content()["links"]}
    return {code: (float(one["weight"]), tuple(one.get("tactic", ()))) for code, one in both.items()}


@cache
def _reader() -> PatternReader:
    return PatternReader(_content()["lists"])


@cache
def _harmless() -> Patterns:
    return Patterns(_content()["harmless"], _reader())


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(
        _Rule(code, *_weights()[code], Patterns(one["patterns"], _reader()))
        for code, one in _content()["signals"].items()
        if one["patterns"]
    )
