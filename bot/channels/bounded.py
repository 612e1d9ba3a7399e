"""Answers that are read whole are read up to a size: no server can fill the memory of this process."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx


class TooLarge(httpx.RequestError):
    """An answer is longer than any honest one, or packed so that its length cannot be told."""


class _Bounded(httpx.AsyncByteStream):
    """Another stream, up to a number of bytes."""

    def __init__(self, inner: httpx.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._inner:
            read += len(chunk)
            if read > self._most:
                raise TooLarge("the answer is too large")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def at_most(most: int) -> Callable[[httpx.Response], Awaitable[None]]:
    """A hook for the answers of an ``httpx.AsyncClient`` that asks for them unpacked (``UNPACKED``).

    Reading one of more than ``most`` bytes raises ``TooLarge``.
    """

    async def bound(answer: httpx.Response) -> None:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise TooLarge("the answer is packed")
        if isinstance(answer.stream, httpx.AsyncByteStream):
            answer.stream = _Bounded(answer.stream, most)

    return bound


UNPACKED = {"Accept-Encoding": "identity"}
