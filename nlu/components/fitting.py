"""Trains the classifier: noisy spellings, TF-IDF views, a support vector machine, calibrated probabilities.

The only module that needs scikit-learn. A phrase and its noisy spellings are always on the same side of a
split, so the probabilities are fitted on texts whose like was not seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import hstack
from sklearn.svm import LinearSVC

from nlu.components.counting import counted, counted_by_two, weighed
from nlu.components.forms import Concepts
from nlu.components.linear_model import LinearModel, Weights, softmax
from nlu.components.noise import variants, without_diacritics
from nlu.stopwatch import lap

PAYS_FROM: Final = 4_000
"""So many texts make up for the second it takes to start another process."""


@dataclass(frozen=True)
class Recipe:
    """The knobs of training; the component's configuration fills them."""

    noise: int = 1
    """Noisy spellings for each phrase."""
    stripped: bool = True
    """Each phrase also without diacritics and otherwise as it is: for the words that then look alike."""
    regularisation: float = 0.7
    """C of the support vector machine."""
    held_out: int = 5
    """One phrase in so many is held out while the probabilities are fitted; then all are trained on."""
    seed: int = 20261121
    typed_weight: float = 0.6
    folded_weight: float = 1.0
    characters_weight: float = 0.9
    concepts_weight: float = 0.6
    smallest_characters: int = 2
    """Characters that stand together in fewer texts than this are left out."""

    def weights(self) -> dict[str, float]:
        """The length of each view's vectors."""
        return {
            "typed": self.typed_weight,
            "folded": self.folded_weight,
            "characters": self.characters_weight,
            "concepts": self.concepts_weight,
        }


@dataclass(frozen=True)
class Spellings:
    """Phrases with their noisy spellings; ``sources`` numbers the phrase that each came from."""

    texts: list[str]
    labels: list[str]
    sources: NDArray[np.int64]


def train(
    phrases: Sequence[tuple[str, str]], concepts: Concepts, recipe: Recipe, helped: bool | None = None
) -> LinearModel:
    """Learn labels from ``(text, label)`` pairs.

    ``helped``: a second process takes half of the work; None is where it pays. The model is the same.

    Raises:
        ValueError: fewer than three labels.
    """
    spellings = with_noise(phrases, recipe)
    names = sorted(set(spellings.labels))
    if len(names) < 3:
        raise ValueError("There must be at least three labels to tell apart.")
    number = {name: index for index, name in enumerate(names)}
    targets = np.array([number[label] for label in spellings.labels])
    lap("other spellings")
    with _helper(pays(len(spellings.texts)) if helped is None else helped) as helper:
        distinct, places = np.unique(np.array(spellings.texts, dtype=object), return_inverse=True)
        texts: list[str] = distinct.tolist()
        counts = counted_by_two(texts, concepts, helper) if helper else counted(texts, concepts)
        lap("features")
        views, parts = {}, []
        for name, weight in recipe.weights().items():
            smallest = recipe.smallest_characters if name == "characters" else 1
            views[name], part = weighed(counts.pop(name).of(places), smallest, weight)
            parts.append(part)
        matrix = hstack(parts, format="csr")
        del parts
        held = held_out(targets, spellings.sources, recipe)
        lap("weights of features")
        if helper:
            coming = helper.submit(held_out_temperature, matrix, targets, held, recipe)
            machine = _machine(matrix, targets, recipe)
            temperature = coming.result()
        else:
            temperature = held_out_temperature(matrix, targets, held, recipe)
            machine = _machine(matrix, targets, recipe)
    lap("support vector machines")
    return LinearModel(names, views, Weights.of(machine.coef_.T), machine.intercept_, temperature)


def with_noise(phrases: Sequence[tuple[str, str]], recipe: Recipe) -> Spellings:
    """Each phrase, without its diacritics if it has any, and ``recipe.noise`` other spellings of it."""
    made = [
        (spelling, label, source)
        for source, (text, label) in enumerate(phrases)
        for spelling in (*_twice(text, recipe), *variants(text, recipe.noise, recipe.seed))
    ]
    return Spellings(
        [spelling for spelling, _, _ in made],
        [label for _, label, _ in made],
        np.array([source for _, _, source in made], dtype=np.int64),
    )


def _twice(text: str, recipe: Recipe) -> list[str]:
    bare = without_diacritics(text)
    return [text, bare] if recipe.stripped and bare != text else [text]


def held_out(targets: NDArray[np.int64], sources: NDArray[np.int64], recipe: Recipe) -> NDArray[np.bool_]:
    """A mask over the rows: one phrase in ``recipe.held_out`` of every label, with all its spellings."""
    chance = np.random.default_rng(recipe.seed)
    chosen: list[int] = []
    for target in np.unique(targets):
        own = np.unique(sources[targets == target])
        chance.shuffle(own)
        chosen.extend(own[: len(own) // recipe.held_out].tolist())
    return np.isin(sources, chosen)


def held_out_temperature(
    matrix: Any, targets: NDArray[np.int64], held: NDArray[np.bool_], recipe: Recipe
) -> float:
    """The temperature that suits a machine which has not seen what is ``held`` out; 1 when nothing is."""
    if not held.any():
        return 1.0
    machine = _machine(matrix[~held], targets[~held], recipe)
    return fitted_temperature(machine.decision_function(matrix[held]), targets[held])


def fitted_temperature(scores: NDArray[np.float64], truths: NDArray[np.int64]) -> float:
    """The temperature of the softmax under which the held-out ``truths`` were most likely."""
    rows = np.arange(len(truths))

    def surprise(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))
        return float(-np.log(np.maximum(chances[rows, truths], 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-5, 3), method="bounded").x))


def _machine(matrix: Any, targets: NDArray[np.int64], recipe: Recipe) -> LinearSVC:
    machine = LinearSVC(C=recipe.regularisation, random_state=recipe.seed, tol=1e-2)
    return machine.fit(matrix, targets)


def pays(texts: int) -> bool:
    """Whether this computer has a second core, and there are texts enough for it."""
    return texts >= PAYS_FROM and len(os.sched_getaffinity(0)) > 1


@contextmanager
def _helper(wanted: bool) -> Iterator[Executor | None]:
    """A second process until the block ends.

    It is started afresh: a copy of a process in which TensorFlow runs may stand still for ever.
    """
    if not wanted:
        yield None
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as helper:
        yield helper
