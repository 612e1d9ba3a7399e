"""A message is passed on in a running house: pasted in the browser at phone size, forwarded on Telegram.

``ANTAM_SCREENSHOTS=docs/screenshots`` renews the pictures.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.bot.telegram_driver import TelegramWorker
from tests.e2e.conftest import NewPage
from tests.e2e.house import House
from tests.e2e.test_conversations import FITS, SAID_SINCE
from tests.fakes.telegram import FakeTelegram

SCAM = (
    "[Vietcombank] Tai khoan cua quy khach phat hien dang nhap tren thiet bi la. "
    "Neu khong phai quy khach, huy ngay tai http://vietcombank-huygd.top/otp "
    "truoc 17h, neu khong se tru 3.600.000d."
)
NOTICE = (
    "BHXH Viet Nam: qua trinh dong BHXH thang 10 cua ong/ba da duoc cap nhat. "
    "Tra cuu tren ung dung VssID hoac https://baohiemxahoi.gov.vn. Khong thu phi."
)
CALL = "có người gọi xưng công an, bảo con dính rửa tiền, bắt chuyển tiền vô tài khoản kiểm tra, cấm kể ai"
PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]}
Picture = Callable[[Page, str], None]


@pytest.fixture
def page(quiet_house: House, new_page: NewPage) -> Page:
    page = new_page()
    page.goto(quiet_house.worker_url)
    return page


def said(page: Page) -> str:
    """What stands below the worker's last message, once all of it is there."""
    for moving in (".state", ".typing"):
        expect(page.locator(moving)).to_have_count(0, timeout=30_000)
    assert page.evaluate(FITS)
    return str(page.evaluate(SAID_SINCE))


def say(page: Page, text: str) -> str:
    page.locator("#text").fill(text)
    page.locator("#send").click()
    expect(page.locator(".bubble.me").last).to_contain_text(text[:20])
    return said(page)


def tap(page: Page, label: str) -> str:
    page.locator(".choices button", has_text=label).first.click()
    return said(page)


def test_a_pasted_scam_is_told_with_its_signs_and_its_topic_goes_on(page: Page, picture: Picture) -> None:
    answer = say(page, SCAM)
    assert "⚠️ Tin này có dấu hiệu lừa đảo." in answer
    assert "vietcombank-huygd[.]top" in answer
    assert "lời lẽ" in answer
    assert page.locator(".bubble.them a[href*='top']").count() == 0
    picture(page, "message-scam")
    assert "ngân hàng" in tap(page, "Giả ngân hàng")
    picture(page, "message-scam-topic")


def test_the_next_question_is_about_the_tactic_of_the_message(page: Page) -> None:
    say(page, SCAM)
    assert "ngân hàng" in say(page, "giờ phải làm gì").lower()


def test_an_honest_notice_is_neither_accused_nor_called_safe(page: Page, picture: Picture) -> None:
    answer = say(page, NOTICE)
    assert "chưa thấy dấu hiệu lừa đảo" in answer
    assert "không có nghĩa là an toàn" in answer
    picture(page, "message-honest")


def test_a_call_is_told_after_the_way_in_of_the_menu(page: Page, picture: Picture) -> None:
    say(page, "menu")
    assert "dán tin đó vào đây" in tap(page, "Kiểm tra tin nhắn")
    answer = say(page, CALL)
    assert "có dấu hiệu lừa đảo" in answer
    assert "Cúp máy" in answer
    picture(page, "message-call")


@pytest.mark.usefixtures("quiet_house")
class TestOnTelegram:
    @pytest.fixture
    def worker(self, telegram: FakeTelegram) -> TelegramWorker:
        return TelegramWorker(telegram)

    def test_a_forwarded_scam_is_told(self, worker: TelegramWorker) -> None:
        seen = worker.forward(SCAM)
        assert "có dấu hiệu lừa đảo" in seen.text
        assert "vietcombank-huygd.top" not in seen.text
        assert "ngân hàng" in worker.tap(seen.buttons[0]).text

    def test_a_forwarded_notice_passes(self, worker: TelegramWorker) -> None:
        assert "không có nghĩa là an toàn" in worker.forward(NOTICE).text

    def test_a_forwarded_line_of_talk_passes(self, worker: TelegramWorker) -> None:
        assert "chưa thấy dấu hiệu" in worker.forward("mai tăng ca tới 8h nha mọi người").text

    def test_a_picture_is_asked_for_in_words_and_then_read(self, worker: TelegramWorker) -> None:
        worker.tap(worker.say("/menu").button("Kiểm tra tin nhắn"))
        seen = worker.hand_in(worker.fake.message(worker.user, **PHOTO))
        assert "chưa xem được ảnh" in seen.text
        assert "dán chữ trong ảnh" in seen.text
        assert "có dấu hiệu lừa đảo" in worker.say(CALL).text
