"""Parts that the bot's tests share."""

from collections.abc import Iterator

import pytest

from backend.ops.postgres import DatabaseUrls
from bot.phrases import Phrases
from bot.settings import ROOT
from tests.bot.house import House, Seeded
from tests.bot.liaison import Liaison
from tests.bot.web_driver import WebWorker
from tests.databases import clone, remove
from tests.stretching import at_least_cost


@pytest.fixture(scope="package", autouse=True)
def quick_stretching() -> Iterator[None]:
    with at_least_cost():
        yield


@pytest.fixture(scope="session")
def seeded(template_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """What every house starts with, made once."""
    with at_least_cost():
        return Seeded.make(clone(template_database), tmp_path_factory.mktemp("seeded"))


@pytest.fixture(scope="module")
def house_alone(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house with the topics and the demo's desks, of which nothing runs yet."""
    urls = clone(seeded.database)
    yield House.build(seeded, urls.app, tmp_path_factory.mktemp("var"))
    remove(seeded.database, urls)


@pytest.fixture(scope="module")
def house(house_alone: House) -> Iterator[House]:
    """Backend and bot, running."""
    house_alone.start_backend()
    house_alone.start_bot()
    try:
        yield house_alone
    finally:
        house_alone.stop_bot()
        house_alone.stop_backend()


@pytest.fixture(scope="module")
def liaison(house: House) -> Liaison:
    """Somebody at the desk that the tips of the house go to."""
    return Liaison.hired(house)


@pytest.fixture
def receipt(liaison: Liaison) -> str:
    """Of a tip that the liaison has just taken up."""
    return liaison.receive()


@pytest.fixture
def worker(house: House) -> WebWorker:
    """Somebody new at the web chat."""
    return WebWorker(house.url)


@pytest.fixture(scope="session")
def phrases() -> Phrases:
    return Phrases.load(ROOT / "data")
