"""A small linear model over the words of a text: which of several labels its wording goes with.

Every answer is a sum of weights, so what spoke for it can be shown. Pure Python, standard library only; the
weights are learned from labelled sentences in ``data/`` by a command and stand in a file there. Nothing
learns from what workers send.
"""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from typing import Final

from backend.text.datafiles import DataFileError
from backend.text.normalize import strip_marks
from backend.text.words import SENTENCE_END

_MAX_FEATURES: Final = 2_000
"""Different features of one text that are weighed: more than a thousand words have."""
_FEW_FEATURES: Final = 16
"""Eight words: a shorter text says less, and is not made louder."""
_FEW_SIGNS: Final = 12
_ALWAYS: Final = "#"
"""A feature of every text: how often a label is right before anything is read."""
_LEAST_TEXTS: Final = 2
"""A word that stands in one text only teaches nothing."""
_ROUNDS: Final = 8
_STEP: Final = 0.5
_SURE: Final = 0.03
"""Below this error of the right label's probability a text teaches nothing more."""
_LEAST_WEIGHT: Final = 0.15
_SEED: Final = 5

Features = dict[str, float]


@dataclass(frozen=True)
class LinearModel:
    """``weights``: for each feature its log-odds for each of ``labels``, in their order."""

    made_from: str
    labels: tuple[str, ...]
    weights: dict[str, list[float]]

    @classmethod
    def load(cls, path: Path, made_by: str) -> "LinearModel":
        """Read a model. Raises ``DataFileError`` naming the command that makes it when it cannot be read."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(content["made_from"], tuple(content["labels"]), content["weights"])
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DataFileError(f"{path.name} is missing or broken: run `{made_by}`") from error

    def save(self, path: Path) -> None:
        """Write the model: one line a feature, so that a change can be read."""
        content = asdict(self)
        lines = ",\n".join(
            f"{json.dumps(one, ensure_ascii=False)}: {json.dumps(weights)}"
            for one, weights in sorted(content.pop("weights").items())
        )
        head = json.dumps(content, ensure_ascii=False)[:-1]
        path.write_text(f'{head}, "weights": {{\n{lines}\n}}}}\n', encoding="utf-8")

    def scores(self, features: Mapping[str, float]) -> dict[str, float]:
        """The log-odds of each label, up to a constant."""
        return dict(zip(self.labels, _sums(features, self.weights, len(self.labels)), strict=True))

    def shares(self, features: Mapping[str, float]) -> dict[str, float]:
        """The probability of each label; together 1."""
        return dict(zip(self.labels, _softmax(_sums(features, self.weights, len(self.labels))), strict=True))


def word_features(text_words: Iterable[str], signs: Iterable[str] = ()) -> Features:
    """Words with and without their marks, and pairs of words; scaled so that a long text does not shout.

    ``signs``: names of rules or concepts that the text fits; together about as loud as its words.
    """
    typed = [_shape(word) for word in text_words if word != SENTENCE_END]
    plain = [strip_marks(word) for word in typed]
    marked = (f"={word}" for word, bare in zip(typed, plain, strict=True) if word != bare)
    found = list(dict.fromkeys([*plain, *(f"{one} {other}" for one, other in pairwise(plain)), *marked]))
    kept = found[:_MAX_FEATURES]
    features = dict.fromkeys(kept, 1 / sqrt(max(len(kept), _FEW_FEATURES)))
    named = [f"#{sign}" for sign in signs]
    return {**features, **dict.fromkeys(named, 1 / sqrt(max(len(named), _FEW_SIGNS))), _ALWAYS: 0.2}


def learn(rows: Sequence[Features], labels: Sequence[str], made_from: str) -> LinearModel:
    """Multinomial logistic regression by adaptive steps; the same texts give the same model."""
    names = tuple(sorted(set(labels)))
    texts = Counter(one for row in rows for one in row)
    known = [{one: value for one, value in row.items() if texts[one] >= _LEAST_TEXTS} for row in rows]
    share = {name: (len(labels) / (len(names) * count)) ** 0.5 for name, count in Counter(labels).items()}
    weights = {one: [0.0] * len(names) for row in known for one in row}
    sizes = {one: 0.02 for one in weights}
    order, dice = list(range(len(rows))), random.Random(_SEED)  # noqa: S311  # an order, no secret
    for _ in range(_ROUNDS):
        dice.shuffle(order)
        for index in order:
            row, right = known[index], names.index(labels[index])
            errors = [-one for one in _softmax(_sums(row, weights, len(names)))]
            errors[right] += 1
            if errors[right] < _SURE:
                continue
            square = sum(error * error for error in errors)
            for one, value in row.items():
                sizes[one] += square * value * value
                step = share[labels[index]] * _STEP * value / sqrt(sizes[one])
                mine = weights[one]
                for place, error in enumerate(errors):
                    mine[place] += step * error
    return LinearModel(
        made_from, names, {one: _rounded(mine) for one, mine in weights.items() if _tells(mine)}
    )


def _tells(weights: list[float]) -> bool:
    return max(weights) - min(weights) >= _LEAST_WEIGHT


def _rounded(weights: list[float]) -> list[float]:
    return [round(weight, 2) for weight in weights]


def _sums(features: Mapping[str, float], weights: Mapping[str, list[float]], labels: int) -> list[float]:
    sums = [0.0] * labels
    for one, value in features.items():
        for place, weight in enumerate(weights.get(one, ())):
            sums[place] += weight * value
    return sums


def _softmax(sums: list[float]) -> list[float]:
    highest = max(sums)
    parts = [exp(one - highest) for one in sums]
    total = sum(parts)
    return [part / total for part in parts]


def _shape(word: str) -> str:
    """Numbers by their length, so that "500k" teaches about "700k" too."""
    if not word[0].isdigit():
        return word
    return "#phone" if len(word) >= 9 else "#number"
