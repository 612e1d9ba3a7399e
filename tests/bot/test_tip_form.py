"""The tip form without JavaScript, over real HTTP: the same steps, one a page."""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.bot.channel_contract import RECEIPT
from tests.bot.form_driver import Browser
from tests.bot.house import House


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    yield Browser(house.url)
    house.ahead = timedelta()


def until_story(browser: Browser) -> Browser:
    return browser.open("/bao-tin").post(option="go").post(option="go").post(option="illegal_lending")


def until_review(browser: Browser) -> Browser:
    until_story(browser).post(text="ông Tư cho vay ở cổng, lãi năm ngàn một triệu một ngày", option="done")
    browser.post(text="bình dương").post(text="cổng số 2").post(option="today").post(text="ông Tư")
    return browser.post(option="none").post(option="no").post(option="both")


def test_a_whole_tip_without_javascript(browser: Browser) -> None:
    until_review(browser)
    for told in ("ông Tư cho vay ở cổng", "cổng số 2", "Hôm nay", "Cả công đoàn và công an", "Hồ Chí Minh"):
        assert told in browser.page
    browser.post(option="send")
    receipt = RECEIPT.search(browser.page)
    assert receipt
    browser.post(option="saved")
    assert browser.path == "/bao-tin"
    assert "Trang này đã quên mã" in browser.page
    assert "antam_tip" not in browser.http.cookies
    browser.open("/hop-thu").post(receipt=receipt.group())
    assert "đến nơi" in browser.page


def test_that_a_tip_has_ended_is_said_once_and_leaves_no_address_of_its_own(browser: Browser) -> None:
    until_story(browser).post(way="cancel").post(option="yes")
    assert [answer.url.path for answer in (*browser.raw.history, browser.raw)] == ["/bao-tin"] * 2
    assert "Mình không giữ lại gì" in browser.page
    assert "Mình không giữ lại gì" not in browser.open("/bao-tin").page
    for address in ("/bao-tin/xong", "/bao-tin/da-xoa"):
        assert browser.open(address).status == 404


def test_every_post_is_answered_by_a_redirect(house: House) -> None:
    browser = Browser(house.url)
    browser.open("/bao-tin")
    browser.http.follow_redirects = False
    answer = browser.post(option="go").raw
    assert answer.status_code == 303
    assert answer.headers["location"] == "/bao-tin"


def test_the_session_ends_with_the_browser_and_belongs_to_this_path(house: House) -> None:
    browser = Browser(house.url)
    browser.open("/bao-tin")
    assert "set-cookie" not in browser.raw.headers
    browser.http.follow_redirects = False
    cookie = browser.post(option="go").raw.headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "path=/bao-tin"):
        assert part in cookie
    assert "max-age" not in cookie
    assert "expires" not in cookie


def test_a_double_click_acts_once(browser: Browser) -> None:
    until_story(browser)
    fields = {**browser.fields(), "text": "một đoạn", "option": ""}
    browser.send(fields).send(fields)
    assert browser.open("/bao-tin").page.count("<blockquote>một đoạn</blockquote>") == 1


def test_a_stale_page_shows_the_present_step_and_what_was_typed(browser: Browser) -> None:
    until_story(browser)
    old = browser.fields()
    browser.post(text="chuyện thật", option="done")
    browser.send({**old, "text": "một đoạn gõ trên trang cũ", "option": "done"})
    assert "một đoạn gõ trên trang cũ" in browser.page
    assert "ở tỉnh nào" in browser.page


def test_what_cannot_be_taken_stays_in_the_field(browser: Browser) -> None:
    until_story(browser).post(text="chuyện thật", option="done")
    browser.post(text="xứ thần tiên")
    assert browser.status == 422
    assert "chưa nhận ra" in browser.page
    assert re.search(r"<textarea[^>]*>xứ thần tiên</textarea>", browser.page)


def test_a_text_that_is_too_long_stays_in_the_field(browser: Browser) -> None:
    until_story(browser).post(text="á" * 5_000, option="done")
    assert browser.status == 413
    assert "á" * 5_000 in browser.page


def test_a_page_of_another_site_cannot_post(browser: Browser) -> None:
    until_story(browser)
    fields = {**browser.fields(), "option": "done", "text": "lén"}
    assert browser.send(fields, **{"sec-fetch-site": "cross-site"}).status == 422
    assert browser.send(fields, origin="https://evil.example").status == 422
    assert "lén" not in browser.open("/bao-tin").page


def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    until_story(browser)
    browser.send({**browser.fields(), "token": secrets.token_hex(16), "text": "lén", "option": "done"})
    assert "lén" not in browser.open("/bao-tin").page


