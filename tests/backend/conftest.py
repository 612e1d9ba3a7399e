"""Parts that tests of the backend share: a session on a real database, clients of the two applications."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_internal_app, create_staff_app
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.ops.postgres import DatabaseUrls
from tests.backend.clients import client_of, service_token
from tests.stretching import at_least_cost


@pytest.fixture(scope="package", autouse=True)
def quick_stretching() -> Iterator[None]:
    with at_least_cost():
        yield


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
