"""Order within a conversation, conversations side by side, and a bound on all of it."""

import asyncio
import logging

import pytest

from bot.channels.lanes import Job, LaneFull, Lanes, NoRoom


class Diary:
    """Jobs that write down when they begin and end, and wait to be let go."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.changed = asyncio.Event()
        self._gates: dict[str, asyncio.Event] = {}

    def job(self, name: str) -> Job:
        gate = self._gates[name] = asyncio.Event()

        async def work() -> None:
            self._write(f"{name} begins")
            await gate.wait()
            self._write(f"{name} ends")

        return work

    def let_go(self, name: str) -> None:
        self._gates[name].set()

    async def until(self, entry: str) -> None:
        while entry not in self.entries:
            self.changed.clear()
            await self.changed.wait()

    def _write(self, entry: str) -> None:
        self.entries.append(entry)
        self.changed.set()


async def nothing() -> None:
    """A job that is done at once."""


async def test_one_conversation_is_answered_in_order_and_holds_up_no_other() -> None:
    diary, lanes = Diary(), Lanes()
    lanes.add("a", diary.job("a1"))
    lanes.add("a", diary.job("a2"))
    lanes.add("b", diary.job("b1"))
    diary.let_go("a2")
    diary.let_go("b1")
    await diary.until("b1 ends")
    assert diary.entries == ["a1 begins", "b1 begins", "b1 ends"]
    diary.let_go("a1")
    await diary.until("a2 ends")
    assert diary.entries[3:] == ["a1 ends", "a2 begins", "a2 ends"]


async def test_a_job_that_fails_stops_none_after_it_and_its_words_are_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails() -> None:
        raise ValueError("khu trọ Hoa Mai")

    diary, lanes = Diary(), Lanes()
    lanes.add("a", fails)
    lanes.add("a", diary.job("next"))
    diary.let_go("next")
    with caplog.at_level(logging.DEBUG):
        await diary.until("next ends")
    assert "ValueError" in caplog.text
    assert "Hoa Mai" not in caplog.text


async def test_more_of_one_conversation_than_it_may_have_is_not_taken() -> None:
    diary, lanes = Diary(), Lanes(most_of_one=2)
    lanes.add("a", diary.job("1"))
    lanes.add("a", diary.job("2"))
    with pytest.raises(LaneFull):
        lanes.add("a", nothing)
    lanes.add("b", nothing)
    await lanes.close(patience=0)


async def test_more_of_all_together_waits_until_there_is_room() -> None:
    diary, lanes = Diary(), Lanes(most=2)
    lanes.add("a", diary.job("1"))
    lanes.add("b", diary.job("2"))
    with pytest.raises(NoRoom):
        lanes.add("c", nothing)
    waiting = asyncio.create_task(lanes.wait_for_room())
    await diary.until("2 begins")
    assert not waiting.done()
    diary.let_go("2")
    await waiting
    lanes.add("c", nothing)
    await lanes.close(patience=0)


async def test_what_is_in_hand_is_finished_before_it_closes() -> None:
    diary, lanes = Diary(), Lanes()
    lanes.add("a", diary.job("1"))
    await diary.until("1 begins")
    diary.let_go("1")
    await lanes.close(patience=60)
    assert diary.entries[-1] == "1 ends"


async def test_what_does_not_end_is_given_up_and_leaves_its_room() -> None:
    diary, lanes = Diary(), Lanes(most=2)
    lanes.add("a", diary.job("1"))
    lanes.add("a", diary.job("2"))
    await diary.until("1 begins")
    await lanes.close(patience=0)
    lanes.add("a", diary.job("3"))
    diary.let_go("3")
    await diary.until("3 ends")
    assert diary.entries == ["1 begins", "3 begins", "3 ends"]
