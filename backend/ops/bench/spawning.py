"""Programs that run for the length of a block, and of which nothing is left after it, however it ends."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from backend.ops.processes import leashed

_STOP_SECONDS: Final = 60
_LOOK_SECONDS: Final = 0.05


@asynccontextmanager
async def spawned(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], output: int | IO[bytes]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """``command`` until the block ends: told to stop, waited for, then ended by force with its group.

    It also ends when this process does. ``output`` gets what it prints, errors included.
    """
    process = await asyncio.create_subprocess_exec(
        *leashed(list(command), on_parent_death=signal.SIGTERM),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env=dict(environment),
        # A group of its own: Ctrl-C reaches us only, and we stop it in order.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_STOP_SECONDS):
            await _exited(process)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    if process.stdout is not None:
        # The pipe closes when the last of the group is gone, and the event loop has to see it.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await process.stdout.read()


async def _exited(process: asyncio.subprocess.Process) -> None:
    """Wait for the process alone: ``wait`` also waits for whatever it started that holds its output."""
    while process.returncode is None:
        await asyncio.sleep(_LOOK_SECONDS)


def last_lines(path: Path, count: int = 30) -> str:
    """The end of what a program printed, to say why it did not work."""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
