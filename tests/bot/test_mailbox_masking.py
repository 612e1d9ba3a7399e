"""The reporter's own name or number in a mailbox message is noticed, and may be covered before it goes."""

import pytest

from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.bot.web_driver import WebWorker

MINE = "Cán bộ gọi cho em qua số 0900 000 088 nhé"
COVERED = "Cán bộ gọi cho em qua số [đã che] nhé"
THEIRS = "Nó xài số 0900 000 077, hay tới buổi chiều"


@pytest.fixture
def worker(house: House, receipt: str) -> WebWorker:
    """A worker whose mailbox is open."""
    found = WebWorker(house.url)
    found.say(receipt)
    return found


@pytest.fixture
def browser(house: House, receipt: str) -> Browser:
    return Browser(house.url).open("/hop-thu").post(receipt=receipt)


class TestInChat:
    @pytest.mark.parametrize("yes", ["che đi", "có", "1"])
    def test_it_is_covered_where_the_writer_wants_that(
        self, worker: WebWorker, liaison: Liaison, yes: str
    ) -> None:
        asked = worker.say(MINE).text
        assert "số điện thoại của bạn: 0900 000 088" in asked and "Gửi câu này" not in asked
        assert COVERED in worker.say(yes).text
        worker.say("gửi")
        assert liaison.read() == [COVERED]

    def test_it_stays_where_the_writer_wants_that(self, worker: WebWorker, liaison: Liaison) -> None:
        worker.say(MINE)
        assert MINE in worker.say("để nguyên").text
        worker.say("gửi")
        assert liaison.read() == [MINE]

    def test_nothing_goes_before_the_question_is_answered(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        worker.tap(worker.say(receipt).button("Viết cho cán bộ"))
        assert "che đi không" in worker.say(MINE).text
        worker.say("gửi")
        assert liaison.read() == []

    def test_it_is_not_asked_again_of_what_is_to_stay(self, worker: WebWorker, liaison: Liaison) -> None:
        worker.say(MINE)
        worker.say("để nguyên")
        assert "che đi không" not in worker.say("Nhớ gọi buổi tối.").text
        worker.say("gửi")
        assert liaison.read() == [f"{MINE}\nNhớ gọi buổi tối."]

    def test_a_message_that_is_dropped_goes_to_nobody(self, worker: WebWorker, liaison: Liaison) -> None:
        worker.say(MINE)
        assert "Mình không gửi" in worker.say("thôi không gửi").text
        assert liaison.read() == []

    def test_a_lenders_number_is_not_asked_about(self, worker: WebWorker, liaison: Liaison) -> None:
        assert "che đi không" not in worker.say(THEIRS).text
        worker.say("gửi")
        assert liaison.read() == [THEIRS]


class TestOnThePage:
    def test_it_is_covered_with_one_button(self, browser: Browser, liaison: Liaison) -> None:
        browser.post(text=MINE)
        assert "che đi không" in browser.page and MINE in browser.page
        assert liaison.read() == []
        browser.post(text=MINE, own="cover")
        assert "Đã gửi cho cán bộ" in browser.page
        assert liaison.read() == [COVERED]

    def test_or_sent_as_it_is(self, browser: Browser, liaison: Liaison) -> None:
        browser.post(text=MINE).post(text=MINE, own="leave")
        assert liaison.read() == [MINE]

    def test_what_names_others_goes_at_once(self, browser: Browser, liaison: Liaison) -> None:
        assert "Đã gửi cho cán bộ" in browser.post(text=THEIRS).page
        assert liaison.read() == [THEIRS]
