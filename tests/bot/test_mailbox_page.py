"""The mailbox page without JavaScript: ready answers, consent, read marks, and taking a tip back."""

import re

import pytest

from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.liaison import Liaison


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house.url)


def pick(page: str, label: str) -> str:
    """What the button of that label sends."""
    found = re.search(rf'name="pick" value="([^"]+)">{label}<', page)
    assert found, page
    return found.group(1)


def test_a_question_is_answered_with_one_button(browser: Browser, liaison: Liaison, receipt: str) -> None:
    liaison.ask("Họ còn đến không?")
    browser.open("/hop-thu").post(receipt=receipt)
    value = pick(browser.page, "Không nhớ")
    browser.post(pick=value)
    assert "Đã gửi câu trả lời: Không nhớ" in browser.page
    assert 'name="pick"' not in browser.page
    assert liaison.read() == ["Họ còn đến không?", "unsure"]
    browser.post(pick=value)
    assert "có câu trả lời rồi" in browser.page
    assert liaison.read() == ["Họ còn đến không?", "unsure"]


@pytest.mark.parametrize("value", ["x.yes", "0f4f5f0e-6a51-4b8e-9d0a-3f2b8c1d7e60.yes", ".", "<script>"])
def test_a_made_up_answer_is_refused_kindly(
    browser: Browser, liaison: Liaison, receipt: str, value: str
) -> None:
    liaison.ask("Họ còn đến không?")
    browser.open("/hop-thu").post(receipt=receipt).post(pick=value)
    assert browser.status == 200
    assert "<script>" not in browser.raw.text
    assert liaison.read() == ["Họ còn đến không?"]


def test_what_a_yes_to_the_police_means_stands_beside_it(
    browser: Browser, liaison: Liaison, receipt: str
) -> None:
    liaison.ask_consent("Công an tỉnh đang tìm nhóm này.")
    browser.open("/hop-thu").post(receipt=receipt)
    assert "không rút tin lại được nữa" in browser.page
    browser.post(pick=pick(browser.page, "Đồng ý"))
    liaison.hand_over("consent")
    browser.post()
    assert "như bạn đồng ý" in browser.page
    assert 'name="withdraw"' not in browser.page


def test_what_a_liaison_has_read_is_marked(browser: Browser, liaison: Liaison, receipt: str) -> None:
    browser.open("/hop-thu").post(receipt=receipt).post(text="họ lại tới")
    assert "cán bộ đã đọc" not in browser.page
    liaison.read()
    browser.open("/hop-thu").post(receipt=receipt)
    assert "cán bộ đã đọc" in browser.page


def test_thanks_show_their_code(browser: Browser, liaison: Liaison, receipt: str) -> None:
    liaison.commend("Giấy khen, nhận tại công đoàn khu.")
    browser.open("/hop-thu").post(receipt=receipt)
    assert re.search(r"Mã nhận của bạn: \d{4} \d{4}", browser.page)


class TestWithdrawing:
    def test_is_asked_twice_and_tells_first_what_it_destroys(self, browser: Browser, receipt: str) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        browser.post(withdraw="ask")
        assert "hủy hết ngay" in browser.page
        browser.post(withdraw="again")
        assert "Bạn chắc chắn chứ" in browser.page
        browser.post(withdraw="sure")
        assert "Đã rút tin và hủy hết" in browser.page
        browser.open("/hop-thu").post(receipt=receipt)
        assert "Không có hộp thư" in browser.page

    def test_keeping_it_shows_the_mailbox_again(self, browser: Browser, receipt: str) -> None:
        browser.open("/hop-thu").post(receipt=receipt).post(withdraw="ask").post()
        assert "đến nơi" in browser.page

    def test_sending_the_last_page_twice_says_the_same(self, browser: Browser, receipt: str) -> None:
        browser.open("/hop-thu").post(receipt=receipt).post(withdraw="again")
        fields = browser.fields()
        for _ in range(2):
            browser.send({**fields, "withdraw": "sure"})
            assert "Đã rút tin" in browser.page

    def test_another_site_cannot_withdraw_it(self, browser: Browser, receipt: str) -> None:
        browser.open("/hop-thu").post(receipt=receipt)
        fields = {**browser.fields(), "withdraw": "sure"}
        browser.send(fields, origin="https://elsewhere.example")
        assert browser.status == 422
        browser.open("/hop-thu").post(receipt=receipt)
        assert "đến nơi" in browser.page
