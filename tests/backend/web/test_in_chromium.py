"""The liaison's pages in a real browser: with and without JavaScript, on a desk and on a phone."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.accounts.roles import Role
from backend.app import create_staff_app
from backend.desks import service as desks
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import service as tips
from tests.backend.staff import seated
from tests.backend.tips.conftest import a_tip
from tests.bot.serving import serve
from tests.browser import opened_chromium

OpenPage = Callable[..., Page]
REFUSALS = ("Failed to load resource", "Response Status Error Code 401")
"""How the browser and htmx note an answer that a test asked for; anything else is a fault of the page."""


@dataclass(frozen=True)
class Site:
    """The staff pages being served, and the cookie of a liaison with one tip in the queue."""

    address: str
    cookie: str


async def _prepare(config: Settings) -> str:
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    engine = create_engine(str(config.database_url))
    async with create_sessionmaker(engine).begin() as session:
        seat = await seated(session, keys, "lan", Role.UNION_LIAISON)
        desk = await desks.create(session, keys, "union", "79")
        await desks.invite(session, keys, desk=desk, member_id=seat.holder.member_id, actor_id=None)
        await desks.activate(session, keys, seat.holder)
        await tips.submit(session, keys, a_tip(story=["Chuyện dài " * 40, "x" * 300], danger="now"))
    await engine.dispose()
    return seat.cookie


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as opened:
        yield opened


@pytest.fixture
def site(backend_settings: Settings) -> Iterator[Site]:
    # Playwright's own loop runs in this thread while its browser is open.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        cookie = elsewhere.submit(asyncio.run, _prepare(backend_settings)).result()
    with serve(create_staff_app(backend_settings)) as address:
        yield Site(address, cookie)


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> Iterator[OpenPage]:
    """Opens a page as the liaison; fails if the browser complained about anything but an expected answer."""
    contexts = []
    complaints: list[str] = []

    def opened(path: str, *, width: int = 1280, javascript: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=javascript, locale="vi-VN"
        )
        context.add_cookies([{"name": "antam_session", "value": site.cookie, "url": site.address}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.address + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in complaints if not text.startswith(REFUSALS)] == []


def open_the_tip(page: Page) -> None:
    page.locator(".c-category a").click()
    expect(page.locator("#tip")).to_contain_text("Chuyện dài")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_tip_is_worked_on_with_and_without_javascript(open_page: OpenPage, javascript: bool) -> None:
    page = open_page("/queue", javascript=javascript)
    open_the_tip(page)
    page.get_by_role("button", name="Nhận xử lý").click()
    expect(page.locator("#tip")).to_contain_text("Đã đổi người xử lý.")
    page.get_by_label("Trả lời người báo tin").fill("Bạn gọi 113 ngay nhé.")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator(".from-desk")).to_contain_text("Bạn gọi 113 ngay nhé.")
    page.locator("summary", has_text="Đổi trạng thái").click()
    page.locator("#status").select_option("waiting")
    page.locator("#status-reason").fill("chờ người báo")
    page.get_by_role("button", name="Đổi trạng thái").click()
    expect(page.locator(".facts")).to_contain_text("Chờ người báo tin")


def test_with_javascript_the_page_stays_where_it_is(open_page: OpenPage) -> None:
    page = open_page("/queue")
    open_the_tip(page)
    visits: list[str] = []
    page.on("framenavigated", lambda frame: visits.append(frame.url))
    page.get_by_role("button", name="Nhận xử lý").click()
    expect(page.locator("#tip")).to_contain_text("Đã đổi người xử lý.")
    assert visits == []


def test_what_was_written_stays_when_the_session_is_over(open_page: OpenPage) -> None:
    page = open_page("/queue")
    open_the_tip(page)
    page.get_by_label("Trả lời người báo tin").fill("một câu trả lời dài")
    page.context.clear_cookies()
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#problem")).to_contain_text("Phiên làm việc đã hết")
    expect(page.get_by_label("Trả lời người báo tin")).to_have_value("một câu trả lời dài")


def test_the_browser_keeps_nothing_of_a_tip(open_page: OpenPage) -> None:
    page = open_page("/queue")
    open_the_tip(page)
    page.get_by_role("button", name="Nhận xử lý").click()
    expect(page.locator("#tip")).to_contain_text("Đã đổi người xử lý.")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Chuyện" not in kept


@pytest.mark.parametrize("path", ["/queue", "/queue?show=mine", "/desks", "/me", "/nowhere"])
def test_no_page_is_wider_than_a_small_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_tip_is_not_wider_than_a_small_phone(open_page: OpenPage) -> None:
    page = open_page("/queue", width=360)
    open_the_tip(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_queue_is_reached_and_a_tip_opened_with_the_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/queue")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.c-category a')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tips/"))
