"""Room for files in memory: few at a time, a bounded row for those that wait, "busy" for the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from backend.tips.files.problems import Busy

AT_ONCE: Final = 4
"""Files in hand, each with its clean and its sealed form: up to about 40 MiB."""
WAITING: Final = 24
KEPT_AT_ONCE: Final = 2
"""Files that are opened with one key and sealed with another, up to about 60 MiB each."""
PATIENCE: Final = 30.0
"""Seconds that a file waits for its place."""


class Places:
    """A few places and who waits for one.

    Args:
        waiting: how many may stand in the row; ``None``: all who come.
        patience: seconds that each of them waits; ``None``: as long as it takes.
    """

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int | None = WAITING, patience: float | None = PATIENCE
    ) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._may_wait = waiting
        self._patience = patience
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            Busy: the row is full, or no place came free in time.
        """
        await self._take()
        try:
            yield
        finally:
            self._free.release()

    async def _take(self) -> None:
        if self._free.locked() and self._may_wait is not None and self._waiting >= self._may_wait:
            raise Busy
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise Busy from None
        finally:
            self._waiting -= 1


_Loops = WeakKeyDictionary[asyncio.AbstractEventLoop, Places]
_uploads: _Loops = WeakKeyDictionary()
_keeping: _Loops = WeakKeyDictionary()


def for_uploads() -> Places:
    """Where files are read, cleaned and stored with their draft."""
    return _uploads.setdefault(asyncio.get_running_loop(), Places())


def for_keeping() -> Places:
    """Where files of tips are sealed or opened. Nobody who sends a tip is refused here: they take turns."""
    return _keeping.setdefault(asyncio.get_running_loop(), Places(KEPT_AT_ONCE, None, None))
