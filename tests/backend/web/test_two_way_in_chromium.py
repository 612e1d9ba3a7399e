"""The forms of the two-way talk in a real browser: with and without JavaScript, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from backend.kit.settings import ROOT
from tests.backend.web.test_in_chromium import OpenPage, chromium, open_page, open_the_tip, site

__all__ = ["chromium", "open_page", "site"]

PICTURES = ROOT / "test-output" / "screenshots" / "two-way"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_asked_with_ready_answers(open_page: OpenPage, javascript: bool) -> None:
    page = open_page("/queue", javascript=javascript)
    open_the_tip(page)
    page.locator("summary", has_text="Hỏi, kèm câu trả lời sẵn").click()
    page.get_by_label("Câu hỏi", exact=True).fill("Họ thường tới lúc nào?")
    page.locator("#ask-ready").select_option("own")
    page.get_by_label("Câu trả lời 1").fill("Sáng sớm")
    page.get_by_label("Câu trả lời 2").fill("Giờ tan ca")
    page.screenshot(path=PICTURES / f"ask-{javascript}.png", full_page=True, caret="initial")
    page.locator("form[action$='/ask'] button").click()
    expect(page.locator("#tip")).to_contain_text("Đã gửi câu hỏi")
    expect(page.locator(".ready")).to_contain_text("Giờ tan ca")
    expect(page.locator(".ready")).to_contain_text("chưa trả lời")


def test_on_a_phone_the_forms_fit(open_page: OpenPage) -> None:
    page = open_page("/queue", width=360)
    open_the_tip(page)
    for title in ("Hỏi, kèm câu trả lời sẵn", "Gửi lời cảm ơn, khen thưởng"):
        page.locator("summary", has_text=title).click()
    page.screenshot(path=PICTURES / "phone.png", full_page=True, caret="initial")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_counter_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page("/desks", width=360)
    page.get_by_text("Trao quà, giấy khen theo mã").click()
    page.locator("#code").fill("1234 5678")
    page.get_by_role("button", name="Kiểm mã và trao").click()
    expect(page.locator("main")).to_contain_text("Không có mã này ở tổ")
    page.screenshot(path=PICTURES / "counter.png", full_page=True, caret="initial")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
