"""Pictures that a platform fetches by their address, for a few minutes and in memory only.

An address cannot be guessed, says nothing of who asked, and stops working by itself.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

TTL_SECONDS: Final = 10 * 60
CAPACITY: Final = 200
"""Pictures of about 10 kB each."""


class ShownPictures:
    """The pictures that can be fetched now, the oldest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, png: bytes) -> str:
        """Keep a picture; returns the last part of its address."""
        self._sweep()
        name = f"{secrets.token_urlsafe(24)}.png"
        self._kept[name] = (self._clock(), png)
        while len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> bytes | None:
        """The picture of that name, if it is still kept."""
        self._sweep()
        found = self._kept.get(name)
        return found[1] if found is not None else None

    def drop(self, name: str) -> None:
        """End an address before its time."""
        self._kept.pop(name, None)

    def _sweep(self) -> None:
        oldest = self._clock() - TTL_SECONDS
        while self._kept and next(iter(self._kept.values()))[0] < oldest:
            self._kept.popitem(last=False)
