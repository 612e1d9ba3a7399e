"""Limits that keep one writer, or all together, from flooding the house. In memory, without identity.

A bucket fills with time and each message takes one token out of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MONOTONIC: Final[Callable[[], float]] = time.monotonic


@dataclass
class Bucket:
    """``burst`` messages at once, then ``per_second`` of them."""

    burst: float
    per_second: float
    tokens: float
    at: float

    @classmethod
    def full(cls, burst: float, per_second: float, now: float) -> "Bucket":
        return cls(burst, per_second, burst, now)

    def take(self, now: float) -> bool:
        """Take one token at second ``now``; False when there is none."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


CONVERSATION: Final = (20.0, 0.5)
"""Messages of one conversation: 20 at once, then one every two seconds."""
OVERALL: Final = (300.0, 100.0)
"""Messages of all conversations of this process together."""
RECEIPTS: Final = (6.0, 1 / 60)
"""Receipts tried in one conversation: six, then one a minute."""
RECEIPTS_OVERALL: Final = (40.0, 4.0)
"""Receipts tried in this process: guessing one of 10**16 stays hopeless."""
