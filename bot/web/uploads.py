"""Bodies that hold files: read piece by piece, bounded in size, number, time and pace, in memory only.

Everything else that a request may hold is small and read whole before it gets here (``bot.web.shield``).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from bot.envelope import Media, MediaTooLarge
from bot.files import MAX_BYTES, MAX_FILES
from bot.limits import FORM_FILES, MONOTONIC, Bucket
from bot.web.multipart import Part, parts
from bot.web.pace import paced
from bot.web.problems import TooManyFiles, Unreadable

CHAT_PATH: Final = "/chat/files"
FORM_PATH: Final = "/bao-tin/tep"
MAILBOX_PATH: Final = "/hop-thu/tep"
_AROUND: Final = 64 * 1024
"""Bytes of a form beside its files: their names, the borders between them, the fields before them."""
_FORM: Final = MAX_FILES * MAX_BYTES + _AROUND
LARGEST: Final = {CHAT_PATH: MAX_BYTES, FORM_PATH: _FORM, MAILBOX_PATH: _FORM}
"""Bytes of a body, by the paths that take files; more, or a body of no told length, is refused before."""
_AT_ONCE: Final = 12
"""Requests that send files at one time."""
_EACH: Final = 2
"""Of these, those of one visitor."""
_VISITORS: Final = 10_000
"""Visitors whose forms with files are counted; the one who came longest ago is forgotten first."""
_WAIT: Final = 10.0
"""Seconds that a request waits for its turn."""
_WHOLE: Final = 300.0
"""Seconds that a request with files may take; ten megabytes over a slow phone need about two minutes."""


class Uploads:
    """The turns of all requests with files. One for the life of the process."""

    def __init__(self, at_once: int = _AT_ONCE, wait: float = _WAIT, each: int = _EACH) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._wait = wait
        self._each = each
        self._shares: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        """Each visitor's own turns, as long as one of theirs is taken or waited for."""
        self._forms: dict[str, Bucket] = {}

    def takes_form(self, visitor: str) -> bool:
        """Whether one more form with files is read for ``visitor`` just now."""
        now = MONOTONIC()
        bucket = self._forms.pop(visitor, None) or Bucket.full(*FORM_FILES, now)
        self._forms[visitor] = bucket
        if len(self._forms) > _VISITORS:
            del self._forms[next(iter(self._forms))]
        return bucket.take(now)

    @asynccontextmanager
    async def turn(self, visitor: str) -> AsyncIterator[None]:
        """Wait for a turn of ``visitor``, and hold it while the block runs.

        Raises:
            TooManyFiles: others, or they themselves, send files just now.
            Unreadable: it took too long.
        """
        share = self._shares.setdefault(visitor, asyncio.Semaphore(self._each))
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._wait):
                    await held.enter_async_context(share)
                    await held.enter_async_context(self._turns)
            except TimeoutError:
                raise TooManyFiles from None
            try:
                async with asyncio.timeout(_WHOLE):
                    yield
            except TimeoutError:
                raise Unreadable from None


async def whole(request: Request) -> bytes:
    """The one file that the body is; its length is bounded before it gets here. Raises ``Unreadable``."""
    read = bytearray()
    try:
        async for chunk in paced(request):
            read += chunk
    except ClientDisconnect:  # the page was closed, or the phone lost its network
        raise Unreadable from None
    return bytes(read)


async def answered(
    request: Request, answer: Callable[[Mapping[str, str], AsyncIterator[Media]], Awaitable[Response]]
) -> Response:
    """What ``answer`` makes of a form: of its fields before the first file, and of the files one by one.

    Raises:
        Unreadable: it is no form, or not a whole one.
    """
    reading = parts(request)
    fields: dict[str, str] = {}
    first: Part | None = None
    async for part in reading:
        if part.is_file:
            first = part
            break
        fields[part.name] = part.text
    made = await answer(fields, _files_of(first, reading))
    async for _ in reading:
        # A page whose post is not read to its end shows a broken line instead of the answer.
        pass
    return made


async def _files_of(first: Part | None, reading: AsyncIterator[Part]) -> AsyncIterator[Media]:
    """The files of a form, ``first`` and what follows, each read only when the one before is dealt with."""
    part = first
    while part is not None:
        # A page without a chosen file sends an empty one.
        if part.is_file and (part.content or part.too_large):
            yield Media("photo", partial(_given, part))
        part = await anext(reading, None)


async def _given(part: Part) -> bytes:
    if part.too_large:
        raise MediaTooLarge
    return part.content
