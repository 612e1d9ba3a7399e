"""Sending photos and recordings in a real browser at phone size, with JavaScript and without."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, ViewportSize, expect

from bot.files import MAX_BYTES
from bot.settings import ROOT
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.bot.house import House
from tests.browser import opened_chromium

PICTURES = ROOT / "test-output" / "screenshots" / "bot"
PHONE = ViewportSize(width=360, height=740)


def _photo() -> FilePayload:
    out = BytesIO()
    Image.linear_gradient("L").resize((1200, 900)).convert("RGB").save(out, "JPEG")
    return {"name": "IMG_2026.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def _voice() -> FilePayload:
    return {"name": "ghi.ogg", "mimeType": "audio/ogg", "buffer": voice(RECORDERS["Telegram"])}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, house: House) -> Iterator[Page]:
    context = chromium.new_context(viewport=PHONE, is_mobile=True, has_touch=True, locale="vi-VN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(house.url)
    yield page
    context.close()


@pytest.fixture
def plain(chromium: Browser, house: House) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False, locale="vi-VN")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(f"{house.url}/bao-tin")
    yield page
    context.close()


def settled(page: Page) -> None:
    for moving in (".state", ".typing"):
        expect(page.locator(moving)).to_have_count(0, timeout=60_000)


def say(page: Page, *texts: str) -> None:
    for text in texts:
        page.locator("#text").fill(text)
        page.locator("#send").click()
        settled(page)


def shot(page: Page, name: str, *, full: bool = False) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=full)


def test_photos_and_a_recording_are_sent_from_the_chat(page: Page) -> None:
    expect(page.locator("#attach")).to_be_hidden()
    say(page, "báo tin", "1", "1", "1", "ông Tư cho vay ở cổng công ty")
    expect(page.locator("#attach")).to_be_visible()
    page.locator("#files").set_input_files([_photo()])
    settled(page)
    log = page.locator("#log")
    expect(log).to_contain_text("Đã nhận ảnh 1.")
    expect(page.locator(".bubble.me canvas")).to_have_count(1)
    shot(page, "files-in-story")
    say(page, "xong", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua")
    shot(page, "files-step")
    page.locator("#files").set_input_files([_photo(), _voice()])
    expect(log).to_contain_text("Đã nhận ghi âm 1.", timeout=60_000)
    settled(page)
    expect(log).to_contain_text("Đã có 2 ảnh, 1 ghi âm")
    shot(page, "files-taken")
    assert "IMG_2026" not in page.content()
    kept = page.evaluate("() => JSON.stringify(Object.assign({}, sessionStorage, localStorage))")
    assert "canvas" not in kept and "data:" not in kept


def test_a_file_too_large_is_not_even_sent(page: Page) -> None:
    say(page, "báo tin", "1", "1", "1")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    large = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=bytes(MAX_BYTES + 1))
    page.locator("#files").set_input_files([large])
    expect(page.locator("#log")).to_contain_text("nặng quá 10 MB")
    assert not [url for url in asked if "/chat/files" in url]


def test_a_file_that_did_not_arrive_can_be_sent_again(page: Page) -> None:
    say(page, "báo tin", "1", "1", "1")
    page.clock.install()
    page.route("**/chat/files", lambda route: route.abort())
    page.locator("#files").set_input_files([_photo()])
    page.clock.run_for(10_000)
    again = page.locator(".bubble.failed button")
    expect(again).to_be_visible()
    page.unroute("**/chat/files")
    again.click()
    expect(page.locator("#log")).to_contain_text("Đã nhận ảnh 1.")


def test_the_form_sends_files_without_javascript(plain: Page) -> None:
    form = plain.locator("main")

    def press(name: str, *, exact: bool = False) -> None:
        with plain.expect_navigation():
            form.get_by_role("button", name=name, exact=exact).first.click()

    for button in ("Viết tin luôn", "Tôi hiểu rồi", "Cho vay nặng lãi"):
        press(button)
    form.locator("textarea").fill("Ông Tư cho vay lãi cao ở cổng sau.")
    press("Tiếp")
    for _ in ("province", "place", "when", "who"):
        press("Bỏ qua")
    shot(plain, "form-files", full=True)
    form.get_by_label("Chọn ảnh hoặc ghi âm trong máy").set_input_files([_photo(), _voice()])
    press("Gửi tệp đã chọn")
    expect(form).to_contain_text("Đã có 1 ảnh, 1 ghi âm")
    shot(plain, "form-files-taken", full=True)
    press("Xong", exact=True)
    expect(form).to_contain_text("đang gặp nguy hiểm")
