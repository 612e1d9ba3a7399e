"""Rasa or the backend is silent: emergencies, topics by search and tips hold as far as they can."""

from collections.abc import Iterator

import psycopg
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bot.channel_contract import Button, send_a_tip
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


def ready_to_send(worker: WebWorker) -> Button:
    """A tip is written; only the button that sends it is left."""
    seen = worker.say("báo tin")
    story = "ông Tư cho vay ở cổng"
    for text in ("1", "1", "1", story, "xong", "đồng nai", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "3", "1"):
        seen = worker.say(text)
    return seen.button("Gửi tin")


def test_a_tip_that_could_not_be_sent_is_sent_by_trying_again(house: House) -> None:
    worker = WebWorker(house.url)
    send = ready_to_send(worker)
    house.stop_backend()
    try:
        assert "gửi lại" in worker.tap(send).text
    finally:
        house.start_backend()
    assert "Mã của bạn" in worker.tap(send).text


def test_a_receipt_is_shown_when_the_database_falls_after_the_tip_was_stored(house: House) -> None:
    url = (house.backend_settings.database_url or "").replace("+psycopg", "", 1)
    told: list[int] = []

    class Falling:
        """Loses the first answer to a tip that was stored, and every draft, as a crash of PostgreSQL does."""

        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or scope["path"] != "/internal/tips":
                return await self.app(scope, receive, send)

            async def lost(message: Message) -> None:
                if message["type"] == "http.response.start":
                    told.append(message["status"])

            await self.app(scope, receive, send if told else lost)
            if len(told) == 1:
                told.append(0)
                with psycopg.connect(url) as connection:
                    connection.execute("TRUNCATE drafts")

    def count() -> int:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT count(*) FROM tips").fetchone()
            assert row
            return int(row[0])

    worker, before = WebWorker(house.url), count()
    house.stop_backend()
    house.start_backend(Falling)
    try:
        seen = worker.tap(ready_to_send(worker))
        assert "Mã của bạn" in seen.text
        assert told[0] == 201
        assert count() == before + 1
        assert "đã quên mã" in worker.say("đã lưu").text
    finally:
        house.stop_backend()
        house.start_backend()
