"""Learns the weights of the message classifier from ``data/messages``. Deterministic; takes seconds.

``<topic>.txt`` holds scams of that tactic, ``harmless.txt`` messages that must pass, one a line. Five times
the words are learned from four fifths and tried on the rest; on what comes out, the scales of signs and
words are fitted, so that the score of a text that nobody saw means what it says.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final

from backend.checks.classifier import Model, Reading, features_of, probability

HARMLESS: Final = "harmless"
_FOLDS: Final = 5
_SMOOTHING: Final = 0.5
_LEAST_TEXTS: Final = 2
"""A word that stands in one text only teaches nothing."""
_LEAST_WEIGHT: Final = 0.1
_LEAST_TACTIC: Final = 0.7
_SEED: Final = 5

Features = dict[str, float]


@dataclass(frozen=True)
class Message:
    """A labelled text; ``label`` is a topic or ``harmless``."""

    text: str
    label: str

    @property
    def is_scam(self) -> bool:
        return self.label != HARMLESS


def read_messages(folder: Path) -> list[Message]:
    """Every message of the folder, by file and line."""
    return [
        Message(line.strip().replace("\\n", "\n"), path.stem)
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def fingerprint(folder: Path) -> str:
    """What the model was made from: changes with any message."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.txt")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def train(folder: Path, signs: Callable[[Reading], float]) -> Model:
    """A model of the messages in ``folder``; ``signs`` is the sum of the signs' weights in a text."""
    messages = read_messages(folder)
    random.Random(_SEED).shuffle(messages)  # noqa: S311  # an order, no secret
    readings = [Reading.of(message.text) for message in messages]
    rows = [features_of(reading.words) for reading in readings]
    scams = [message.is_scam for message in messages]
    summed = [signs(reading) for reading in readings]
    unseen = _out_of_fold(rows, scams)
    bias, by_signs, by_words = _scales(list(zip(summed, unseen, scams, strict=True)))
    return Model(
        made_from=fingerprint(folder),
        bias=round(bias, 3),
        signals=round(by_signs, 3),
        wording=round(by_words, 3),
        words=_kept(_learn(rows, scams)),
        tactics=_tactics(rows, [message.label for message in messages]),
    )


def _out_of_fold(rows: list[Features], scams: list[bool]) -> list[float]:
    """Each text's log-odds by words alone, from a model that did not see it."""
    found = [0.0] * len(rows)
    for fold in range(_FOLDS):
        seen = [index for index in range(len(rows)) if index % _FOLDS != fold]
        weights = _learn([rows[index] for index in seen], [scams[index] for index in seen])
        for index in range(fold, len(rows), _FOLDS):
            found[index] = sum(weights.get(one, 0.0) * value for one, value in rows[index].items())
    return found


def _learn(rows: list[Features], scams: list[bool]) -> Features:
    """How much more often a word stands in scams than in harmless messages (naive Bayes, log ratio)."""
    counts = {True: Counter[str](), False: Counter[str]()}
    for row, scam in zip(rows, scams, strict=True):
        counts[scam].update(row.keys())
    texts = {side: scams.count(side) + 2 * _SMOOTHING for side in counts}
    return {
        one: log((counts[True][one] + _SMOOTHING) / texts[True])
        - log((counts[False][one] + _SMOOTHING) / texts[False])
        for one in {**counts[True], **counts[False]}
        if counts[True][one] + counts[False][one] >= _LEAST_TEXTS
    }


def _scales(seen: list[tuple[float, float, bool]]) -> tuple[float, float, float]:
    """Bias and the scales of signs and words, by plain gradient steps on three numbers."""
    bias, by_signs, by_words = 0.0, 1.0, 1.0
    for _ in range(800):
        slopes = [0.0, 0.0, 0.0]
        for signs, worded, scam in seen:
            error = scam - probability(bias + by_signs * signs + by_words * worded)
            slopes[0] += error
            slopes[1] += error * signs
            slopes[2] += error * worded
        bias += 0.3 * slopes[0] / len(seen)
        by_signs += 0.1 * slopes[1] / len(seen)
        by_words += 0.1 * slopes[2] / len(seen)
    return bias, by_signs, by_words


def _tactics(rows: list[Features], labels: list[str]) -> dict[str, Features]:
    """For each topic how much more often a word stands in its scams than in all scams."""
    counts: dict[str, Counter[str]] = {}
    for row, label in zip(rows, labels, strict=True):
        if label != HARMLESS:
            counts.setdefault(label, Counter()).update(row.keys())
    texts = Counter(label for label in labels if label != HARMLESS)
    everywhere: Counter[str] = sum(counts.values(), Counter())
    total = sum(texts.values())
    found: dict[str, Features] = {}
    for topic in sorted(counts):
        weights = {}
        for one, number in counts[topic].items():
            usual = everywhere[one] / total
            here = (number + usual) / (texts[topic] + 1)
            if everywhere[one] > 1 and here > usual:
                weights[one] = log(here / usual)
        found[topic] = _kept(weights, _LEAST_TACTIC)
    return found


def _kept(weights: Features, least: float = _LEAST_WEIGHT) -> Features:
    return {one: round(weight, 2) for one, weight in sorted(weights.items()) if abs(weight) >= least}
