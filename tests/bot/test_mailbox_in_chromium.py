"""The mailbox at phone size in a real browser, on the page without JavaScript and in chat."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.tips.attachments.types import Clean
from bot.settings import ROOT
from tests.backend.tips.attachments.photos import photo
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.browser import opened_chromium

PICTURES = ROOT / "test-output" / "screenshots" / "mailbox"
SMALLEST_TARGET = 44
"""CSS pixels that a thumb needs."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as browser:
        yield browser


@pytest.fixture
def plain(chromium: Browser, house: House) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, locale="vi-VN", java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{house.url}/hop-thu")
    yield page
    context.close()


@pytest.fixture
def chat(chromium: Browser, house: House) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(house.url)
    yield page
    context.close()


def kept(page: Page, name: str) -> None:
    """Keep a picture of the whole page, and hold it to what every page must be on a small phone."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    width = page.locator("body").bounding_box()
    assert width is not None and width["width"] <= 360
    for button in page.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= SMALLEST_TARGET, button.inner_text()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, button.inner_text()


def test_a_question_a_photo_and_thanks_on_the_page(plain: Page, liaison: Liaison, receipt: str) -> None:
    liaison.send_file("Có phải chiếc xe này không bạn?", Clean("image/jpeg", photo("jpeg")))
    liaison.ask("Họ thường tới lúc nào?", ready="own", own=("Sáng sớm, trước ca", "Giờ tan ca", "Nửa đêm"))
    liaison.ask_consent("Công an tỉnh đang tìm nhóm này, có tin của bạn thì nhanh hơn.")
    liaison.commend("Cảm ơn bạn. Có giấy khen và quà ở công đoàn khu, nhận đến hết tháng sau.")
    plain.locator("#receipt").fill(receipt)
    plain.locator("button.go").click()
    kept(plain, "page")
    plain.get_by_text("Xem ảnh 1").click()
    expect(plain.locator("img.looked-at")).to_be_visible()
    kept(plain, "page-photo")
    plain.get_by_text("Về hộp thư").click()
    plain.get_by_text("Giờ tan ca").click()
    expect(plain.locator(".note").first).to_contain_text("Đã gửi câu trả lời: Giờ tan ca")
    plain.get_by_text("Rút tin này").click()
    kept(plain, "page-withdraw")
    plain.get_by_text("Tôi muốn rút").click()
    kept(plain, "page-withdraw-again")


def test_a_question_in_chat_is_answered_by_a_tap(chat: Page, liaison: Liaison, receipt: str) -> None:
    liaison.ask("Họ còn đến khu trọ của bạn không?")
    liaison.send_file("Có phải chiếc xe này không bạn?", Clean("image/jpeg", photo("jpeg")))
    chat.locator("textarea").fill(receipt)
    chat.keyboard.press("Enter")
    expect(chat.get_by_text("Không nhớ")).to_be_visible(timeout=30_000)
    kept(chat, "chat")
    chat.get_by_text("Không nhớ").click()
    expect(chat.get_by_text("Đã gửi câu trả lời: Không nhớ")).to_be_visible(timeout=30_000)
    chat.get_by_text("Xem ảnh, nghe ghi âm").last.click()
    expect(chat.locator("img.picture")).to_be_visible(timeout=30_000)
    kept(chat, "chat-photo")
