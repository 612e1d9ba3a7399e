"""The studio with one published topic, and a trainer who is signed in."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI

from backend.accounts.roles import Role
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import service
from tests.backend.accounts.conftest import app, new_browser
from tests.backend.knowledge.topics import SOUND, around
from tests.backend.staff import Browser, first_sign_in, new_account

__all__ = ["app", "new_browser"]

TOPIC = "payroll_card_pawn"


@pytest.fixture
async def published(app: FastAPI, backend_settings: Settings) -> None:
    """``SOUND`` stands published as ``payroll_card_pawn``, as the seed."""
    keys = SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")
    async with app.state.sessionmaker.begin() as session:
        release = service.Release(None, "seed", service.NEW)
        await service.publish(session, keys, TOPIC, SOUND, release=release, around=around())


@pytest.fixture
async def trainer(app: FastAPI, new_browser: Callable[[], Browser], published: None) -> Browser:
    """A trainer's browser, signed in."""
    browser = new_browser()
    account = await new_account(app, "hoa", Role.TRAINER, "Hoa")
    await first_sign_in(browser, account)
    return browser
