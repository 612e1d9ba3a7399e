"""Bodies that come too slowly to be anybody's phone: given up, so that nobody holds a turn by trickling."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request

from bot.web.problems import Unreadable

WINDOW: Final = 30.0
"""Seconds of waiting within which the next ``LEAST`` bytes, or the end, must come."""
LEAST: Final = 60_000
"""Two kilobytes a second: the slowest phone network that still loads our pages brings more."""


async def paced(request: Request, window: float = WINDOW, least: int = LEAST) -> AsyncIterator[bytes]:
    """The body piece by piece. Only waiting for it counts, not what its reader does in between.

    Raises:
        Unreadable: it came too slowly.
        ClientDisconnect: the page was closed, or the phone lost its network.
    """
    pieces = request.stream()
    came, left = 0, window
    while True:
        since = time.monotonic()
        try:
            async with asyncio.timeout(left):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise Unreadable from None
        if piece is None:
            return
        came, left = came + len(piece), left - (time.monotonic() - since)
        if came >= least:
            came, left = 0, window
        yield piece
