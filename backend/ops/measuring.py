"""Doing an act many times, some at once, and summing up how long it took. Knows no act by itself."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import httpx

Act = Callable[[], Awaitable[bool]]
"""Done once; tells whether it got the answer that it should have."""


@dataclass(frozen=True)
class Measurement:
    """``seconds`` that each act took, and the ``whole`` time in which all of them were done."""

    what: str
    at_once: int
    seconds: Sequence[float]
    whole: float
    refused: int = 0
    """Acts that did not get the answer they should have; their times are not in ``seconds``."""
    cpu: Mapping[str, float] = field(default_factory=dict)
    """Processor seconds that each process took for all acts together; empty if it was not asked."""

    def percentile(self, part: float) -> float:
        """The time within which ``part`` (0 to 1) of the acts were done (nearest rank)."""
        ordered = sorted(self.seconds)
        if not ordered:
            return math.nan
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)]

    @property
    def rate(self) -> float:
        """Acts a second."""
        return len(self.seconds) / self.whole if self.whole else math.nan

    def cpu_each(self, process: str | None = None) -> float:
        """Processor seconds an act, of one process or of all."""
        done = len(self.seconds) + self.refused
        total = sum(self.cpu.values()) if process is None else self.cpu.get(process, math.nan)
        return total / done if self.cpu and done else math.nan


async def _nothing_to_wait_for() -> None:
    pass


async def timed(
    what: str,
    actor: Callable[[], Act],
    number: int,
    at_once: int,
    *,
    cpu: Callable[[], Mapping[str, float]] = dict,
    settled: Callable[[], Awaitable[None]] = _nothing_to_wait_for,
) -> Measurement:
    """Let ``at_once`` actors together do ``number`` acts, after one act that does not count.

    Args:
        actor: makes one of those who act at the same time.
        cpu: processor seconds that each process has taken so far.
        settled: returns once the acts cause no more work; that work counts in ``cpu``, not in the times.
    """
    await _did(actor())
    await settled()
    seconds: list[float] = []
    refused = 0
    left = iter(range(number))

    async def work(act: Act) -> None:
        nonlocal refused
        for _ in left:
            began = time.perf_counter()
            if await _did(act):
                seconds.append(time.perf_counter() - began)
            else:
                refused += 1

    before = cpu()
    began = time.perf_counter()
    await asyncio.gather(*(work(actor()) for _ in range(at_once)))
    whole = time.perf_counter() - began
    await settled()
    taken = {name: used - before.get(name, 0.0) for name, used in cpu().items()}
    return Measurement(what, at_once, seconds, whole, refused, taken)


async def _did(act: Act) -> bool:
    try:
        return await act()
    except httpx.HTTPError:
        return False
