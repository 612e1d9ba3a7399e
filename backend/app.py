"""The two web applications of the backend: staff pages, and the internal API that our services call.

They are separate applications on separate ports; nothing of one is reachable through the other.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from backend.accounts.admin_endpoints import staff as administration
from backend.accounts.endpoints import staff as accounts
from backend.checks.loan.endpoints import internal as checks
from backend.checks.message.endpoints import internal as message_check
from backend.desks.admin_endpoints import staff as desks_administration
from backend.desks.endpoints import staff as desks
from backend.desks.file_endpoints import staff as tip_files
from backend.desks.hold_endpoints import staff as holds
from backend.desks.letter_endpoints import staff as letters
from backend.desks.link_endpoints import staff as links
from backend.kit.body_limit import BodyLimit
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.health import router as health
from backend.kit.problem_answers import install_problem_handlers
from backend.kit.service_tokens import ServiceTokens
from backend.kit.settings import Settings, settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge.endpoints import internal as knowledge
from backend.knowledge.finder import Finder
from backend.studio.endpoints import staff as studio
from backend.studio.versions import staff as studio_versions
from backend.text.lexicon import lexicon
from backend.tips.endpoints import internal as tips
from backend.tips.files.endpoints import LARGEST_FILE
from backend.tips.files.endpoints import internal as files
from backend.tips.two_way_endpoints import internal as two_way
from backend.web import shell
from backend.web.guards import from_our_own_page

LARGEST_INTERNAL_BODY = 1024 * 1024
"""Bytes: more than the longest story or a sealed draft in base64."""


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def _lifespan(config: Settings) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = create_engine(database_url(config))
        app.state.sessionmaker = create_sessionmaker(engine)
        app.state.settings = config
        yield
        await engine.dispose()

    return lifespan


def _with_finder(lifespan: Lifespan) -> Lifespan:
    """Also keep the search index of topics, built while nobody waits for it yet."""

    @asynccontextmanager
    async def finding(app: FastAPI) -> AsyncIterator[None]:
        app.state.finder = Finder(lexicon())
        async with lifespan(app):
            building = asyncio.create_task(_build_index(app))
            yield
            await asyncio.gather(building, return_exceptions=True)

    return finding


async def _build_index(app: FastAPI) -> None:
    async with app.state.sessionmaker() as session:
        await app.state.finder.refresh(session)


def create_internal_app(config: Settings | None = None) -> FastAPI:
    """The internal API (``/internal/…``): for ``bot`` and ``actions`` only, each with its own token."""
    config = config or settings()
    app = _internal_api(_with_finder(_lifespan(config)))
    app.state.service_tokens = ServiceTokens.read(config.secrets / "backend" / "service_tokens.json")
    app.state.site_keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    install_problem_handlers(app)
    app.add_middleware(BodyLimit, limit=LARGEST_INTERNAL_BODY, larger=LARGEST_FILE)
    return app


def internal_contract() -> dict[str, Any]:
    """The internal API's contract (OpenAPI): every endpoint with its examples and its errors."""
    return _internal_api(None).openapi()


def _internal_api(lifespan: Lifespan | None) -> FastAPI:
    return FastAPI(
        title="An Tâm internal API",
        version="1",
        description="What `bot` and `actions` may ask. Text of workers goes in bodies, never in addresses.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        routes=list(_internal_routes()),
    )


@cache
def _internal_routes() -> tuple[BaseRoute, ...]:
    """Worked out once a process: FastAPI takes seconds for what two applications can share."""
    routes = APIRouter()
    for router in (health, knowledge, tips, files, two_way, checks, message_check):
        routes.include_router(router)
    return tuple(routes.routes)


def create_staff_app(config: Settings | None = None) -> FastAPI:
    """The staff pages: server-rendered HTML with htmx."""
    config = config or settings()
    app = FastAPI(
        title="An Tâm",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan(config),
        routes=list(_staff_routes()),
    )
    app.state.settings = config
    app.state.site_keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
    shell.install(app, config)
    return app


@cache
def _staff_routes() -> tuple[BaseRoute, ...]:
    """Every one refuses what another site's page sends; worked out once a process, like the internal ones."""
    routes = APIRouter(dependencies=[Depends(from_our_own_page)])
    for router in (
        shell.router,
        accounts,
        administration,
        desks,
        tip_files,
        letters,
        holds,
        links,
        desks_administration,
        studio,
        studio_versions,
    ):
        routes.include_router(router)
    return tuple(routes.routes)
