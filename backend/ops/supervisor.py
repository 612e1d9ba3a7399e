"""Keeps processes running from the first order to the last, and leaves nothing behind.

It knows processes and signals; what they are, and in which order they come up, is ``up.py``'s.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from backend.ops.child import Child, Patience
from backend.ops.child_log import ChildLog
from backend.ops.lock import only_one
from backend.ops.plan import Port, Program
from backend.ops.ports import complaints

Say = Callable[[str, str], None]
"""Takes who speaks (a process, or an empty string for the supervisor) and one line."""
_STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DEATHS_TO_GIVE_UP: Final = 4
_REMIND_SECONDS: Final = 10.0


class CannotStart(Exception):
    """The house does not come up; the message says why and what to do."""


class House:
    """The running processes, in the order in which they were started."""

    def __init__(self, var: Path, say: Say, patience: Patience) -> None:
        self._logs = var / "log"
        self._patience = patience
        self.say = say
        self.children: list[Child] = []
        self._born = time.monotonic()

    def start(self, program: Program) -> Child:
        """Start ``program`` and keep it running until ``take_down``."""
        child = Child(program, ChildLog(self._logs, program.name), self.say, self._patience)
        self.children.append(child)
        child.start()
        return child

    async def ready(self, children: Sequence[Child], within: float) -> None:
        """Return once all ``children`` are healthy, at most ``within`` seconds later.

        Raises:
            CannotStart: one keeps dying, or the time is over.
        """
        began = time.monotonic()
        waiting = {asyncio.create_task(self._healthy(child)): child for child in children}
        try:
            while waiting:
                left = began + within - time.monotonic()
                if left <= 0:
                    raise CannotStart(_too_slow(list(waiting.values()), within))
                pause = min(left, _REMIND_SECONDS)
                done, _ = await asyncio.wait(waiting, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                    del waiting[task]
                if not done:
                    names = ", ".join(child.program.name for child in waiting.values())
                    self.say("", f"… still waiting for {names} ({time.monotonic() - began:.0f} s)")
        finally:
            for task in waiting:
                task.cancel()

    async def take_down(self) -> None:
        """Stop everything, last started first."""
        while self.children:
            child = self.children.pop()
            await child.stop()

    async def _healthy(self, child: Child) -> None:
        healthy = asyncio.create_task(child.until_healthy())
        try:
            while not (await asyncio.wait([healthy], timeout=self._patience.ask_again))[0]:
                if child.deaths >= _DEATHS_TO_GIVE_UP:
                    raise CannotStart(
                        f"{child.program.name} does not start. Its last words:\n{child.log.last_words()}"
                    )
        finally:
            healthy.cancel()
        healthy.result()
        self.say("", f"✓ {child.program.name} is up ({time.monotonic() - self._born:.1f} s)")


async def keep_house(
    var: Path,
    ports: Sequence[Port],
    bring_up: Callable[[House], Awaitable[None]],
    say: Say,
    patience: Patience | None = None,
) -> None:
    """Bring the house up, keep it up until SIGINT, SIGTERM or SIGHUP, and take it down.

    Raises:
        AlreadyRunning: another supervisor holds ``var``.
        CannotStart: a port is taken, or ``bring_up`` failed; everything was stopped again.
    """
    with only_one(var):
        if wrong := complaints(ports):
            raise CannotStart("\n".join(wrong))
        house = House(var, say, patience or Patience())
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _STOP_SIGNALS:
            loop.add_signal_handler(number, stop.set)
        told = asyncio.create_task(stop.wait())
        coming = asyncio.ensure_future(bring_up(house))
        try:
            await asyncio.wait([told, coming], return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                coming.result()
                await told
        finally:
            coming.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await coming
            say("", "stopping …")
            await house.take_down()
            say("", "everything is stopped.")


def _too_slow(children: list[Child], within: float) -> str:
    parts = [f"{child.program.name}:\n{child.log.last_words()}" for child in children]
    return f"Not ready after {within:.0f} s. Last words of " + "\n".join(parts)
