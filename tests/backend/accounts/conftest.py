"""A staff application of the test's own and browsers that visit it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_staff_app
from backend.kit.settings import Settings
from tests.backend.staff import Browser


@pytest.fixture
async def app(backend_settings: Settings) -> AsyncIterator[FastAPI]:
    """The staff application, running on this test's database."""
    application = create_staff_app(backend_settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def new_browser(app: FastAPI) -> AsyncIterator[Callable[[], Browser]]:
    """Makes browsers, each with cookies of its own."""
    async with AsyncExitStack() as stack:
        opened: list[httpx.AsyncClient] = []

        def make() -> Browser:
            client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://antam.test")
            opened.append(client)
            stack.push_async_callback(client.aclose)
            return Browser(client)

        yield make


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()
