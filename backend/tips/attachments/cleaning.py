"""Cleans an attachment in a process of its own, over pipes, nothing on disk.

The backend decodes nothing itself: it looks at the first bytes, hands the rest over, and believes what comes
back only as far as it can see that it is a photo or a sound of the promised kind and size.
"""

import asyncio
import signal
import sys
from typing import Final
from weakref import WeakKeyDictionary

from backend.kit.settings import ROOT
from backend.tips.attachments.kinds import recognised
from backend.tips.attachments.types import (
    MAX_BYTES,
    MAX_SMALL_BYTES,
    MEDIA_TYPES,
    REASONS,
    Clean,
    Kind,
    Limits,
    MediaType,
    Refused,
)

LIMITS: Final = Limits()
AT_ONCE: Final = 2
"""Cleaners at work at any moment, each within ``LIMITS``; further files wait their turn."""
_GRACE_SECONDS: Final = 10
"""Beyond the cleaner's own limit, for its start on a machine under load."""
_HEADER_BYTES: Final = 64
_ENDED_BY_LIMIT: Final = frozenset({-signal.SIGXCPU, -signal.SIGALRM, -signal.SIGKILL})

_MADE: Final[dict[MediaType, Kind]] = {"image/jpeg": "jpeg", "image/png": "png", "audio/ogg": "ogg"}

_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def cleaned(data: bytes, limits: Limits = LIMITS) -> Clean:
    """``data`` as a photo or voice note that holds its pixels or samples and nothing else.

    Takes a tenth of a second to a few seconds, off the event loop. Cancelling ends the cleaner.

    Raises:
        Refused: its ``reason`` says why; nothing of the file was kept.
    """
    kind = recognised(data)
    places = _places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with places:
        return believed(*await _answer(data, kind, limits))


def command(kind: Kind, limits: Limits) -> list[str]:
    """How a cleaner is started, from the project's folder."""
    numbers = (limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds)
    return [sys.executable, "-B", "-s", "-m", "backend.tips.attachments.cleaner", kind, *map(str, numbers)]


async def _answer(data: bytes, kind: Kind, limits: Limits) -> tuple[int, bytes]:
    """How the cleaner ended, and what it wrote. One that writes too much is ended."""
    process = await asyncio.create_subprocess_exec(
        *command(kind, limits),
        cwd=ROOT,
        env={},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(limits.wall_seconds + _GRACE_SECONDS):
            _, written = await asyncio.gather(_hand_over(process, data), _read(process))
            return await process.wait(), written
    except TimeoutError:
        raise Refused("too_heavy") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _hand_over(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
        await process.stdin.wait_closed()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it ended before it had read all; how, its exit tells


async def _read(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    written = bytearray()
    while part := await process.stdout.read(64 * 1024):
        if len(written) > _HEADER_BYTES + MAX_SMALL_BYTES + MAX_BYTES:
            process.kill()
        else:
            written += part
    return bytes(written)


def believed(returncode: int, written: bytes) -> Clean:
    """What the cleaner made.

    Raises:
        Refused: the cleaner refused it, was ended, crashed, or wrote what it never would.
    """
    if returncode in _ENDED_BY_LIMIT:
        raise Refused("too_heavy")
    header, line_end, content = written.partition(b"\n")
    if returncode != 0 or not line_end:
        raise Refused("crashed")
    said = header.decode("ascii", "replace")
    for reason in REASONS:
        if said == f"refused {reason}":
            raise Refused(reason)
    for media_type in MEDIA_TYPES:
        size = said.removeprefix(f"clean {media_type} ")
        if size != said and _is_count(size):
            small, whole = content[: int(size)], content[int(size) :]
            is_small = _is(small, "jpeg") if media_type.startswith("image/") else not small
            if is_small and _is(whole, _MADE[media_type]):
                return Clean(media_type, whole, small)
    raise Refused("crashed")


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _HEADER_BYTES and int(text) <= MAX_SMALL_BYTES


def _is(content: bytes, kind: Kind) -> bool:
    try:
        return recognised(content) == kind
    except Refused:
        return False
