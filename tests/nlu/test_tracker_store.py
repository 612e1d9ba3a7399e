"""A conversation is remembered for a quarter of an hour, in memory, and never without bound."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from nlu.components.tracker_store import ForgettingTrackerStore

DOMAIN = Domain.from_dict(
    {
        "slots": {
            "last_topic": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]}
        }
    }
)
T = TypeVar("T")


class Clock:
    """Seconds that the test counts."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def store(clock: Clock, conversations: int = 100, events: int = 150) -> ForgettingTrackerStore:
    return ForgettingTrackerStore(DOMAIN, minutes=15, conversations=conversations, events=events, clock=clock)


def told(kept: ForgettingTrackerStore, sender: str, *events: UserUttered | SlotSet) -> DialogueStateTracker:
    tracker = kept.init_tracker(sender)
    for event in events:
        tracker.update(event, DOMAIN)
    return tracker


def run(steps: Callable[[], Awaitable[T]]) -> T:
    async def inside() -> T:
        return await steps()

    return asyncio.run(inside())


def test_a_conversation_is_remembered_with_its_topic() -> None:
    async def steps() -> None:
        kept = store(Clock())
        await kept.save(told(kept, "a", UserUttered("bốc họ"), SlotSet("last_topic", "bat_ho")))
        found = await kept.retrieve("a")
        assert found is not None
        assert found.get_slot("last_topic") == "bat_ho"
        assert await kept.retrieve("b") is None

    run(steps)


def test_after_a_quarter_of_an_hour_nothing_is_left() -> None:
    async def steps() -> None:
        clock = Clock()
        kept = store(clock)
        await kept.save(told(kept, "a"))
        clock.now = 14 * 60
        assert await kept.retrieve("a") is not None
        clock.now = 15 * 60
        assert await kept.retrieve("a") is None
        assert await kept.keys() == []

    run(steps)


def test_a_new_message_renews_the_quarter_of_an_hour() -> None:
    async def steps() -> None:
        clock = Clock()
        kept = store(clock)
        await kept.save(told(kept, "a"))
        await kept.save(told(kept, "b"))
        clock.now = 10 * 60
        await kept.save(told(kept, "a"))
        clock.now = 16 * 60
        assert await kept.keys() == ["a"]

    run(steps)


def test_the_conversation_unused_for_longest_makes_room() -> None:
    async def steps() -> None:
        kept = store(Clock(), conversations=2)
        for sender in ("a", "b", "a", "c"):
            await kept.save(told(kept, sender))
        assert set(await kept.keys()) == {"a", "c"}

    run(steps)


def test_an_endless_conversation_does_not_grow() -> None:
    async def steps() -> None:
        kept = store(Clock(), events=10)
        await kept.save(told(kept, "a", *(UserUttered(f"tin {number}") for number in range(500))))
        found = await kept.retrieve("a")
        assert found is not None
        assert len(found.events) == 10

    run(steps)


def test_silence_forgets_too() -> None:
    async def steps() -> None:
        kept = ForgettingTrackerStore(DOMAIN, minutes=0.002)
        await kept.save(told(kept, "a"))
        deadline = asyncio.get_running_loop().time() + 5
        while kept._kept:  # what is in memory, not what a question would clear
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0)

    run(steps)
