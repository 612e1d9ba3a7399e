"""Argon2id at the least cost it takes, for tests that ask who gets in and not what a guess costs a thief."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from backend.kit import argon2_queue

_TRUE_COST = (argon2_queue.MEMORY_KIB, argon2_queue.PASSES)
_LEAST_COST = (8 * argon2_queue.LANES, 1)


def _at(memory_kib: int, passes: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(argon2_queue, "MEMORY_KIB", memory_kib)
        patched.setattr(argon2_queue, "PASSES", passes)
        yield


@contextmanager
def at_least_cost() -> Iterator[None]:
    yield from _at(*_LEAST_COST)


@contextmanager
def at_true_cost() -> Iterator[None]:
    """As in earnest: for tests of the rows, of floods and of what a receipt takes."""
    yield from _at(*_TRUE_COST)
