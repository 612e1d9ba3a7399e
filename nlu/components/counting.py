"""Counts the features of many texts at once, on two processor cores where there are two, and weighs them.

Training only (it needs scipy); reading one text is :mod:`nlu.components.tfidf`, which gives the same numbers.
Knows no labels. Never logs a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from nlu.components.forms import Concepts, Forms
from nlu.components.tfidf import Tfidf


@dataclass(frozen=True)
class Counts:
    """How often each feature of one view stands in each text."""

    features: list[str]
    """The name of each column, in order of the alphabet."""
    matrix: Any
    """A sparse matrix of integers, a row a text (scipy carries no types)."""

    def of(self, places: NDArray[np.int64]) -> Counts:
        """The counts of a list of texts, of which each stands at its place among these."""
        return Counts(self.features, self.matrix[places])


def counted(texts: Sequence[str], concepts: Concepts) -> dict[str, Counts]:
    """The features of each view in ``texts``."""
    columns: dict[str, dict[str, int]] = {}
    places: dict[str, list[int]] = {}
    pointers: dict[str, list[int]] = {}
    for text in texts:
        for view, features in Forms.of(text, concepts).features().items():
            known = columns.setdefault(view, {})
            own = places.setdefault(view, [])
            own.extend([known.setdefault(feature, len(known)) for feature in features])
            pointers.setdefault(view, [0]).append(len(own))
    return {view: _in_order(list(columns[view]), places[view], pointers[view]) for view in columns}


def counted_by_two(texts: Sequence[str], concepts: Concepts, helper: Executor) -> dict[str, Counts]:
    """The same; ``helper``, another process, counts half of them."""
    half = len(texts) // 2
    others = helper.submit(counted, texts[half:], concepts)
    own = counted(texts[:half], concepts)
    return {view: together(own[view], counts) for view, counts in others.result().items()}


def together(above: Counts, below: Counts) -> Counts:
    """The counts of two lists of texts as those of one."""
    features = sorted({*above.features, *below.features})
    column = {feature: number for number, feature in enumerate(features)}
    parts = [
        _moved(counts.matrix, [column[feature] for feature in counts.features], len(features))
        for counts in (above, below)
    ]
    return Counts(features, vstack(parts, format="csr"))


def weighed(counts: Counts, smallest: int, weight: float) -> tuple[Tfidf, Any]:
    """The view learned from ``counts``, and its rows for the same texts, a sparse matrix of numbers.

    Features that stand in fewer than ``smallest`` texts are left out, and shorten their texts' rows as
    features that were never seen do when a text is read.
    """
    matrix = counts.matrix
    texts, width = matrix.shape
    times = np.bincount(matrix.indices, minlength=width)
    kept = times >= smallest
    view = Tfidf.learned(
        [feature for feature, is_kept in zip(counts.features, kept, strict=True) if is_kept],
        times[kept],
        texts,
        weight,
    )
    row_of = np.repeat(np.arange(texts), np.diff(matrix.indptr))
    strange = np.bincount(row_of[~kept[matrix.indices]], minlength=texts)
    known = matrix[:, kept]
    row_of = np.repeat(np.arange(texts), np.diff(known.indptr))
    values = (1 + np.log(known.data.astype(np.float32))) * view.idf[known.indices]
    squares = np.bincount(row_of, weights=values.astype(np.float64) ** 2, minlength=texts)
    lengths = np.sqrt(squares + strange * view.unknown_idf**2)
    scale = np.divide(weight, lengths, out=np.zeros(texts), where=lengths > 0)
    return view, csr_matrix((values * scale[row_of], known.indices, known.indptr), shape=known.shape)


def _in_order(features: list[str], places: list[int], pointers: list[int]) -> Counts:
    """Counts with the columns, met in the order of the texts, in the order of the alphabet."""
    order: NDArray[np.int64] = np.array(
        sorted(range(len(features)), key=features.__getitem__), dtype=np.int64
    )
    ranks = np.empty(len(features), dtype=np.int64)
    ranks[order] = np.arange(len(features))
    columns = ranks[np.array(places, dtype=np.int64)] if places else np.array([], dtype=np.int64)
    shape = (len(pointers) - 1, len(features))
    matrix = csr_matrix((np.ones(len(columns), dtype=np.int32), columns, np.array(pointers)), shape=shape)
    matrix.sum_duplicates()
    return Counts([features[place] for place in order], matrix)


def _moved(matrix: Any, columns: list[int], width: int) -> Any:
    """The matrix with its columns at other places of a wider one; their order stays."""
    moved = np.array(columns, dtype=np.int64)[matrix.indices]
    return csr_matrix((matrix.data, moved, matrix.indptr), shape=(matrix.shape[0], width))
