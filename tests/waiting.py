"""Waiting for a condition instead of a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], within: float = 60) -> T:
    """The first true answer of ``condition``.

    Raises:
        AssertionError: there was none after ``within`` seconds.
    """
    deadline = time.monotonic() + within
    while True:
        if answer := condition():
            return answer
        assert time.monotonic() < deadline, f"not within {within:g} s: {condition.__name__}"
        time.sleep(0.02)
