"""The arithmetic of the report, on readings that are already made. Pure; sees no text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from nlu.labels import (
    ALARMS,
    EMERGENCY,
    FALLBACK,
    FOLLOW_UP_PREFIX,
    OUT_OF_SCOPE,
    PERHAPS_EMERGENCY,
    TOPIC_PREFIX,
)

NOTHING: Final = "(nothing)"
"""The first label of an empty ranking."""
Z_95: Final = 1.96


@dataclass(frozen=True)
class Reading:
    """What one question was taken for. Labels are Rasa's intents."""

    label: str
    """The label in whose file the question stands."""
    also: frozenset[str]
    """Other labels that are as right."""
    style: str
    ranking: tuple[tuple[str, float], ...]
    """Labels with their probabilities, likeliest first."""
    acted: str
    """The intent that the pipeline decided for; ``nlu_fallback`` when it asks back, and
    ``emergency_perhaps`` when it shows numbers to call beside that."""

    @property
    def right(self) -> frozenset[str]:
        """Every label that is right."""
        return self.also | {self.label}

    @property
    def is_acted_on_rightly(self) -> bool:
        """Whether the right thing is done. Numbers to call are, in an emergency, also beside others."""
        return self.acted in self.right or (self.acted in ALARMS and EMERGENCY in self.right)

    @property
    def is_asked_back(self) -> bool:
        """Whether candidates are offered, with numbers to call or without, and that is not what is right."""
        return self.acted in {FALLBACK, PERHAPS_EMERGENCY} and not self.is_acted_on_rightly

    @property
    def standing_alone(self) -> tuple[tuple[str, float], ...]:
        """The ranking of a question without a conversation: no follow-ups, no fallback."""
        return tuple(
            each for each in self.ranking if not each[0].startswith(FOLLOW_UP_PREFIX) and each[0] != FALLBACK
        )

    @property
    def first(self) -> str:
        """The likeliest label."""
        return self.standing_alone[0][0] if self.standing_alone else NOTHING

    @property
    def sure(self) -> float:
        """The probability of the first label."""
        return self.standing_alone[0][1] if self.standing_alone else 0.0

    @property
    def truth(self) -> str:
        """The right label: where several are, the one that was found counts."""
        return self.first if self.first in self.right else self.label

    def is_first(self) -> bool:
        """A right label is the likeliest."""
        return self.first in self.right

    def is_within(self, count: int) -> bool:
        """A right label is among the first ``count``."""
        return any(label in self.right for label, _ in self.standing_alone[:count])


Readings = Sequence[Reading]


def share(readings: Iterable[Reading], holds: Callable[[Reading], bool]) -> float:
    """In which share of the readings something holds; not a number when there is no reading."""
    held = [holds(reading) for reading in readings]
    return sum(held) / len(held) if held else math.nan


def margin(chance: float, count: int) -> float:
    """Half the width of the 95 % interval of a share measured on ``count`` questions."""
    return Z_95 * math.sqrt(chance * (1 - chance) / count) if count else math.nan


def f1_scores(pairs: Iterable[tuple[str, str]]) -> dict[str, float]:
    """F1 of each label that is a truth or was guessed, from ``(truth, guess)``.

    A label that is never guessed right has 0.
    """
    truths: Counter[str] = Counter()
    guesses: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for truth, guess in pairs:
        truths[truth] += 1
        guesses[guess] += 1
        hits[truth] += truth == guess
    return {label: 2 * hits[label] / (truths[label] + guesses[label]) for label in {*truths, *guesses}}


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """The mean F1 over the labels that are the truth of some question."""
    truths = {truth for truth, _ in pairs}
    scores = f1_scores(pairs)
    return sum(scores[label] for label in truths) / len(truths) if truths else math.nan


@dataclass(frozen=True)
class Bin:
    """The readings whose first label was about equally sure."""

    low: float
    high: float
    count: int
    sure: float
    """The mean probability of the first label."""
    right: float
    """The share in which it was right."""


def reliability(surenesses: Sequence[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """``(how sure, whether right)`` in ``bins`` of equal width; empty ones are left out."""
    inside: dict[int, list[tuple[float, bool]]] = {}
    for sure, right in surenesses:
        inside.setdefault(min(int(sure * bins), bins - 1), []).append((sure, right))
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            len(each),
            sum(sure for sure, _ in each) / len(each),
            sum(right for _, right in each) / len(each),
        )
        for number, each in sorted(inside.items())
    ]


