"""Limits in memory: one bucket for all receipts, and a short line in front of it."""

from collections.abc import Iterator

import httpx
import pytest

from bot.app import create_app
from bot.limits import RECEIPTS_OVERALL, Bucket, Line
from bot.receipt import new_receipt, shown
from tests.bot.channel_contract import fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.serving import serve
from tests.bot.web_driver import WebWorker


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def line(time: Time, burst: float = 2, per_second: float = 2, patience: float = 1) -> Line:
    return Line(burst, per_second, patience, time, time.sleep)


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket.full(3, 0.5, now=0)
    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(1) is False
    assert bucket.take(2.5) is True


async def test_who_comes_while_the_bucket_is_empty_waits_for_a_turn_in_order() -> None:
    time = Time()
    waiting = line(time)
    assert [await waiting.admitted() for _ in range(4)] == [True] * 4
    assert time.slept == [0.5, 1.0]


async def test_a_full_line_says_so_at_once_and_moves_on_with_time() -> None:
    time = Time()
    waiting = line(time)
    assert [await waiting.admitted() for _ in range(6)] == [True] * 4 + [False] * 2
    assert len(time.slept) == 2
    time.now += 0.5
    assert await waiting.admitted()
    assert not await waiting.admitted()


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
