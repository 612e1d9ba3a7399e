"""One supervised process: started on a leash, heard, started again when it dies, stopped when told.

Knows nothing of what the process is for.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from backend.kit.settings import ROOT
from backend.ops.child_log import ChildLog
from backend.ops.plan import Program
from backend.ops.processes import leashed

_MAX_LINE_BYTES = 64_000


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    first_pause: float = 1
    longest_pause: float = 60
    steady: float = 60
    """A process that ran this long is trusted again: its next pause is the first one."""
    stop: float = 15
    """Between the order to stop and the end by force."""
    settle: float = 0.5
    """A process that ran less than this is not called healthy: it may be about to fall over."""
    ask_again: float = 0.1

    def pause(self, deaths: int, first: float | None = None) -> float:
        """The pause before the start after death number ``deaths`` in a row; ``first``: that after one."""
        first = self.first_pause if first is None else first
        return min(self.longest_pause, first * 2.0 ** min(deaths - 1, 16))


class Child:
    """A process and its successors. ``say`` gets what it prints and what happens to it, line by line."""

    def __init__(
        self, program: Program, log: ChildLog, say: Callable[[str, str], None], patience: Patience
    ) -> None:
        self.program = program
        self.log = log
        self.deaths = 0
        """How often in a row it died early."""
        self._say = say
        self._patience = patience
        self._process: asyncio.subprocess.Process | None = None
        self._started = 0.0
        self._told_to_stop = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def start(self) -> None:
        """Begin to keep the process running."""
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.program.name}")

    async def until_healthy(self) -> None:
        """Return once the process has run for a moment and says that it is well."""
        while not self._settled() or not await self.program.healthy():
            if self._keeper is not None and self._keeper.done():
                self._keeper.result()
            await asyncio.sleep(self._patience.ask_again)

    def _settled(self) -> bool:
        return self.pid is not None and time.monotonic() - self._started >= self._patience.settle

    async def stop(self) -> None:
        """Ask the process to end, wait, then end it and whatever it started by force."""
        self._told_to_stop.set()
        if self._keeper is None:
            return
        self._ask_to_stop()
        done, _ = await asyncio.wait([self._keeper], timeout=self._patience.stop)
        if not done:
            if self.pid is not None:
                _end_group(self.pid)
            else:
                self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self.log.close()

    def _ask_to_stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.program.stop_with)

    async def _keep(self) -> None:
        while not self._told_to_stop.is_set():
            began = time.monotonic()
            try:
                how = f"ended ({_how(await self._run_once())})"
            except Exception as error:  # whatever stood in the way, it is tried again
                how = f"could not be started ({error})"
            if self._told_to_stop.is_set():
                return
            steady = time.monotonic() - began >= self._patience.steady
            self.deaths = 1 if steady else self.deaths + 1
            pause = self._patience.pause(self.deaths, self.program.first_pause)
            self._tell(f"{how}; starts again in {pause:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told_to_stop.wait(), pause)

    async def _run_once(self) -> int:
        self.program.before_start()
        stream, writing = await _pipe()
        if self._told_to_stop.is_set():
            os.close(writing)
            return 0
        try:
            # From this thread, not another: the kernel's leash hangs on the thread that starts the process.
            self._process = process = await asyncio.create_subprocess_exec(
                *leashed(
                    self.program.command,
                    on_parent_death=self.program.on_parent_death,
                    user=self.program.user,
                ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                cwd=ROOT,
                env=dict(self.program.environment),
                # A group of its own: Ctrl-C in a terminal reaches the supervisor only, which stops all.
                start_new_session=True,
            )
        finally:
            os.close(writing)
        self._started = time.monotonic()
        self._tell(f"started (pid {process.pid})")
        if self._told_to_stop.is_set():
            # The order came while the process was being made, and reached nobody.
            self._ask_to_stop()
        hearing = asyncio.create_task(self._hear(stream))
        status = await process.wait()
        _end_group(process.pid)
        # Somebody may have fled the group with our pipe in hand: do not listen to them for ever.
        await asyncio.wait([hearing], timeout=self._patience.stop)
        hearing.cancel()
        return status

    async def _hear(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while chunk := await stream.read(_MAX_LINE_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _MAX_LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._tell(line.decode(errors="replace").rstrip("\r"))
        if rest:
            self._tell(rest.decode(errors="replace"))

    def _tell(self, line: str) -> None:
        self.log.write(line)
        self._say(self.program.name, line)


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """A pipe of our own: asyncio's would keep ``wait`` waiting while a grandchild holds its other end."""
    reading, writing = os.pipe()
    stream = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", buffering=0)
    )
    return stream, writing


def _end_group(leader: int) -> None:
    """End what is left of a process group by force."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit code {status}"
