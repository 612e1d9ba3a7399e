"""Parts that tests of the backend share: a session on a real database, clients of the two applications."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_internal_app, create_staff_app
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from tests.backend.clients import client_of, service_token
from tests.backend.compiled import compiled_once
from tests.backend.country import Country, StaffedCountry
from tests.databases import clone, remove
from tests.stretching import at_least_cost


@pytest.fixture(scope="package", autouse=True)
def quick_stretching() -> Iterator[None]:
    with at_least_cost():
        yield


@pytest.fixture(scope="package", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def staffed_country(
    template_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory
) -> StaffedCountry:
    with at_least_cost():
        return StaffedCountry.make(clone(template_database), tmp_path_factory.mktemp("country"))


@pytest.fixture
def database(request: pytest.FixtureRequest, template_database: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """A migrated database of this test's own, with the staffed country in it if the test asks for one."""
    source = template_database
    if "country" in request.fixturenames:
        source = request.getfixturevalue("staffed_country").database
    urls = clone(source)
    yield urls
    remove(template_database, urls)


@pytest.fixture
def var_dir(request: pytest.FixtureRequest, var_dir: Path) -> Path:
    """A ``var/`` with new keys, or with the staffed country's, if the test asks for one."""
    if "country" in request.fixturenames:
        request.getfixturevalue("staffed_country").copy_keys(var_dir)
    return var_dir


@pytest.fixture
def site_keys(backend_settings: Settings) -> SiteKeys:
    return SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")


@pytest.fixture
async def country(staffed_country: StaffedCountry, db_session: AsyncSession) -> Country:
    return await staffed_country.in_session(db_session)


@pytest.fixture
async def db_session(database: DatabaseUrls) -> AsyncIterator[AsyncSession]:
    """A session as the application's role; the test commits if it wants to."""
    engine = create_engine(database.app)
    async with create_sessionmaker(engine)() as session:
        yield session
    await engine.dispose()


@pytest.fixture
def backend_settings(database: DatabaseUrls, var_dir: Path) -> Settings:
    """Settings of a backend on this test's database and ``var/``."""
    return Settings(var=var_dir, DATABASE_URL=database.app)


@pytest.fixture
async def internal_client(backend_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The internal API, called with the bot's token."""
    async with client_of(create_internal_app(backend_settings)) as client:
        client.headers["authorization"] = f"Bearer {service_token(backend_settings, 'bot')}"
        yield client


@pytest.fixture
async def staff_client(backend_settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """The staff pages, called by a browser that keeps cookies and is signed in to nothing."""
    async with client_of(create_staff_app(backend_settings)) as client:
        yield client
