"""Debian's Chromium for the browser tests, headless. A machine without one fails and says what to do."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",  # tests may run as root, where Chromium's own sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def opened_chromium() -> Iterator[Browser]:
    """A browser for the length of the block."""
    path = os.environ.get("ANTAM_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    assert path, "The browser tests need Chromium. Debian: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()
