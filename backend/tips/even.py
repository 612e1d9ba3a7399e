"""Answers about receipts leave at the same moment after the derivation, whatever they say.

A right receipt has more to read than a wrong one, and something to store. What that takes is hidden in a span
that is longer than either; waiting for its end holds no connection and no turn in the derivation's row.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from fastapi import Depends

SPAN: Final = 0.06
"""Seconds from the derivation to the answer. Reading a mailbox takes a few hundredths of a second."""


@dataclass
class _Request:
    derived_at: float | None = None


_request: ContextVar[_Request | None] = ContextVar("receipt request", default=None)


def derived() -> None:
    """The derivation of this request's receipt has just ended."""
    request = _request.get()
    if request is not None:
        request.derived_at = time.monotonic()


async def _evenly() -> AsyncIterator[None]:
    request = _Request()
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)
        if request.derived_at is not None:
            await asyncio.sleep(request.derived_at + SPAN - time.monotonic())


answered_evenly: Final = Depends(_evenly, scope="function")
"""For a router, whose dependencies come before any endpoint's session and so end after its commit."""
