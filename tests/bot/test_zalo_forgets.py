"""Zalo lets nobody delete a message: what can be ended is ended at once, and the rest is told."""

from collections.abc import Iterator

import httpx
import pytest

from bot.channels.credentials import Mode
from tests.bot.house import House
from tests.bot.rasa_border import telling_a_loan
from tests.bot.zalo_driver import ORIGIN, ZaloWorker, on_zalo
from tests.fakes.zalo import FakeZalo


@pytest.fixture(scope="module")
def zalo(house_alone: House) -> Iterator[FakeZalo]:
    house_alone.start_backend()
    try:
        with on_zalo(house_alone, Mode.WEBHOOK) as platform:
            yield platform
    finally:
        house_alone.stop_backend()


def test_it_is_said_how_to_delete_by_hand_and_what_zalo_knows(house_alone: House, zalo: FakeZalo) -> None:
    worker = ZaloWorker.new(lambda: house_alone.url, zalo)
    worker.say("menu")
    seen = worker.say("xóa tin nhắn ở đây")
    assert "Zalo không cho mình xóa" in seen.text
    assert "bấm giữ tên An Tâm" in seen.text
    assert "Zalo vẫn biết" in seen.text


def test_a_picture_s_address_ends_at_once_and_nobody_else_s(house_alone: House, zalo: FakeZalo) -> None:
    one, other = (ZaloWorker.new(lambda: house_alone.url, zalo) for _ in range(2))
    addresses = []
    with telling_a_loan(house_alone):
        for worker in (one, other):
            worker.say("vay góp")
            [*_, photo] = [given for method, given in zalo.calls if method == "sendPhoto"]
            addresses.append(photo["photo"].replace(ORIGIN, house_alone.url))
    assert [httpx.get(address).status_code for address in addresses] == [200, 200]
    one.say("xóa")
    assert [httpx.get(address).status_code for address in addresses] == [404, 200]
