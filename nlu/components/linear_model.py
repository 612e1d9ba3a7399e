"""The classifier itself: TF-IDF views of a text into a calibrated linear support vector machine.

Training uses scikit-learn; what is kept is plain numbers, and reading a text needs numpy only. Knows nothing
of Rasa and nothing of topics: labels are strings. Never logs a text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlu.components import forms
from nlu.components.noise import variants
from nlu.components.tfidf import Tfidf

Concepts = Callable[[str], list[str]]
"""Finds the lexicon's concepts in a folded text."""
Ranking = list[tuple[str, float]]
"""Labels with their probabilities, most likely first."""
WORDS_FILE: Final = "vocabulary.json"
NUMBERS_FILE: Final = "weights.npz"


@dataclass(frozen=True)
class Recipe:
    """The knobs of training; the component's configuration fills them."""

    noise: int = 2
    """Noisy spellings for each phrase."""
    regularisation: float = 0.35
    """C of the support vector machine."""
    folds: int = 3
    seed: int = 20261121
    raw_weight: float = 0.6
    folded_weight: float = 1.0
    characters_weight: float = 0.9
    concepts_weight: float = 0.8
    smallest_characters: int = 2

    def weights(self) -> dict[str, float]:
        """The length of each view's vectors."""
        return {
            "raw": self.raw_weight,
            "folded": self.folded_weight,
            "characters": self.characters_weight,
            "concepts": self.concepts_weight,
        }


@dataclass(frozen=True)
class LinearModel:
    """A trained model: vocabularies, one weight vector a label, and how scores become probabilities."""

    labels: list[str]
    views: dict[str, Tfidf]
    weights: NDArray[np.float32]
    """(features, labels)"""
    bias: NDArray[np.float32]
    temperature: float
    """Scores are divided by it before the softmax; fitted on phrases that were not trained on."""

    def ranking(self, text: str, concepts: Concepts) -> Ranking:
        """Every label with its probability. A text without a single letter is like no label: all the same."""
        scores = self.bias.copy()
        for columns, values in self._rows(text, concepts):
            scores += values @ self.weights[columns]
        chances = softmax(scores / self.temperature)
        order = np.argsort(-chances, kind="stable")
        return [(self.labels[index], float(chances[index])) for index in order]

    def _rows(self, text: str, concepts: Concepts):  # type: ignore[no-untyped-def]  # a generator of numpy pairs
        features = features_of(text, concepts)
        offset = 0
        for name, view in self.views.items():
            columns, values = view.row(features[name])
            if len(columns):
                yield columns + offset, values
            offset += len(view)

    def save(self, folder: Path) -> None:
        """Write the model as JSON and as arrays without objects."""
        words = {
            "labels": self.labels,
            "temperature": self.temperature,
            "views": {
                name: {"weight": view.weight, "features": list(view.vocabulary)}
                for name, view in self.views.items()
            },
        }
        (folder / WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
        arrays = {f"idf_{name}": view.idf for name, view in self.views.items()}
        np.savez(folder / NUMBERS_FILE, weights=self.weights, bias=self.bias, **arrays)

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
                )
                for name, view in words["views"].items()
            }
            return cls(words["labels"], views, arrays["weights"], arrays["bias"], float(words["temperature"]))


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities that add up to one, along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def features_of(text: str, concepts: Concepts) -> dict[str, list[str]]:
    """The features of each view of ``text``."""
    folded = forms.folded_text(text)
    parts = forms.Forms(forms.raw_words(text), forms.folded_words(folded), concepts(folded))
    return parts.features()


def train(phrases: Sequence[tuple[str, str]], concepts: Concepts, recipe: Recipe) -> LinearModel:
    """Learn labels from ``(text, label)`` pairs. Needs scikit-learn, and at least two labels.

    Noisy spellings are added to the phrases; a phrase and its spellings are always on the same side of a
    split, so the probabilities are fitted on texts whose like was not seen.
    """
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    texts, labels, sources = _with_noise(phrases, recipe)
    features = [features_of(text, concepts) for text in texts]
    views = {
        name: Tfidf.fit(
            [feature[name] for feature in features],
            recipe.smallest_characters if name == "characters" else 1,
            weight,
        )
        for name, weight in recipe.weights().items()
    }
    matrix = csr_matrix(_matrix(features, views))
    names = sorted(set(labels))
    targets = np.array([names.index(label) for label in labels])

    def fitted(rows: NDArray[np.int64]) -> LinearSVC:
        machine = LinearSVC(
            C=recipe.regularisation, class_weight="balanced", random_state=recipe.seed, tol=1e-3
        )
        return machine.fit(matrix[rows], targets[rows])

    scores, truths = [], []
    for held in _folds(targets, sources, recipe):
        machine = fitted(np.flatnonzero(~held))
        missing = len(names) - len(machine.classes_)
        if not missing and held.any():
            scores.append(machine.decision_function(matrix[held]))
            truths.append(targets[held])
    machine = fitted(np.arange(len(targets)))
    weights, bias = machine.coef_.T, machine.intercept_
    if len(names) == 2:
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    temperature = _temperature(scores, truths, len(names))
    return LinearModel(
        names, views, np.ascontiguousarray(weights, dtype=np.float32), bias.astype(np.float32), temperature
    )


def _with_noise(phrases: Sequence[tuple[str, str]], recipe: Recipe) -> tuple[list[str], list[str], list[int]]:
    texts, labels, sources = [], [], []
    for number, (text, label) in enumerate(phrases):
        for spelling in [text, *variants(text, recipe.noise, recipe.seed)]:
            texts.append(spelling)
            labels.append(label)
            sources.append(number)
    return texts, labels, sources


def _matrix(features, views):  # type: ignore[no-untyped-def]  # scipy and numpy carry no usable types here
    pointers, indices, values = [0], [], []
    for feature in features:
        offset = 0
        for name, view in views.items():
            columns, numbers = view.row(feature[name])
            indices.append(columns + offset)
            values.append(numbers)
            offset += len(view)
        pointers.append(pointers[-1] + sum(len(part) for part in values[-len(views) :]))
    width = sum(len(view) for view in views.values())
    from scipy.sparse import csr_matrix

    return csr_matrix(
        (np.concatenate(values).astype(np.float64), np.concatenate(indices), np.array(pointers)),
        shape=(len(features), width),
    )


def _folds(targets, sources, recipe):  # type: ignore[no-untyped-def]  # a generator of boolean arrays
    """Masks of held-out rows: every label is dealt evenly, a phrase keeps its spellings with it."""
    chance = np.random.default_rng(recipe.seed)
    sources = np.array(sources)
    fold_of_source = np.zeros(sources.max() + 1, dtype=np.int64)
    for target in np.unique(targets):
        own = np.unique(sources[targets == target])
        chance.shuffle(own)
        fold_of_source[own] = np.arange(len(own)) % recipe.folds
    for fold in range(recipe.folds):
        yield fold_of_source[sources] == fold


def _temperature(scores, truths, labels: int) -> float:  # type: ignore[no-untyped-def]  # numpy arrays
    """The temperature under which held-out truths were most likely; 1 when there was nothing to hold out."""
    from scipy.optimize import minimize_scalar

    if not scores or labels < 3:
        return 1.0
    scores, truths = np.concatenate(scores), np.concatenate(truths)

    def surprise(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))
        return float(-np.log(np.maximum(chances[np.arange(len(truths)), truths], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-5, 3), method="bounded").x))
