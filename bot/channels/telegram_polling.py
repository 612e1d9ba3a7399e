"""Asks Telegram for updates, and confirms one only when it is answered.

An update counts as confirmed as soon as a later number is asked for. So the number to ask from is that of
the oldest update still in hand, and what comes again meanwhile is passed over. A process that is killed
gets again whatever it had not answered; the drafts know what of it was already taken.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from telegram import Update

from bot.channels.telegram_api import Kind, Sleep, TelegramApi, TelegramTrouble

LONG_POLL_SECONDS: Final = 25
_LOOK_AGAIN_SECONDS: Final = 0.5
"""How soon new updates are asked for while an older one is in hand."""
_SHORTEST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 60.0
_LONGEST_OBEYED: Final = 600.0
"""Seconds that Telegram may ask to wait; after that it is asked again, or nobody would be answered."""
_log = logging.getLogger("antam.bot")

Take = Callable[[Update, Callable[[], None]], bool]
"""Starts to answer an update, and calls back when it is answered; false if there is no room for it."""


class Window:
    """Which updates are in hand, and which number to ask from. Decides; does nothing."""

    def __init__(self) -> None:
        self._answered: dict[int, bool] = {}
        self._next: int | None = None

    @property
    def in_hand(self) -> int:
        return sum(not answered for answered in self._answered.values())

    @property
    def offset(self) -> int | None:
        """The oldest update in hand, else the one after the last; None before the first."""
        waiting = [number for number, answered in self._answered.items() if not answered]
        return min(waiting, default=self._next)

    def take(self, number: int) -> bool:
        """Take update ``number`` into hand; False if it is known."""
        if number in self._answered:
            return False
        # Numbers begin anew, anywhere, after a week without updates; then the last that came counts.
        self._next = max(number, *self._answered) + 1 if self._answered else number + 1
        self._answered[number] = False
        return True

    def give_back(self, number: int) -> None:
        """Update ``number``, the last that was taken, is asked for once more."""
        del self._answered[number]
        self._next = number

    def done(self, number: int) -> None:
        """Update ``number`` is answered."""
        self._answered[number] = True

    def confirmed(self, offset: int | None) -> None:
        """Updates from ``offset`` on were asked for: what was answered before it will not come again."""
        kept = self._answered.items()
        self._answered = {number: done for number, done in kept if not done or number >= (offset or 0)}


class Polling:
    """The loop of one account. ``take`` starts the work on an update; ``room`` waits until there is some."""

    def __init__(
        self, api: TelegramApi, take: Take, room: Callable[[], Awaitable[None]], sleep: Sleep = asyncio.sleep
    ) -> None:
        self._api = api
        self._take = take
        self._room = room
        self._sleep = sleep
        self._window = Window()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Ask until cancelled."""
        troubles = Troubles()
        while True:
            await self._room()
            offset, busy = self._window.offset, self._window.in_hand > 0
            self._changed.clear()
            try:
                updates = await self._api.updates(offset, 0 if busy else LONG_POLL_SECONDS)
            except TelegramTrouble as trouble:
                await self._sleep(troubles.pause(trouble))
                continue
            troubles.over()
            self._window.confirmed(offset)
            for update in updates:
                if not self._begin(update):
                    # What follows has to wait too, or the order would be lost.
                    break
            if self._window.in_hand:
                await self._until_changed()

    async def confirm(self) -> None:
        """Tell Telegram what is answered, before the process ends. What it does not hear comes again."""
        if self._window.offset is not None:
            await self._api.updates(self._window.offset, 0)

    def _begin(self, update: Update) -> bool:
        """Take an update into hand, if it is not; false if there is no room for it."""
        number = update.update_id
        if not self._window.take(number) or self._take(update, lambda: self._done(number)):
            return True
        self._window.give_back(number)
        return False

    def _done(self, number: int) -> None:
        self._window.done(number)
        self._changed.set()

    async def _until_changed(self) -> None:
        try:
            await asyncio.wait_for(self._changed.wait(), _LOOK_AGAIN_SECONDS)
        except TimeoutError:
            return


class Troubles:
    """Says once what is wrong, and how long to wait before the next attempt: longer each time."""

    def __init__(self) -> None:
        self._next = _SHORTEST_PAUSE
        self._told: Kind | None = None

    def pause(self, trouble: TelegramTrouble) -> float:
        if trouble.kind is not self._told:
            self._told = trouble.kind
            _log.warning("telegram: %s", trouble)
        pause, self._next = self._next, min(2 * self._next, _LONGEST_PAUSE)
        return max(min(trouble.wait, _LONGEST_OBEYED), pause)

    def over(self) -> None:
        """An attempt succeeded."""
        self._next, self._told = _SHORTEST_PAUSE, None
