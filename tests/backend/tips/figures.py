"""Figures of how good something is on a labelled set, without a word of what stands in it."""

from typing import NamedTuple


class Figure(NamedTuple):
    """So many of so many."""

    of: int
    all: int


Figures = dict[str, Figure]


def shown(figures: Figures) -> Figures:
    """The same, printed: ``pytest -s`` tells where we stand."""
    print()
    for name, figure in figures.items():
        print(f"{name:32} {figure.of:3} of {figure.all:3}")
    return figures
