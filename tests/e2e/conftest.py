"""A running house and a real Chromium, shared by the end-to-end tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from backend.kit.settings import ROOT
from tests.browser import opened_chromium
from tests.e2e.house import House
from tests.e2e.on_platforms import house_on_both, house_on_telegram
from tests.e2e.people import sign_in_first_time
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}


@pytest.fixture(scope="session")
def story_telegram() -> FakeTelegram:
    """Telegram, as the house of the stories knows it."""
    return FakeTelegram()


@pytest.fixture(scope="session")
def story_zalo() -> Iterator[FakeZalo]:
    """Zalo, as the house of the stories knows it."""
    with FakeZalo().running() as platform:
        yield platform


@pytest.fixture(scope="session")
def house(story_telegram: FakeTelegram, story_zalo: FakeZalo, open_folder: Path) -> Iterator[House]:
    """Every process of the house, started once, with an account at each platform."""
    with house_on_both(story_telegram, story_zalo, open_folder / "house" / "var") as found:
        yield found


@pytest.fixture(scope="session")
def telegram() -> FakeTelegram:
    """Telegram, as the quiet house knows it."""
    return FakeTelegram()


@pytest.fixture(scope="session")
def quiet_house(telegram: FakeTelegram, open_folder: Path) -> Iterator[House]:
    """A house with an account at Telegram, in which nobody signs in and nobody changes a topic.

    Its processes may be stopped, and killed, by who lets them go on or waits until they are back.
    """
    with house_on_telegram(telegram, open_folder / "quiet-house" / "var") as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with opened_chromium() as chromium:
        yield chromium


@pytest.fixture(scope="session")
def liaison(house: House, browser: Browser) -> Iterator[Page]:
    """The union's liaison of ``house`` at a desk, signed in once: her first sign-in can happen only once."""
    with browser.new_context(viewport=DESKTOP, locale="vi-VN") as context:
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield sign_in_first_time(page, house, "union_liaison")


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens a page in a browser profile of its own; ``phone=False`` for a desk."""
    contexts = []

    def open_page(*, phone: bool = True, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            locale="vi-VN",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def picture() -> Callable[[Page, str], None]:
    """Takes a screenshot, where ``ANTAM_SCREENSHOTS`` names a folder for them."""
    folder = os.environ.get("ANTAM_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=ROOT / folder / f"{name}.png")

    return take
