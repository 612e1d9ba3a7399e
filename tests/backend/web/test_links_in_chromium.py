"""Floods and related tips in a real browser: on a small phone, without JavaScript, and while one types."""

import asyncio
from collections.abc import Iterator
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
from backend.tips.linking import floods as arriving
from tests.backend.staff import seated
from tests.backend.tips.conftest import a_tip
from tests.bot.serving import serve
from tests.browser import opened_chromium

STORY = "Số 0900 000 077 cho vay góp ở hẻm 12 gần cổng công ty giày, trễ một ngày là gọi chửi cả nhà."


@dataclass(frozen=True)
class Site:
    """The staff pages being served, and the cookie of a liaison with two tips and a flood of two more."""

    address: str
    cookie: str


async def _prepare(config: Settings) -> str:
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    engine = create_engine(str(config.database_url))
    async with create_sessionmaker(engine).begin() as session:
        seat = await seated(session, keys, "lan", Role.UNION_LIAISON)
        desk = await desks.create(session, keys, "union", "79", actor_id=None)
        await desks.invite(session, keys, desk=desk, member_id=seat.holder.member_id, actor_id=None)
        await desks.activate(session, keys, seat.holder)
        for _ in range(4):
            await tips.submit(session, keys, a_tip(story=[STORY]))
    await engine.dispose()
    return seat.cookie


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as opened:
        yield opened


@pytest.fixture
def site(backend_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(arriving, "FREE", 2)
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        cookie = elsewhere.submit(asyncio.run, _prepare(backend_settings)).result()
    with serve(create_staff_app(backend_settings)) as address:
        yield Site(address, cookie)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_flood_is_looked_at_and_decided_and_tips_are_merged(
    chromium: Browser, site: Site, javascript: bool
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=javascript, locale="vi-VN"
    )
    context.add_cookies([{"name": "antam_session", "value": site.cookie, "url": site.address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(site.address + "/queue")
    expect(page.locator(".flood")).to_contain_text("2 tin gần giống nhau đang chờ xem")
    expect(page.locator(".c-category a")).to_have_count(2)
    _fits(page)
    page.get_by_role("link", name="Xem và quyết định").click()
    expect(page.locator(".c-category a")).to_have_count(2)
    _fits(page)
    page.get_by_label("Lý do").fill("một người gửi nhiều lần")
    page.get_by_role("button", name="Đóng tất cả").click()
    expect(page.locator("[role=status]")).to_contain_text("Đã đóng các tin gần giống nhau.")
    expect(page.locator(".flood")).to_have_count(0)

    addresses = [link.get_attribute("href") or "" for link in page.locator(".c-category a").all()]
    for address in addresses:
        page.goto(site.address + address)
    _fits(page)
    links = page.locator("section", has=page.locator("#h-links"))
    expect(links).to_contain_text("cùng số điện thoại")
    expect(links).to_contain_text("lời kể gần giống")
    links.get_by_label("Chọn tin này để gộp").first.check()
    links.get_by_role("button", name="Gộp tin đã chọn vào tin này").click()
    expect(page.locator("[role=status]")).to_contain_text("Đã gộp tin.")
    expect(page.locator("section", has=page.locator("#h-group"))).to_contain_text("Tách ra")
    _fits(page)
    page.goto(site.address + "/queue")
    expect(page.locator(".c-category a")).to_have_count(1)
    context.close()


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 360
