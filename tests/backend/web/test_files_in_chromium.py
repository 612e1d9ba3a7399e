"""Files of a tip in a real browser: seen small, heard, opened alone, sent with an answer."""

import asyncio
import base64
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from backend.accounts.roles import Role
from backend.app import create_staff_app
from backend.desks import service as desks
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import service as tips
from backend.tips.files import receiving
from tests.backend.staff import seated
from tests.backend.tips.attachments.photos import exif, photo, picture
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.backend.tips.conftest import a_tip
from tests.bot.serving import serve
from tests.browser import opened_chromium

EXPECTED = ("Failed to load resource", "Response Status Error Code 422")
"""How the browser and htmx note the answer that a test asked for."""


async def _prepare(config: Settings) -> tuple[str, str]:
    """A liaison's cookie, and the path of a tip with two photos and a voice note."""
    keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    engine = create_engine(str(config.database_url))
    async with create_sessionmaker(engine).begin() as session:
        seat = await seated(session, keys, "lan", Role.UNION_LIAISON)
        desk = await desks.create(session, keys, "union", "79")
        await desks.invite(session, keys, desk=desk, member_id=seat.holder.member_id, actor_id=None)
        await desks.activate(session, keys, seat.holder)
        files = []
        for content, kept in (
            (photo("jpeg", picture(1200, 800), exif=exif(b"somebody")), True),
            (photo("png", picture(600, 900)), False),
            (voice(RECORDERS["Telegram"]), False),
        ):
            key = secrets.token_bytes(32)
            taken = await receiving.receive(session, content, key, keep_original=kept)
            files.append({"id": str(taken.id), "key": base64.b64encode(key).decode()})
        await tips.submit(session, keys, a_tip(files=files))
    await engine.dispose()
    return seat.cookie, f"/desks/{desk.id}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened_chromium() as opened:
        yield opened


class Visit:
    """A liaison's browser on the tip's page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def open_tip(self) -> None:
        self.page.goto(f"{self.address}/queue")
        self.page.get_by_role("link", name="Cho vay nặng lãi").first.click()
        expect(self.page.get_by_role("heading", name="Người báo tin kể")).to_be_visible()


@pytest.fixture(params=[1280, 390], ids=["on a desk", "on a phone"])
def visit(chromium: Browser, backend_settings: Settings, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Fails if the browser complained about anything but an expected answer."""
    # Playwright's own loop runs in this thread while its browser is open.
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        cookie, _ = elsewhere.submit(asyncio.run, _prepare(backend_settings)).result()
    complaints: list[str] = []
    with serve(create_staff_app(backend_settings)) as address:
        context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="vi-VN")
        context.add_cookies([{"name": "antam_session", "value": cookie, "url": address}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        made = Visit(page, address)
        made.open_tip()
        yield made
        context.close()
    assert [each for each in complaints if not each.startswith(EXPECTED)] == []


def test_photos_are_seen_and_a_voice_is_heard(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    small = page.locator(".files img")
    expect(small).to_have_count(2)
    for index in range(2):
        assert small.nth(index).evaluate("image => image.complete && image.naturalWidth") == (240, 160)[index]
    sound = page.locator(".files audio")
    sound.evaluate("audio => audio.play().then(() => audio.pause())")
    assert sound.evaluate("audio => audio.duration") == pytest.approx(2, abs=0.2)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_photo_opens_alone_in_another_tab(visit: Visit) -> None:
    with visit.page.context.expect_page() as opened:
        visit.page.get_by_role("link", name="Mở ảnh 1").click()
    alone = opened.value
    alone.wait_for_load_state()
    assert alone.locator("img").evaluate("image => image.naturalWidth") == 1200


def test_an_original_is_saved_after_its_warning(visit: Visit) -> None:
    page = visit.page
    link = page.get_by_role("link", name="Tải bản gốc")
    expect(link).to_be_hidden()
    page.locator("summary", has_text="Bản gốc").click()
    expect(page.get_by_text("Bản gốc có thể cho biết nơi chụp")).to_be_visible()
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename == "anh-1-goc.jpg"


def test_a_refused_file_keeps_what_was_typed_and_the_next_one_goes_out(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    bad, good = tmp_path / "giay.jpg", tmp_path / "xe.jpg"
    bad.write_bytes(b"%PDF-1.7 " + bytes(100))
    good.write_bytes(photo("jpeg", picture(300, 200)))
    answer = page.get_by_label("Trả lời người báo tin")
    answer.fill("Bạn xem có phải xe này không?")
    page.get_by_label("Ảnh, ghi âm gửi kèm").set_input_files(bad)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("alert")).to_contain_text("Tệp thứ 1 không gửi được: đây là tài liệu")
    expect(answer).to_have_value("Bạn xem có phải xe này không?")
    page.get_by_label("Ảnh, ghi âm gửi kèm").set_input_files([good, good])
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã gửi trả lời")).to_be_visible()
    expect(page.locator(".from-desk .files img")).to_have_count(2)
    expect(answer).to_have_value("")
