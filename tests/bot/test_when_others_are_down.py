"""Rasa or the backend is silent: emergencies, topics by search and tips hold as far as they can."""

from collections.abc import Iterator

import pytest

from tests.bot.channel_contract import send_a_tip
from tests.bot.house import House
from tests.bot.web_driver import WebWorker


@pytest.fixture
def worker(house: House) -> WebWorker:
    return WebWorker(house.url)


class TestWithoutRasa:
    def test_topics_are_found_by_search(self, worker: WebWorker) -> None:
        seen = worker.say("boc bat ho la gi")
        assert "Bốc bát họ" in seen.text
        assert "phạt" in worker.tap(seen.button("Luật")).text

    def test_a_question_about_nothing_gets_the_menu(self, worker: WebWorker) -> None:
        assert [button.id for button in worker.say("qwertyuiop zxcvb").buttons][:1] == ["do.tip"]

    def test_a_tip_is_taken(self, worker: WebWorker) -> None:
        assert send_a_tip(worker)

    def test_an_emergency_is_answered(self, worker: WebWorker) -> None:
        assert "113" in worker.say("ho dang danh em trong phong tro").texts[0]


@pytest.fixture(scope="class")
def silent_backend(house: House) -> Iterator[None]:
    house.stop_backend()
    yield
    house.start_backend()


@pytest.mark.usefixtures("silent_backend")
class TestWithoutBackend:
    def test_an_emergency_is_answered(self, worker: WebWorker) -> None:
        seen = worker.say("họ đang đánh em trong phòng trọ")
        assert "113" in seen.texts[0]
        assert seen.calls[0] == "113"

    def test_a_question_gets_the_hotlines_and_the_menu_and_no_talk_of_trouble(
        self, worker: WebWorker
    ) -> None:
        seen = worker.say("bốc bát họ là gì")
        assert "113" in seen.text
        assert seen.buttons
        assert "lỗi" not in seen.text

    def test_starting_a_tip_says_to_try_again_and_whom_to_call(self, worker: WebWorker) -> None:
        seen = worker.say("báo tin")
        assert "thử lại" in seen.text
        assert "113" in seen.text

    def test_a_receipt_still_works_later(self, worker: WebWorker) -> None:
        assert "vẫn dùng được" in worker.say("1234 5678 9012 34565").text


def test_a_story_that_cannot_be_stored_is_not_lost_and_not_sent_elsewhere(house: House) -> None:
    worker = WebWorker(house.url)
    worker.say("báo tin")
    for _ in range(3):
        worker.say("1")
    worker.say("đoạn một")
    house.stop_backend()
    try:
        unkept = worker.post({"id": "same-message-1", "text": "đoạn hai"}).json()
        assert unkept["replies"][-1]["unkept"]
        assert "gửi lại" in unkept["replies"][-1]["text"]
    finally:
        house.start_backend()
    again = worker.post({"id": "same-message-1", "text": "đoạn hai"}).json()
    assert "ghi 2 đoạn" in again["replies"][-1]["text"]


def test_a_tip_that_could_not_be_sent_is_sent_by_trying_again(house: House) -> None:
    worker = WebWorker(house.url)
    seen = worker.say("báo tin")
    for text in (
        "1",
        "1",
        "1",
        "ông Tư cho vay ở cổng",
        "xong",
        "đồng nai",
        "bỏ qua",
        "bỏ qua",
        "bỏ qua",
        "3",
        "1",
    ):
        seen = worker.say(text)
    send = seen.button("Gửi tin")
    house.stop_backend()
    try:
        assert "gửi lại" in worker.tap(send).text
    finally:
        house.start_backend()
    assert "Mã của bạn" in worker.tap(send).text
