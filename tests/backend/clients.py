"""How tests call the backend's two applications: in this process, with middleware and lifespan."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from backend.kit.settings import Settings


def service_token(settings: Settings, service: str) -> str:
    """The token that ``service`` (``bot``, ``actions``) shows to the internal API."""
    path = settings.secrets / service / "backend.token"
    return path.read_text(encoding="utf-8").strip()


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of ``app`` while its lifespan runs."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://antam.test") as client:
            yield client
