"""Limits that keep one writer, or all together, from flooding the house. In memory, without identity.

A bucket fills with time and each message takes one token out of it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf
from typing import Final

MONOTONIC: Final[Callable[[], float]] = time.monotonic


@dataclass
class Bucket:
    """``burst`` messages at once, then ``per_second`` of them."""

    burst: float
    per_second: float
    tokens: float
    at: float

    @classmethod
    def full(cls, burst: float, per_second: float, now: float) -> "Bucket":
        return cls(burst, per_second, burst, now)

    def take(self, now: float) -> bool:
        """Take one token at second ``now``; False when there is none."""
        return self.reserve(now, patience=0) is not None

    def holds(self, now: float) -> bool:
        """Whether ``take`` would succeed."""
        return self.tokens + (now - self.at) * self.per_second >= 1

    def reserve(self, now: float, patience: float) -> float | None:
        """Take one token, also one that is still to come: the seconds until it is there.

        None, and nothing taken, when it would come later than ``patience`` seconds from now.
        """
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        wait = max(0.0, (1 - self.tokens) / self.per_second)
        if wait > patience:
            return None
        self.tokens -= 1
        return wait


class Line:
    """A bucket in front of which people wait: visitors take turns, so that a crowd of one holds up no other.

    As many can stand in line as the bucket serves within ``patience`` seconds. When it is full, who comes new
    takes the place of the last of the visitor who has most standing there. A visitor is known here while
    somebody of theirs waits, and no longer.

    With ``at_once``, no more than so many are inside: who is admitted during a ``visit`` stays until its end,
    so that a backend that is slow today is not asked faster than it answers.
    """

    def __init__(
        self,
        burst: float,
        per_second: float,
        patience: float,
        clock: Callable[[], float] = MONOTONIC,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        at_once: float = inf,
    ) -> None:
        self._bucket = Bucket.full(burst, per_second, clock())
        self._at_once = at_once
        self._inside = 0
        self._left = asyncio.Event()
        self._most = int(per_second * patience)
        self._clock = clock
        self._sleep = sleep
        self._waiting: dict[str, deque[asyncio.Future[bool]]] = {}
        """Each visitor's, in the order of arrival; the visitor whose turn is next comes first."""
        self._serving: asyncio.Task[None] | None = None

    async def admitted(self, visitor: str = "") -> bool:
        """Wait for one's turn. False, at once or while waiting, when the line is full."""
        inside = _visit.get()
        if inside is not None and self in inside:
            return True
        if not self._waiting and self._inside < self._at_once and self._bucket.take(self._clock()):
            self._enter(inside)
            return True
        if self._in_line() >= self._most and not self._made_room(visitor):
            return False
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(visitor, deque()).append(turn)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        if not await turn:
            return False
        self._enter(inside)
        return True

    def leave(self) -> None:
        """One who was inside is not any more."""
        self._inside -= 1
        self._left.set()

    def _enter(self, inside: "set[Line] | None") -> None:
        if inside is not None:
            inside.add(self)
            self._inside += 1

    def _in_line(self) -> int:
        return sum(len(turns) for turns in self._waiting.values())

    def _made_room(self, visitor: str) -> bool:
        """Send away the last of the longest row, unless it is hardly longer than this visitor's own."""
        longest = max(self._waiting.values(), key=len, default=deque())
        if len(longest) <= len(self._waiting.get(visitor, ())) + 1:
            return False
        _answer(longest.pop(), False)
        return True

    async def _serve(self) -> None:
        while self._waiting:
            wait = self._bucket.reserve(self._clock(), patience=inf)
            if wait:
                await self._sleep(wait)
            while self._inside >= self._at_once:
                self._left.clear()
                await self._left.wait()
            self._serve_next()
            # Whoever was served goes in before the next is looked at.
            await asyncio.sleep(0)

    def _serve_next(self) -> None:
        """Give the token to the next who still waits; the visitor stands at the end again."""
        while self._waiting:
            visitor = next(iter(self._waiting))
            turns = self._waiting.pop(visitor)
            turn = turns.popleft()
            if turns:
                self._waiting[visitor] = turns
            if _answer(turn, True):
                return


_visit: ContextVar[set[Line] | None] = ContextVar("visit", default=None)


@contextmanager
def visit() -> Iterator[None]:
    """Around all that one message leads to: what it is admitted to, it leaves at the end."""
    inside: set[Line] = set()
    token = _visit.set(inside)
    try:
        yield
    finally:
        _visit.reset(token)
        for line in inside:
            line.leave()


def _answer(turn: "asyncio.Future[bool]", admitted: bool) -> bool:
    """Tell somebody who waits; False if they have left."""
    if turn.done():
        return False
    turn.set_result(admitted)
    return True


CONVERSATION: Final = (40.0, 0.5)
"""Messages of one conversation: 40 at once (a whole tip, all typed), then one every two seconds."""
OVERALL: Final = (300.0, 100.0, 3.0)
"""Messages of all conversations of one channel together, with a line of three seconds: a flood of made-up
visitors of the page holds up nobody on a chat platform."""
FILES: Final = (16.0, 1 / 20)
"""Photos and voice notes of one conversation: two tips full at once, then three a minute."""
FORM_FILES: Final = (32.0, 1 / 4)
"""Pages of the form with files of one network address, behind which a dormitory may be: 32 at once, then
fifteen a minute."""
TIPS: Final = (5.0, 1 / 600)
"""Tips of one conversation: five, then one in ten minutes."""
TIPS_OVERALL: Final = (20.0, 4.0, 8.0)
"""Tips sent from this process: twenty at once, then four a second, with a line of eight seconds. Twenty
people who send one tip after the other find a place; who finds it full keeps the tip, and sends it again."""
RECEIPTS: Final = (6.0, 1 / 60)
"""Receipts tried in one conversation: six, then one a minute."""
RECEIPTS_OVERALL: Final = (6.0, 2.0, 5.0)
"""Receipts tried in this process, in chat and on the page together: six quickly, then two a second, with a
line of five seconds. Each costs the backend a key derivation; so few leave room for tips and the staff."""
RECEIPTS_AT_ONCE: Final = 2
"""Of these, how many the backend works on at the same moment: as many as it has workers for derivations."""
