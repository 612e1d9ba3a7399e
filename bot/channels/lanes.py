"""Work for conversations: side by side, but in order within each, and never too much of it at once.

For platforms that answer a message by messages: what one conversation is told comes in the order in which
it was asked, and a slow conversation holds up no other. A conversation is known here while it has work.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

Job = Callable[[], Awaitable[None]]

MOST: Final = 400
"""Jobs in hand, those that wait in their lane included: more than a few people under their platform's own
limit can fill, whose answers are not taken for minutes."""
MOST_OF_ONE: Final = 48
"""Jobs of one conversation; more than its limit lets through at once (``bot.limits.CONVERSATION``)."""
_log = logging.getLogger("antam.bot")


class LaneFull(Exception):
    """No more work of this conversation is taken now."""


class NoRoom(LaneFull):
    """No more work of anybody is taken now."""


class Lanes:
    """One lane a conversation. Used within one event loop."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._lanes: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._room = asyncio.Event()
        self._room.set()

    def add(self, conversation: str, job: Job) -> None:
        """Have ``job`` done after what this conversation asked before.

        Raises:
            LaneFull: it is not taken and will not be done.
            NoRoom: the same, and so it would be for everybody.
        """
        lane = self._lanes.get(conversation)
        if self._in_hand >= self._most:
            raise NoRoom
        if lane is not None and len(lane) >= self._most_of_one:
            raise LaneFull
        self._in_hand += 1
        if self._in_hand >= self._most:
            self._room.clear()
        if lane is not None:
            lane.append(job)
            return
        self._lanes[conversation] = deque([job])
        task = asyncio.create_task(self._work(conversation))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait_for_room(self) -> None:
        """Wait until something may be added for a conversation that has no work yet."""
        await self._room.wait()

    async def close(self, patience: float) -> None:
        """Let what is in hand be finished for ``patience`` seconds; give up the rest."""
        tasks = set(self._tasks)
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _work(self, conversation: str) -> None:
        lane = self._lanes[conversation]
        try:
            while lane:
                await self._do(lane[0])
                lane.popleft()
                self._done(1)
        finally:
            self._done(len(lane))
            del self._lanes[conversation]

    async def _do(self, job: Job) -> None:
        try:
            await job()
        except Exception as error:  # one job's fault must not stop the others of its lane
            _log.error("a message was not answered: %s", type(error).__name__)

    def _done(self, jobs: int) -> None:
        self._in_hand -= jobs
        if self._in_hand < self._most:
            self._room.set()
