"""TF-IDF over given features: learned at training, kept as names and numbers, applied with numpy alone.

Plain data instead of pickled objects, so that loading a model file can execute nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Tfidf:
    """One view's vocabulary (feature → column) and its inverse document frequencies."""

    vocabulary: dict[str, int]
    idf: NDArray[np.float32]
    weight: float = 1.0
    """How much this view counts beside the others: the length of its vectors."""
    unknown_idf: float = 0.0
    """What a feature that was never seen weighs: it shortens what is known, so strange texts score low."""

    @classmethod
    def learned(
        cls, features: Sequence[str], times: NDArray[np.int64], documents: int, weight: float = 1.0
    ) -> Tfidf:
        """Learn from ``documents`` texts, in ``times`` of which each of the ``features`` stands."""
        idf = (np.log((1 + documents) / (1 + times)) + 1).astype(np.float32)
        unknown = float(np.log(1 + documents) + 1)
        return cls({feature: column for column, feature in enumerate(features)}, idf, weight, unknown)

    def __len__(self) -> int:
        return len(self.vocabulary)

    def row(self, document: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns and values of a document: 1 + log of the count, times idf, scaled to length ``weight``."""
        known: dict[int, int] = {}
        unknown = set()
        for feature in document:
            column = self.vocabulary.get(feature)
            if column is None:
                unknown.add(feature)
            else:
                known[column] = known.get(column, 0) + 1
        columns = np.fromiter(known.keys(), dtype=np.int64, count=len(known))
        values = np.fromiter(known.values(), dtype=np.float32, count=len(known))
        values = (1 + np.log(values)) * self.idf[columns] if known else values
        length = float(np.sqrt(np.sum(values**2) + len(unknown) * self.unknown_idf**2))
        return columns, (values * (self.weight / length)).astype(np.float32) if length else values
