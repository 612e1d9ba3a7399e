"""Parts that the bot's tests share."""

from collections.abc import Iterator

import pytest

from backend.ops.postgres import DatabaseUrls
from bot.phrases import Phrases
from bot.settings import ROOT
from tests.bot.house import House


@pytest.fixture(scope="module")
def house(module_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Backend and bot, running, with the topics and the demo's desks."""
    place = House.build(module_database.app, tmp_path_factory.mktemp("var"))
    place.start_backend()
    place.start_bot()
    try:
        yield place
    finally:
        place.stop_bot()
        place.stop_backend()


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return Phrases.load(ROOT / "data")
