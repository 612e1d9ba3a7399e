"""Waiting for a condition instead of a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
_SHORTEST, _LONGEST = 0.02, 1.0
"""Seconds between two questions."""
_REST = 4
"""Times as long as a question took is rested after it: asking without a pause slows down what is awaited."""


def eventually(condition: Callable[[], T], within: float = 60) -> T:
    """The first true answer of ``condition``, which is asked the more seldom the longer it takes.

    Raises:
        AssertionError: there was none after ``within`` seconds.
    """
    deadline = time.monotonic() + within
    while True:
        asked = time.monotonic()
        if answer := condition():
            return answer
        now = time.monotonic()
        assert now < deadline, f"not within {within:g} s: {condition.__name__}"
        time.sleep(min(max(_SHORTEST, _REST * (now - asked)), _LONGEST))
