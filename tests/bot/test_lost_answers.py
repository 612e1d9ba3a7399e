"""The backend does what it was asked and its answer is lost: nobody is told that nothing was done."""

from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.bot.web_driver import WebWorker

ACTS = ("/internal/mailbox/write", "/internal/mailbox/answer", "/internal/mailbox/withdraw")


class Losing:
    """Does every act of a mailbox, and loses the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def lost(message: Message) -> None:
            pass

        await self.app(scope, receive, lost if scope.get("path") in ACTS else send)


@pytest.fixture(autouse=True)
def losing(house: House, liaison: Liaison) -> Iterator[None]:
    house.stop_backend()
    house.start_backend(Losing)
    yield
    house.stop_backend()
    house.start_backend()


class TestInChat:
    def test_an_answer_that_perhaps_arrived_is_not_called_unsent(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.ask_consent("Để công an tới sớm")
        worker.say(receipt)
        seen = worker.say("đồng ý")
        assert "chưa biết câu trả lời đã tới chưa" in seen.text and "chưa gửi được" not in seen.text
        again = worker.tap(seen.button("Xem lại"))
        assert "Bạn có đồng ý" not in again.text
        assert liaison.read()[-1] == "yes"

    def test_a_message_that_perhaps_arrived_is_there_once_it_is_looked_at(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        worker.say(receipt)
        worker.say("chiều nay họ lại tới")
        seen = worker.say("gửi")
        assert "chưa biết câu trả lời đã tới chưa" in seen.text
        assert "chiều nay họ lại tới" in worker.tap(seen.button("Xem lại")).text

    def test_a_tip_that_perhaps_was_withdrawn_is_not_called_there(
        self, worker: WebWorker, receipt: str
    ) -> None:
        worker.say(receipt)
        for text in ("rút tin", "tôi muốn rút"):
            worker.say(text)
        seen = worker.say("rút hẳn")
        assert "chưa biết tin đã rút được chưa" in seen.text and "vẫn còn" not in seen.text
        assert "Không có hộp thư nào" in worker.tap(seen.button("Xem lại")).text

    def test_before_anything_was_sent_it_is_called_unsent(
        self, house: House, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.ask("Họ có tới nữa không?")
        worker.say(receipt)
        house.stop_backend()
        try:
            assert "chưa gửi được" in worker.say("có").text
        finally:
            house.start_backend(Losing)
        assert len(liaison.read()) == 1


class TestOnThePage:
    @pytest.mark.parametrize("act", [{"text": "chiều nay họ lại tới"}, {"withdraw": "sure"}])
    def test_it_says_that_nobody_knows(self, house: House, receipt: str, act: dict[str, str]) -> None:
        browser = Browser(house.url).open("/hop-thu").post(receipt=receipt)
        browser.post(**act)
        assert browser.status == 503
        assert "chưa biết việc vừa rồi đã xong chưa" in browser.page
        assert "chưa gửi được" not in browser.page