def test_danger_is_answered_before_the_next_step_and_the_story_is_kept(browser: Browser) -> None:
    until_story(browser).post(text="họ đang đánh em trong phòng trọ", option="done")
    assert 'href="tel:113"' in browser.page
    assert "<blockquote>họ đang đánh em trong phòng trọ</blockquote>" in browser.page
    assert "ở tỉnh nào" in browser.post(option="done", text="").page


def test_a_line_can_be_changed_from_the_review(browser: Browser) -> None:
    until_review(browser).post(option="who")
    assert re.search(r"<textarea[^>]*>ông Tư</textarea>", browser.page)
    browser.post(text="bà Ba")
    assert "bà Ba" in browser.page
    assert "rồi gửi" in browser.page


def test_back_skip_and_cancel_work(browser: Browser) -> None:
    until_story(browser).post(text="chuyện thật", option="done").post(way="skip").post(way="back")
    assert "ở tỉnh nào" in browser.page
    browser.post(way="cancel")
    assert "xóa hết" in browser.page
    browser.post(option="yes")
    assert browser.path == "/bao-tin"
    assert "Mình không giữ lại gì" in browser.page
    assert "chuyện thật" not in browser.open("/bao-tin").page


@pytest.mark.parametrize("way", ["back", "pause", "cancel"])
def test_what_stands_in_the_field_is_kept_when_a_page_is_left_by_a_button(browser: Browser, way: str) -> None:
    until_story(browser).post(text="một đoạn chưa kịp ghi", way=way)
    browser.open("/bao-tin").post(option={"back": "illegal_lending", "pause": "go", "cancel": "no"}[way])
    assert "<blockquote>một đoạn chưa kịp ghi</blockquote>" in browser.page


def test_after_a_rest_nothing_is_shown_until_it_is_asked_for(house: House, browser: Browser) -> None:
    until_story(browser).post(text="chuyện ở khu trọ Hoa Mai", option="")
    house.ahead = timedelta(minutes=20)
    browser.open("/bao-tin")
    assert "viết dở" in browser.page
    assert "Hoa Mai" not in browser.page
    assert "Hoa Mai" in browser.post(option="go").page


def test_a_page_left_open_for_long_can_still_be_posted(house: House, browser: Browser) -> None:
    until_story(browser)
    house.ahead = timedelta(minutes=50)
    browser.post(text="một câu chuyện viết thật lâu", option="done")
    assert "ở tỉnh nào" in browser.page


def test_leaving_quickly_forgets_the_session_and_goes_elsewhere(house: House, browser: Browser) -> None:
    until_story(browser)
    browser.http.follow_redirects = False
    answer = browser.http.post("/bao-tin/thoat")
    assert answer.status_code == 303
    assert answer.headers["location"] == house.bot_settings.exit_url
    assert "antam_tip" not in browser.http.cookies


def test_the_form_speaks_english(browser: Browser) -> None:
    browser.open("/bao-tin?lang=en").post(option="go")
    assert "I understand" in browser.page
    assert '<html lang="en">' in browser.page


def test_html_in_a_story_is_text(browser: Browser) -> None:
    until_story(browser).post(text="<script>alert(1)</script> cho vay", option="")
    assert "<script>alert" not in browser.raw.text
    assert "&lt;script&gt;" in browser.raw.text


class TestMailboxPage:
    @pytest.mark.parametrize("typed", ["", "abc", "1234", "1234 5678 9012 34567", "9" * 60])
    def test_a_wrong_receipt_gets_one_kind_sentence_and_stays_in_the_field(
        self, browser: Browser, typed: str
    ) -> None:
        browser.open("/hop-thu").post(receipt=typed)
        assert browser.status in (404, 422)
        assert "mã" in browser.page
        assert f'value="{typed}"' in browser.page

    def test_a_message_is_written_once(self, browser: Browser) -> None:
        receipt = self._receipt(browser)
        browser.open("/hop-thu").post(receipt=receipt)
        fields = {**browser.fields(), "text": "tôi xin gửi thêm"}
        browser.send(fields).send(fields)
        assert browser.page.count("<p>tôi xin gửi thêm</p>") == 1

    def test_nothing_of_it_stands_in_an_address_or_a_cookie(self, browser: Browser) -> None:
        receipt = self._receipt(browser)
        browser.open("/hop-thu").post(receipt=receipt)
        assert str(browser.raw.url).endswith("/hop-thu")
        assert not browser.raw.cookies
        assert browser.raw.headers["cache-control"] == "no-store"

    def test_an_empty_message_is_asked_for_again(self, browser: Browser) -> None:
        receipt = self._receipt(browser)
        browser.open("/hop-thu").post(receipt=receipt).post(text="   ")
        assert "không có chữ nào" in browser.page

    @staticmethod
    def _receipt(browser: Browser) -> str:
        until_review(browser).post(option="send")
        found = RECEIPT.search(browser.page)
        assert found
        browser.post(option="saved")
        return found.group()
