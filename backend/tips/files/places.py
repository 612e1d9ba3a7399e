"""Room for files in memory: few at a time, a bounded row for those that wait, "busy" for the rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakKeyDictionary

from fastapi import Depends

from backend.tips.files.problems import Busy

AT_ONCE: Final = 4
"""Files in hand, each with its clean and its sealed form: up to about 40 MiB."""
WAITING: Final = 24
KEPT_AT_ONCE: Final = 2
"""Reports or messages whose files are opened with one key and sealed with another, one after the other:
up to about 60 MiB each."""
PATIENCE: Final = 30.0
"""Seconds that a file waits for its place."""
KEPT_PATIENCE: Final = 12.0
"""Seconds that a report or message waits for its place: the bot hears of it before it gives up."""


class Places:
    """A few places and who waits for one.

    Args:
        waiting: how many may stand in the row.
        patience: seconds that each of them waits.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._may_wait = waiting
        self._patience = patience
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """How many stand in the row now."""
        return self._waiting

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
        if self._free.locked() and self._waiting >= self._may_wait:
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
    """Where files of tips are sealed or opened. A place is taken before the first query of a request, so
    that whoever waits here holds no database connection.
    """
    return _keeping.setdefault(asyncio.get_running_loop(), Places(KEPT_AT_ONCE, WAITING, KEPT_PATIENCE))


async def _in_turn() -> AsyncIterator[None]:
    async with for_keeping().place():
        yield


in_turn: Final = Depends(_in_turn, scope="function")
"""``for_keeping`` for a route, whose dependencies come before those of its endpoint and end after them."""
