"""A draft in the store says neither who nor what, and survives what may happen to the processes."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from tests.bot.channel_contract import RECEIPT, Seen
from tests.bot.house import House
from tests.bot.web_driver import WebWorker

SECRET = "khu trọ Hoa Mai phòng mười hai"


@pytest.fixture
def worker(house: House) -> Iterator[WebWorker]:
    yield WebWorker(house.url)
    house.ahead = timedelta()


def begin_story(worker: WebWorker, text: str = SECRET) -> Seen:
    worker.say("báo tin")
    for _ in range(3):
        worker.say("1")
    return worker.say(text)


def stored(house: House) -> list[tuple[bytes, bytes]]:
    url = (house.backend_settings.database_url or "").replace("+psycopg", "", 1)
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT lookup, sealed FROM drafts").fetchall()


def replace_bot(house: House, worker: WebWorker) -> None:
    """The bot dies and another replica, with the same secrets and an empty memory, takes over."""
    house.stop_bot()
    house.start_bot()
    worker.move_to(house.url)


def test_nothing_stands_in_clear(house: House, worker: WebWorker) -> None:
    begin_story(worker)
    rows = stored(house)
    assert rows
    for lookup, sealed in rows:
        assert len(lookup) == 32
        for clear in (SECRET, "illegal_lending", "story", worker.user, "web"):
            assert clear.encode() not in sealed
            assert clear.encode() not in lookup


def test_its_size_tells_little(house: House, worker: WebWorker) -> None:
    begin_story(worker, "ngắn")
    sizes = {len(sealed) for _, sealed in stored(house)}
    assert all((size - 1 - 24 - 16) % 256 == 0 for size in sizes)


def test_another_replica_goes_on_where_the_first_one_died(house: House, worker: WebWorker) -> None:
    begin_story(worker)
    replace_bot(house, worker)
    assert "ghi 2 đoạn" in worker.say("và còn nữa").text


def test_after_a_while_nothing_is_shown_until_the_worker_asks(house: House, worker: WebWorker) -> None:
    begin_story(worker)
    replace_bot(house, worker)
    worker.forget_room()
    house.ahead = timedelta(minutes=20)
    asked = worker.say("một câu mới")
    assert "viết dở" in asked.text
    assert "chưa ghi vào đâu" in asked.text
    assert SECRET not in asked.text
    assert "ghi 1 đoạn" in worker.tap(asked.button("Xem tiếp")).text


def test_a_worker_who_writes_for_long_with_the_page_open_is_not_interrupted(
    house: House, worker: WebWorker
) -> None:
    begin_story(worker)
    house.ahead = timedelta(minutes=40)
    assert "ghi 2 đoạn" in worker.say("một đoạn viết lâu").text


def test_a_draft_moves_to_the_next_days_key_when_it_is_written(house: House, worker: WebWorker) -> None:
    begin_story(worker)
    before = {lookup for lookup, _ in stored(house)}
    house.ahead = timedelta(hours=23)
    assert "ghi 2 đoạn" in worker.say("hôm sau").text
    after = {lookup for lookup, _ in stored(house)}
    assert len(after) == len(before)
    assert len(after - before) == 1


def test_a_lookup_that_was_found_dead_is_not_found_again_two_days_later(
    house: House, worker: WebWorker
) -> None:
    begin_story(worker)
    house.ahead = timedelta(days=3)
    assert "hết hạn hoặc đã xóa" in worker.say("ba ngày sau").text


def test_noting_a_receipt_whose_draft_is_gone_says_that_all_is_done(house: House, worker: WebWorker) -> None:
    seen = begin_story(worker)
    for text in ("xong", "đồng nai", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "3", "1"):
        seen = worker.say(text)
    sent = worker.tap(seen.button("Gửi tin"))
    house.ahead = timedelta(days=3)
    noted = worker.tap(sent.button("Đã lưu"))
    assert noted.texts[0].startswith("Xong.")


def test_the_receipt_is_shown_again_after_a_crash_until_it_is_noted(house: House, worker: WebWorker) -> None:
    seen = begin_story(worker)
    for text in ("xong", "đồng nai", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "3", "1"):
        seen = worker.say(text)
    sent = worker.tap(seen.button("Gửi tin"))
    receipt = RECEIPT.search(sent.text)
    assert receipt
    replace_bot(house, worker)
    worker.forget_room()
    house.ahead = timedelta(minutes=20)
    asked = worker.say("alo")
    assert receipt.group() not in asked.text
    again = worker.tap(asked.button("Xem tiếp"))
    assert receipt.group() in again.text
    before = len(stored(house))
    worker.say("đã lưu")
    assert len(stored(house)) == before - 1
