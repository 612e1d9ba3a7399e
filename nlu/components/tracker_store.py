"""The memory of conversations: in this process only, bounded, and gone after a quarter of an hour.

Nothing is written to disk or sent anywhere. Conversation ids are random numbers that the bot makes.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

_LOOKS: Final = 30
"""How often within the time of remembering it is looked for conversations that are over time."""


class ForgettingTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps at most ``conversations`` trackers, each for ``minutes`` after its last message."""

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        *,
        minutes: float = 15,
        conversations: int = 5_000,
        events: int = 80,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """``events`` are remembered of one conversation; ``clock`` counts seconds, tests turn it."""
        super().__init__(domain, event_broker)
        self._seconds = float(minutes) * 60
        self._conversations = int(conversations)
        self._events = int(events)
        self._clock = clock
        self._timer: asyncio.TimerHandle | None = None
        self._kept: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation for another quarter of an hour; the one unused for longest makes room."""
        self.forget_the_old()
        self._kept.pop(tracker.sender_id, None)
        self._kept[tracker.sender_id] = (self._clock(), self.serialise_tracker(tracker))
        while len(self._kept) > self._conversations:
            self._kept.popitem(last=False)
        self._wake_later()

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, if it was not forgotten."""
        self.forget_the_old()
        kept = self._kept.get(sender_id)
        return self.deserialise_tracker(sender_id, kept[1]) if kept else None

    async def keys(self) -> Iterable[str]:
        """The conversation ids that are remembered now."""
        self.forget_the_old()
        return list(self._kept)

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """An empty conversation that remembers its last events only, so an endless one does not grow."""
        return DialogueStateTracker(sender_id, self.domain.slots, max_event_history=self._events)

    def forget_the_old(self) -> None:
        """Forget whatever is over time."""
        now = self._clock()
        while self._kept:
            sender_id, (saved, _) = next(iter(self._kept.items()))
            if now - saved < self._seconds:
                return
            del self._kept[sender_id]

    def _wake_later(self) -> None:
        """Forget on time also when nobody writes any more: one timer is enough for all conversations."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds / _LOOKS, self._look)

    def _look(self) -> None:
        self._timer = None
        self.forget_the_old()
        if self._kept:
            self._wake_later()
