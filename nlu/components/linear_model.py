"""The classifier itself: TF-IDF views of a text into a calibrated linear support vector machine.

Made by :mod:`nlu.components.fitting`. Training uses scikit-learn; what is kept is plain numbers, and reading
a text needs numpy only. Knows nothing of Rasa and nothing of topics: labels are strings. Never logs a text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components.forms import Concepts, Forms
from nlu.components.tfidf import Tfidf

Ranking = list[tuple[str, float]]
"""Labels with their probabilities, most likely first."""
WORDS_FILE: Final = "vocabulary.json"
NUMBERS_FILE: Final = "weights.npz"
NEARLY_ZERO: Final = 0.002
"""Smaller weights are dropped: five in six, without a change in accuracy."""


@dataclass(frozen=True)
class Weights:
    """A matrix (features, labels) of which only what is not nearly zero is kept, row by row."""

    pointers: NDArray[np.int64]
    """Where each feature's weights begin; one more entry than features."""
    labels: NDArray[np.uint16]
    values: NDArray[np.float16]

    @classmethod
    def of(cls, matrix: NDArray[np.float64]) -> Weights:
        """Keep what matters of a full matrix."""
        rows, labels = np.nonzero(np.abs(matrix) >= NEARLY_ZERO)
        pointers = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(matrix)))])
        return cls(pointers, labels.astype(np.uint16), matrix[rows, labels].astype(np.float16))

    def scores(
        self, columns: NDArray[np.int64], values: NDArray[np.float32], labels: int
    ) -> NDArray[np.float64]:
        """The product with one sparse text: its feature ``columns`` and their ``values``."""
        starts = self.pointers[columns]
        counts = self.pointers[columns + 1] - starts
        places = np.arange(counts.sum()) + np.repeat(starts - np.cumsum(counts) + counts, counts)
        products = self.values[places] * np.repeat(values, counts)
        return np.bincount(self.labels[places], weights=products, minlength=labels)


@dataclass(frozen=True)
class LinearModel:
    """A trained model: vocabularies, one weight vector a label, and how scores become probabilities."""

    labels: list[str]
    views: dict[str, Tfidf]
    weights: Weights
    """The views' features one after the other."""
    bias: NDArray[np.float64]
    temperature: float
    """Scores are divided by it before the softmax; fitted on phrases that were not trained on."""

    def ranking(self, text: str, concepts: Concepts) -> Ranking:
        """Every label with its probability, likeliest first."""
        return self.ranking_of(Forms.of(text, concepts))

    def ranking_of(self, forms: Forms) -> Ranking:
        """The same for a text that was read already."""
        features = forms.features()
        scores = self.bias.copy()
        offset = 0
        for name, view in self.views.items():
            columns, values = view.row(features[name])
            scores += self.weights.scores(columns + offset, values, len(self.labels))
            offset += len(view)
        chances = softmax(scores / self.temperature)
        order = np.argsort(-chances, kind="stable")
        return [(self.labels[index], float(chances[index])) for index in order]

    def save(self, folder: Path) -> None:
        """Write the model as JSON and as arrays without objects."""
        words = {
            "labels": self.labels,
            "temperature": self.temperature,
            "views": {
                name: {
                    "weight": view.weight,
                    "unknown_idf": view.unknown_idf,
                    "features": list(view.vocabulary),
                }
                for name, view in self.views.items()
            },
        }
        (folder / WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        arrays = {f"idf_{name}": view.idf for name, view in self.views.items()}
        kept = {
            "pointers": self.weights.pointers.astype(np.uint32),
            "labels": self.weights.labels,
            "values": self.weights.values,
        }
        np.savez(folder / NUMBERS_FILE, bias=self.bias, **kept, **arrays)

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read what :meth:`save` wrote. Executes nothing that the files hold.

        Raises:
            OSError, ValueError, KeyError: the folder holds no such model.
        """
        words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
        with np.load(folder / NUMBERS_FILE, allow_pickle=False) as arrays:
            views = {
                name: Tfidf(
                    {feature: column for column, feature in enumerate(view["features"])},
                    arrays[f"idf_{name}"],
                    float(view["weight"]),
                    float(view["unknown_idf"]),
                )
                for name, view in words["views"].items()
            }
            weights = Weights(arrays["pointers"].astype(np.int64), arrays["labels"], arrays["values"])
            return cls(words["labels"], views, weights, arrays["bias"], float(words["temperature"]))


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities that add up to one, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return chances
