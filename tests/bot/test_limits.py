"""Limits in memory: one bucket for all receipts, and a short line in front of it."""

import asyncio
from collections.abc import Iterator
from math import inf

import httpx
import pytest

from bot.app import create_app
from bot.limits import RECEIPTS_OVERALL, Bucket, Line, visit
from bot.receipt import new_receipt, shown
from tests.bot.channel_contract import fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.serving import serve
from tests.bot.web_driver import WebWorker


class Time:
    """A clock that only ``pass_`` moves; who sleeps waits for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleeping: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleeping.append((self.now + seconds, awake))
        await awake

    async def pass_(self, seconds: float) -> None:
        """Let so many seconds pass, in steps that wake everybody in their order."""
        end = self.now + seconds
        await _settled()
        while self._sleeping and min(self._sleeping)[0] <= end + 1e-9:
            self._sleeping.sort(key=lambda sleeper: sleeper[0])
            self.now, awake = self._sleeping.pop(0)
            awake.set_result(None)
            await _settled()
        self.now = end


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    """People at one line: who came for whom, and what became of them."""

    def __init__(
        self, burst: float = 1, per_second: float = 2, patience: float = 2, at_once: float = inf
    ) -> None:
        self.time = Time()
        self.line = Line(burst, per_second, patience, self.time, self.time.sleep, at_once=at_once)
        self.admitted: list[str] = []
        self.sent_away: list[str] = []
        self._here: set[asyncio.Task[None]] = set()

    async def comes(self, visitor: str, times: int = 1) -> None:
        for _ in range(times):
            task = asyncio.create_task(self._stands(visitor))
            self._here.add(task)
            task.add_done_callback(self._here.discard)
            await _settled()

    async def visits(self, visitor: str, until: asyncio.Event) -> asyncio.Task[None]:
        """Somebody who stays inside until then."""

        async def stays() -> None:
            with visit():
                await self._stands(visitor)
                await until.wait()

        task = asyncio.create_task(stays())
        self._here.add(task)
        task.add_done_callback(self._here.discard)
        await _settled()
        return task

    async def _stands(self, visitor: str) -> None:
        (self.admitted if await self.line.admitted(visitor) else self.sent_away).append(visitor)


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket.full(3, 0.5, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(1) is False
    assert bucket.take(2.5) is True


async def test_who_comes_while_the_bucket_is_empty_waits_for_a_turn_in_order() -> None:
    crowd = Crowd()
    await crowd.comes("a", 3)
    assert crowd.admitted == ["a"]
    await crowd.time.pass_(0.5)
    assert crowd.admitted == ["a"] * 2
    await crowd.time.pass_(0.4)
    assert crowd.admitted == ["a"] * 2
    await crowd.time.pass_(0.1)
    assert crowd.admitted == ["a"] * 3


async def test_a_full_line_says_so_at_once_and_moves_on_with_time() -> None:
    crowd = Crowd()
    await crowd.comes("a", 6)
    assert crowd.sent_away == ["a"]
    await crowd.time.pass_(0.5)
    await crowd.comes("a", 2)
    assert crowd.sent_away == ["a"] * 2
    await crowd.time.pass_(2)
    assert crowd.admitted == ["a"] * 6


async def test_a_crowd_of_one_visitor_neither_shuts_another_out_nor_goes_before_them() -> None:
    crowd = Crowd()
    await crowd.comes("flood", 30)
    await crowd.comes("worker")
    assert "worker" not in crowd.sent_away
    await crowd.time.pass_(1)
    assert crowd.admitted == ["flood", "flood", "worker"]


async def test_visitors_take_turns_however_many_stand_for_each() -> None:
    crowd = Crowd(patience=4)
    await crowd.comes("a", 5)
    await crowd.comes("b", 2)
    await crowd.comes("c", 1)
    await crowd.time.pass_(4)
    assert crowd.admitted == ["a", "a", "b", "c", "a", "b", "a", "a"]


async def test_the_longest_row_makes_room_and_only_down_to_the_others_length() -> None:
    crowd = Crowd()
    await crowd.comes("a", 5)
    await crowd.comes("b", 4)
    assert crowd.sent_away == ["a", "a", "b", "b"]
    await crowd.time.pass_(2)
    assert crowd.admitted == ["a", "a", "b", "a", "b"]


async def test_who_leaves_the_line_takes_nobody_s_turn() -> None:
    crowd = Crowd()
    await crowd.comes("a")
    leaving = asyncio.create_task(crowd.line.admitted("b"))
    await _settled()
    await crowd.comes("c")
    leaving.cancel()
    await crowd.time.pass_(0.5)
    assert crowd.admitted == ["a", "c"]


async def test_no_more_are_inside_than_are_answered_at_once() -> None:
    crowd = Crowd(burst=9, per_second=9, patience=9, at_once=2)
    stay = asyncio.Event()
    for visitor in ("a", "a", "a", "a", "b"):
        await crowd.visits(visitor, until=stay)
    await crowd.time.pass_(5)
    assert crowd.admitted == ["a", "a"]
    stay.set()
    await crowd.time.pass_(5)
    assert crowd.admitted == ["a", "a", "a", "b", "a"]


async def test_who_is_inside_is_not_asked_to_wait_outside_again() -> None:
    crowd = Crowd(burst=1, per_second=0.01, patience=0, at_once=1)
    with visit():
        assert await crowd.line.admitted("a")
        assert await crowd.line.admitted("a")
    assert not await crowd.line.admitted("a")


async def test_who_leaves_while_waiting_keeps_no_place() -> None:
    crowd = Crowd(burst=9, per_second=9, patience=9, at_once=1)
    stay, never = asyncio.Event(), asyncio.Event()
    await crowd.visits("a", until=stay)
    leaving = await crowd.visits("b", until=never)
    leaving.cancel()
    stay.set()
    await crowd.visits("c", until=stay)
    await crowd.time.pass_(1)
    assert crowd.admitted == ["a", "c"]


async def test_nobody_is_remembered_once_nobody_waits() -> None:
    crowd = Crowd()
    await crowd.comes("10.0.0.7", 4)
    await crowd.time.pass_(3)
    assert crowd.admitted == ["10.0.0.7"] * 4
    assert "10.0.0.7" not in repr(vars(crowd.line))


def test_receipts_leave_most_of_the_backend_to_others() -> None:
    burst, per_second, patience = RECEIPTS_OVERALL
    # The backend's pool has ten connections and two workers for key derivation.
    assert burst <= 6
    assert per_second * patience <= 10


@pytest.fixture
def nearly_full(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Another replica, whose line takes one receipt and then nobody for long."""
    monkeypatch.setattr("bot.app.RECEIPTS_OVERALL", (1.0, 0.001, 1.0))
    with serve(create_app(house.bot_settings)) as url:
        yield url


