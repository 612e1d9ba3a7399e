"""The chat page in a real browser at phone size: what it keeps and forgets, how it holds on a bad network."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from bot.settings import ROOT
from tests.bot.house import House
from tests.browser import opened_chromium

PICTURES = ROOT / "test-output" / "screenshots" / "bot"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as browser:
        yield browser


@pytest.fixture
def phone(chromium: Browser, house: House) -> Iterator[BrowserContext]:
    """A phone whose neutral page is answered here, so that no test leaves the machine."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="vi-VN"
    )
    context.set_default_timeout(20_000)
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.fulfill(body="thời tiết"))
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext, house: House) -> Page:
    page = phone.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(house.url)
    return page


def last(page: Page, who: str = "them") -> str:
    return page.locator(f".bubble.{who}:not(.typing)").last.inner_text()


def settled(page: Page) -> None:
    for moving in (".state", ".typing"):
        expect(page.locator(moving)).to_have_count(0, timeout=30_000)


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#send").click()
    settled(page)


def tap(page: Page, label: str) -> None:
    page.locator(".choices button", has_text=label).first.click()
    settled(page)


def to_story(page: Page) -> None:
    say(page, "báo tin")
    for label in ("Viết tin luôn", "Tôi hiểu rồi", "Cho vay nặng lãi"):
        tap(page, label)


def kept(page: Page) -> str:
    return str(page.evaluate("() => JSON.stringify(Object.assign({}, sessionStorage, localStorage))"))


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(PICTURES, f"{name}.png"))


def test_a_question_is_answered_and_kept_over_a_reload(page: Page) -> None:
    say(page, "bốc bát họ là gì")
    expect(page.locator("#log")).to_contain_text("Bốc bát họ là vay rồi góp")
    picture(page, "answer")
    page.reload()
    expect(page.locator("#log")).to_contain_text("bốc bát họ là gì")
    expect(page.locator("#log")).to_contain_text("Bốc bát họ là vay rồi góp")


def test_nothing_of_a_tip_is_kept_by_the_tab(page: Page) -> None:
    to_story(page)
    say(page, "chuyện ở khu trọ Hoa Mai")
    picture(page, "story")
    assert "Hoa Mai" not in kept(page)
    assert "Cho vay nặng lãi" not in kept(page)
    page.reload()
    expect(page.locator("#log")).not_to_contain_text("Hoa Mai")
    expect(page.locator(".bubble.me")).to_have_count(0)  # not even that there was a tip
    assert page.context.cookies() == []


def test_deleting_clears_the_screen_and_the_tab(page: Page) -> None:
    say(page, "bốc bát họ là gì")
    before = page.evaluate("() => sessionStorage.getItem('u')")
    say(page, "xóa")
    expect(page.locator("#log")).to_contain_text("đã quên")
    expect(page.locator("#log")).not_to_contain_text("bốc bát họ")
    assert before not in kept(page)


def test_leaving_quickly_leaves_nothing_to_go_back_to(page: Page, house: House) -> None:
    say(page, "bốc bát họ là gì")
    page.locator("#exit").click()
    page.wait_for_url(house.bot_settings.exit_url)
    page.go_back()
    assert house.url not in page.url
    page.goto(house.url)
    expect(page.locator("#log")).not_to_contain_text("bốc bát họ")


def test_three_times_escape_leaves_too(page: Page, house: House) -> None:
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(house.bot_settings.exit_url)


def test_a_message_that_fails_is_kept_and_sent_again_with_the_same_id(page: Page) -> None:
    to_story(page)
    ids: list[str] = []

    def lose_the_answer(route: Route) -> None:
        """The server acts, and the phone never hears of it."""
        ids.append(json.loads(route.request.post_data or "{}")["id"])
        if len(ids) < 4:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/chat/messages", lose_the_answer)
    page.locator("#text").fill("một đoạn duy nhất")
    page.locator("#send").click()
    again = page.get_by_role("button", name="Gửi lại")
    again.click()
    settled(page)
    assert len(set(ids)) == 1
    assert "ghi 1 đoạn" in last(page)


def test_what_could_not_be_kept_and_is_sent_from_the_field_again_is_the_same_message(
    page: Page, house: House
) -> None:
    to_story(page)
    ids: list[str] = []

    def note(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "{}")["id"])
        route.continue_()

    page.route("**/chat/messages", note)
    house.stop_backend()
    try:
        page.locator("#text").fill("một đoạn duy nhất")
        page.locator("#send").click()
        expect(page.locator(".bubble.me.failed")).to_have_count(1)
        expect(page.locator("#text")).to_have_value("một đoạn duy nhất")
    finally:
        house.start_backend()
    page.locator("#send").click()
    settled(page)
    assert len(ids) == 2
    assert len(set(ids)) == 1
    expect(page.locator(".bubble.me", has_text="một đoạn duy nhất")).to_have_count(1)
    assert "ghi 1 đoạn" in last(page)


def test_a_message_that_is_too_long_comes_back_into_the_field(page: Page) -> None:
    long = "á" * 4_001
    page.locator("#text").fill(long)
    page.locator("#send").click()
    expect(page.locator(".bubble.them").last).to_contain_text("dài quá")
    assert page.locator("#text").input_value() == long


def test_an_emergency_shows_a_number_to_tap(page: Page) -> None:
    say(page, "nó đang đánh em trong phòng trọ")
    expect(page.locator('a[href="tel:113"]')).to_be_visible()
    picture(page, "emergency")


def test_the_language_can_be_changed(page: Page) -> None:
    page.locator(".lang").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    say(page, "report")
    assert "Before you write" in last(page)


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("path", ["/", "/bao-tin", "/hop-thu", "/?lang=en"])
def test_nothing_runs_over_the_edge(chromium: Browser, house: House, width: int, path: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 640})
    page = context.new_page()
    page.goto(house.url + path)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, main a, nav a, textarea, select')]
            .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.5)
            .map(e => e.outerHTML)"""
    )
    assert small == []
    context.close()


def test_the_page_can_be_used_with_the_keyboard_alone(page: Page) -> None:
    page.locator("#start button").first.focus()
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("#log")).to_contain_text("Trước khi viết")
    page.locator("#text").focus()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator("#log")).to_contain_text("Đừng viết tên")


def test_every_control_has_a_name(page: Page) -> None:
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, a, textarea, input:not([type=hidden])')]
            .filter(e => !(e.innerText || e.ariaLabel || e.title || e.labels?.length))
            .map(e => e.outerHTML)"""
    )
    assert nameless == []
    assert page.locator("#log").get_attribute("aria-live") == "polite"
