"""A house for the bot to live in: a real backend on a real database, seeded, over real HTTP. Rasa is absent
unless a test brings one."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.app import create_internal_app
from backend.cli.seed import _seed
from backend.kit.secrets_store import make_missing
from backend.kit.settings import Settings as BackendSettings
from backend.ops.postgres import DatabaseUrls
from bot.app import create_app
from bot.phrases import Phrases
from bot.settings import ROOT
from bot.settings import Settings as BotSettings
from tests.bot.serving import free_port, serve


@dataclass
class House:
    """The running processes, and the hands to stop one."""

    backend_settings: BackendSettings
    bot_settings: BotSettings
    url: str = ""
    _backend: ExitStack = field(default_factory=ExitStack)
    ahead: timedelta = timedelta()
    """How far the bot's clock is ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def start_backend(self) -> None:
        app = create_internal_app(self.backend_settings)
        self._backend.enter_context(serve(app, self.bot_settings.internal_port))

    def stop_backend(self) -> None:
        self._backend.close()


@pytest.fixture(scope="module")
def house(module_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Backend and bot, seeded with the topics and the demo's desks."""
    var = tmp_path_factory.mktemp("var")
    make_missing(var / "secrets")
    backend_settings = BackendSettings(var=var, DATABASE_URL=module_database.app)
    asyncio.run(_seed(backend_settings))
    bot_settings = BotSettings(var=var, internal_port=free_port(), rasa_port=free_port())
    place = House(backend_settings, bot_settings)
    place.start_backend()
    try:
        with serve(create_app(bot_settings, clock=place.now)) as url:
            place.url = url
            yield place
    finally:
        place.stop_backend()


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return Phrases.load(ROOT / "data")


@pytest.fixture
def data_folder() -> Path:
    return ROOT / "data"