def test_chat_and_page_share_one_line_and_say_kindly_when_it_is_full(nearly_full: str) -> None:
    said = "Bạn đợi chút rồi gõ lại mã nhé"
    assert "Không có hộp thư nào" in WebWorker(nearly_full).say(new_receipt()).text
    worker = WebWorker(nearly_full)
    turn = worker.post({"id": fresh_id(), "text": new_receipt()}).json()
    assert said in turn["replies"][-1]["text"]
    assert turn["replies"][-1]["unkept"]
    receipt = shown(new_receipt())
    page = httpx.post(f"{nearly_full}/hop-thu", data={"receipt": receipt})
    assert page.status_code == 429
    assert said in page.text
    assert receipt in page.text


def test_a_message_to_the_liaisons_is_not_lost_when_the_line_is_full(nearly_full: str) -> None:
    sent = send_a_tip(worker := WebWorker(nearly_full))
    worker.say("đã lưu")
    worker.say(sent)
    confirm = worker.say("em xin nói thêm")
    assert "chưa gửi được" in worker.tap(confirm.button("Gửi")).text
    page = httpx.post(f"{nearly_full}/hop-thu", data={"receipt": sent, "text": "em xin nói thêm"})
    assert page.status_code == 429
    assert "em xin nói thêm" in page.text
    assert "chưa gửi được" in page.text