def calibration_error(surenesses: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """The expected calibration error: the mean distance between how sure and how often right."""
    if not surenesses:
        return math.nan
    return sum(each.count * abs(each.sure - each.right) for each in reliability(surenesses, bins)) / len(
        surenesses
    )


def percentile(numbers: Sequence[float], hundredths: float) -> float:
    """The smallest number that at least so many hundredths of the numbers do not exceed."""
    ordered = sorted(numbers)
    return ordered[max(math.ceil(len(ordered) * hundredths / 100) - 1, 0)] if ordered else math.nan


def confusions(readings: Readings, most: int) -> list[tuple[str, str, int]]:
    """Which label was most often taken for which other one: ``(truth, guess, times)``."""
    counted = Counter((each.label, each.first) for each in readings if not each.is_first())
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [(truth, guess, times) for (truth, guess), times in ordered[:most]]


@dataclass(frozen=True)
class Borders:
    """What becomes of what is not ours, and of what is; shares from 0 to 1."""

    strangers: int
    """How many questions are out of scope."""
    answered: float
    """Of these: answered as a topic."""
    offered: float
    """Of these: asked back about, with candidates."""
    questions: int
    """How many questions are ours."""
    refused: float
    """Of these: taken for out of scope."""
    asked_back: float
    """Of these: asked back about."""
    acted_wrong: float
    """Of these: acted on as something else than what was meant."""


def borders(readings: Readings) -> Borders:
    """Rejection of what is out of scope and of real questions."""
    strangers = [each for each in readings if each.label == OUT_OF_SCOPE]
    questions = [each for each in readings if OUT_OF_SCOPE not in each.right]
    return Borders(
        len(strangers),
        share(
            strangers, lambda each: each.acted.startswith(f"{TOPIC_PREFIX}_") and each.acted not in each.also
        ),
        share(strangers, lambda each: each.is_asked_back),
        len(questions),
        share(questions, lambda each: each.acted == OUT_OF_SCOPE),
        share(questions, lambda each: each.is_asked_back),
        share(
            questions,
            lambda each: (
                each.acted != OUT_OF_SCOPE and not each.is_asked_back and not each.is_acted_on_rightly
            ),
        ),
    )


@dataclass(frozen=True)
class Alarms:
    """Emergencies by who noticed them, and alarms without one."""

    emergencies: int
    missed_by_classifier: int
    missed_by_rules: int
    missed_by_both: int
    others: int
    false_by_classifier: int
    false_by_rules: int


def alarms(readings: Readings, danger: Sequence[bool]) -> Alarms:
    """``danger``: what the danger rules found in the text of each reading."""
    heard = [
        (each.acted in ALARMS, rules)
        for each, rules in zip(readings, danger, strict=True)
        if each.label == EMERGENCY
    ]
    others = [
        (each.acted in ALARMS, rules)
        for each, rules in zip(readings, danger, strict=True)
        if EMERGENCY not in each.right
    ]
    return Alarms(
        len(heard),
        sum(not classifier for classifier, _ in heard),
        sum(not rules for _, rules in heard),
        sum(not classifier and not rules for classifier, rules in heard),
        len(others),
        sum(classifier for classifier, _ in others),
        sum(rules for _, rules in others),
    )


@dataclass(frozen=True)
class Promise:
    """What twice as many phrases are likely to bring."""

    gains: tuple[float, ...]
    """What each doubling so far has brought, in shares of 1."""
    next: float
    """What the next one would bring if gains went on to shrink as they did."""


def promise(curve: Mapping[float, float]) -> Promise:
    """From accuracies by share of the phrases, each twice the one before.

    The next gain is the last one times the ratio of the last two, which is taken to lie between 0 and 1:
    one point of noise must not promise more than what was last seen.
    """
    accuracies = [accuracy for _, accuracy in sorted(curve.items())]
    gains = tuple(after - before for before, after in pairwise(accuracies))
    if len(gains) < 2 or gains[-2] <= 0:
        return Promise(gains, max(gains[-1], 0.0) if gains else math.nan)
    return Promise(gains, gains[-1] * min(max(gains[-1] / gains[-2], 0.0), 1.0))
