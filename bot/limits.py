"""Limits that keep one writer, or all together, from flooding the house. In memory, without identity.

A bucket fills with time and each message takes one token out of it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
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
        return self.reserve(now, patience=0) is not None

    def reserve(self, now: float, patience: float) -> float | None:
        """Take one token, also one that is still to come: the seconds until it is there.

        None, and nothing taken, when it would come later than ``patience`` seconds from now.
        """
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        wait = max(0.0, (1 - self.tokens) / self.per_second)
        if wait > patience:
            return None
        self.tokens -= 1
        return wait


class Line:
    """A bucket in front of which people wait: first come, first served, and never for long.

    As many can stand in line as the bucket serves within ``patience`` seconds.
    """

    def __init__(
        self,
        burst: float,
        per_second: float,
        patience: float,
        clock: Callable[[], float] = MONOTONIC,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bucket = Bucket.full(burst, per_second, clock())
        self._patience = patience
        self._clock = clock
        self._sleep = sleep

    async def admitted(self) -> bool:
        """Wait for one's turn. False, at once, when the line is full."""
        wait = self._bucket.reserve(self._clock(), self._patience)
        if wait is None:
            return False
        if wait:
            await self._sleep(wait)
        return True


CONVERSATION: Final = (40.0, 0.5)
"""Messages of one conversation: 40 at once (a whole tip, all typed), then one every two seconds."""
OVERALL: Final = (300.0, 100.0)
"""Messages of all conversations of this process together."""
RECEIPTS: Final = (6.0, 1 / 60)
"""Receipts tried in one conversation: six, then one a minute."""
RECEIPTS_OVERALL: Final = (6.0, 2.0, 5.0)
"""Receipts tried in this process, in chat and on the page together: six at once, then two a second, with a
line of five seconds. Each costs the backend a key derivation; so few leave room for tips and the staff."""
