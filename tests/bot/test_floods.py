"""A flood slows everybody a little and locks nobody out; what is too much is said, and nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.app import create_app
from bot.limits import FILES, TIPS, TIPS_OVERALL
from bot.receipt import new_receipt
from tests.bot.channel_contract import fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.serving import serve
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker
from tests.waiting import eventually

WAIT = "Bạn đợi chút rồi gõ lại mã nhé"


@pytest.fixture
def replica(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Starts another bot of the house, with other limits; returns its address."""
    running = []

    def start(**limits: tuple[float, ...]) -> str:
        for place, limit in limits.items():
            monkeypatch.setattr(place.replace("__", "."), limit)
        context = serve(create_app(house.bot_settings))
        running.append(context)
        return context.__enter__()

    yield start
    for context in running:
        context.__exit__(None, None, None)


def from_address(url: str, address: str, receipt: str) -> int:
    """Try a receipt on the page from another address of this machine; returns the status."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(transport=transport, timeout=60, trust_env=False) as client:
        return client.post(f"{url}/hop-thu", data={"receipt": receipt}).status_code


def test_a_flood_of_receipts_from_one_address_shuts_no_other_out(
    house: House, replica: Callable[..., str]
) -> None:
    sent = send_a_tip(worker := WebWorker(house.url))
    worker.say("đã lưu")
    url = replica(bot__app__RECEIPTS_OVERALL=(1.0, 2.0, 4.0))
    with ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(from_address, url, "127.0.0.2", new_receipt()) for _ in range(40)]
        # The line is full as soon as somebody is sent away from it.
        eventually(lambda: any(one.done() and one.result() == 429 for one in flood))
        assert from_address(url, "127.0.0.3", sent) == 200
        statuses = [one.result() for one in flood]
    assert set(statuses) == {404, 429}


def test_a_flood_on_the_page_holds_up_nobody_on_telegram(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.limits.OVERALL", (4.0, 0.001, 1.0))
    with Telegram.account(house) as account, account.bot():
        worker = TelegramWorker(account.fake)
        answers = [WebWorker(account.url).say("menu").text for _ in range(6)]
        assert "Đang có nhiều người nhắn" in answers[-1]
        assert "Mình giúp được" in worker.say("menu").text


def test_a_tip_that_finds_the_line_full_is_kept_and_sent_later(replica: Callable[..., str]) -> None:
    url = replica(bot__intake__service__TIPS_OVERALL=(1.0, 0.02, 0.0))
    send_a_tip(WebWorker(url))
    worker = WebWorker(url)
    with pytest.raises(AssertionError, match="Tin chưa gửi được lúc này"):
        send_a_tip(worker)
    assert "Mình vẫn giữ nguyên" in worker.say("gửi").text


def test_after_several_tips_the_next_waits_and_the_numbers_to_call_are_given(
    replica: Callable[..., str],
) -> None:
    url = replica(bot__limits__TIPS=(1.0, 0.001))
    worker = WebWorker(url)
    send_a_tip(worker)
    worker.say("đã lưu")
    refused = worker.say("báo tin")
    assert "Bạn vừa gửi mấy tin liền rồi" in refused.text
    assert "113" in refused.text
    assert WebWorker(url).say("báo tin").button("Viết tin")


def test_a_tip_that_was_begun_can_be_gone_on_with_after_any_number(
    house: House, replica: Callable[..., str]
) -> None:
    worker = WebWorker(house.url)
    for text in ("báo tin", "1", "1", "1", "chuyện ở khu trọ Hoa Mai"):
        worker.say(text)
    url = replica(bot__limits__TIPS=(0.0, 0.001))
    worker.move_to(url)
    worker.forget_room()
    assert "tin đang viết dở" in worker.say("báo tin").text
    assert "Bạn vừa gửi mấy tin liền rồi" in WebWorker(url).say("báo tin").text


def test_files_of_one_conversation_are_bounded(replica: Callable[..., str]) -> None:
    url = replica(bot__limits__FILES=(1.0, 0.001))
    worker = WebWorker(url)
    worker.send_file(b"no picture")
    assert "Bạn gửi nhanh quá" in worker.send_file(b"no picture").text
    assert "Bạn gửi nhanh quá" not in worker.say("menu").text


def test_a_whole_tip_with_files_stands_below_the_limits_of_a_conversation() -> None:
    assert FILES[0] >= 8
    assert TIPS[0] >= 3
    assert TIPS_OVERALL[1] * TIPS_OVERALL[2] >= 20


def test_danger_is_answered_above_every_limit(replica: Callable[..., str]) -> None:
    url = replica(bot__engine__limits__OVERALL=(0.0, 0.001, 0.0))
    answer = WebWorker(url).post({"id": fresh_id(), "text": "họ đang đánh em trong phòng trọ"}).json()
    assert "113" in answer["replies"][0]["text"]
