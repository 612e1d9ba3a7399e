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
from math import log, sqrt
from operator import mul
from pathlib import Path
from typing import Final

from backend.checks.message.classifier import Model, Reading, features_of, probability
from backend.checks.message.classifier_ideas import ideas_of

HARMLESS: Final = "harmless"
_READ_TOO: Final = ("checks/signals.yml", "checks/concepts.yml")
_FOLDS: Final = 5
_SMOOTHING: Final = 0.5
_LEAST_TEXTS: Final = 2
"""A word that stands in one text only teaches nothing."""
_ROUNDS: Final = 12
_FITTING_ROUNDS: Final = 300
_STEP: Final = 0.3
_DECAY: Final = 3e-3
_NOTHING_KNOWN: Final = -0.5
"""Log-odds of a text without signs, words or ideas."""
_TRUST: Final = 0.8
"""Whoever wrote the signs had read these messages: of a text from elsewhere they say a little less."""
_LEAST_WEIGHT: Final = 0.1
_LEAST_TACTIC: Final = 0.7
_SEED: Final = 5

Features = dict[str, float]
Learner = Callable[[list[Features], list[bool]], Features]


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


def fingerprint(data: Path) -> str:
    """What the model is made from: changes with any message, sign or idea."""
    digest = hashlib.sha256()
    for path in (*sorted((data / "messages").glob("*.txt")), *(data / name for name in _READ_TOO)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def train(data: Path, signs: Callable[[Reading], float]) -> Model:
    """A model of the messages in ``data``; ``signs`` is the sum of the signs' weights in a text."""
    messages = read_messages(data / "messages")
    random.Random(_SEED).shuffle(messages)  # noqa: S311  # an order, no secret
    readings = [Reading.of(message.text) for message in messages]
    by_words = [features_of(reading.words) for reading in readings]
    by_ideas = [ideas_of(reading.words) for reading in readings]
    scams = [message.is_scam for message in messages]
    columns = [
        [signs(reading) for reading in readings],
        _unseen(by_words, scams, count_ratios),
        _unseen(by_ideas, scams, fit_weights),
    ]
    offset, (of_signs, of_words, of_ideas) = _scales(columns, scams)
    every = [{**worded, **meant} for worded, meant in zip(by_words, by_ideas, strict=True)]
    return Model(
        made_from=fingerprint(data),
        bias=_NOTHING_KNOWN,
        signals=round(_TRUST * of_signs, 3),
        wording=round(of_words, 3),
        ideas=round(of_ideas, 3),
        offset=round(offset - _NOTHING_KNOWN, 3),
        word_weights=_kept(count_ratios(by_words, scams)),
        idea_weights=_kept(fit_weights(by_ideas, scams)),
        tactics=_tactics(every, [message.label for message in messages]),
    )


def _unseen(rows: list[Features], scams: list[bool], learn: Learner) -> list[float]:
    """Each text's log-odds from weights that were learned without it."""
    found = [0.0] * len(rows)
    for fold in range(_FOLDS):
        seen = [index for index in range(len(rows)) if index % _FOLDS != fold]
        weights = learn([rows[index] for index in seen], [scams[index] for index in seen])
        for index in range(fold, len(rows), _FOLDS):
            found[index] = _sum(rows[index], weights)
    return found


def count_ratios(rows: list[Features], scams: list[bool]) -> Features:
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


def fit_weights(rows: list[Features], scams: list[bool]) -> Features:
    """Logistic regression by adaptive steps with decay: ideas overlap, and share what they explain."""
    weights: Features = {}
    sizes: Features = {}
    order, dice = list(range(len(rows))), random.Random(_SEED)  # noqa: S311  # an order, no secret
    for _ in range(_ROUNDS):
        dice.shuffle(order)
        for index in order:
            row = rows[index]
            error = scams[index] - probability(_sum(row, weights))
            for one, value in row.items():
                slope = error * value - _DECAY * weights.get(one, 0.0)
                sizes[one] = sizes.get(one, 0.01) + slope * slope
                weights[one] = weights.get(one, 0.0) + _STEP * slope / sqrt(sizes[one])
    return weights


def _sum(row: Features, weights: Features) -> float:
    return sum(weights.get(one, 0.0) * value for one, value in row.items())


def _scales(columns: list[list[float]], scams: list[bool]) -> tuple[float, list[float]]:
    """The offset and the scale of each column: logistic regression on columns of equal spread."""
    means = [sum(column) / len(column) for column in columns]
    spreads = [
        sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
        for column, mean in zip(columns, means, strict=True)
    ]
    rows = [
        [(value - mean) / spread for value, mean, spread in zip(row, means, spreads, strict=True)]
        for row in zip(*columns, strict=True)
    ]
    offset, scales = 0.0, [0.0] * len(columns)
    for _ in range(_FITTING_ROUNDS):
        slope, slopes = 0.0, [0.0] * len(columns)
        for row, scam in zip(rows, scams, strict=True):
            error = scam - probability(offset + sum(map(mul, scales, row)))
            slope += error
            slopes = [before + error * value for before, value in zip(slopes, row, strict=True)]
        offset += slope / len(rows)
        scales = [scale + one / len(rows) for scale, one in zip(scales, slopes, strict=True)]
    scales = [scale / spread for scale, spread in zip(scales, spreads, strict=True)]
    return offset - sum(map(mul, scales, means)), scales


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
