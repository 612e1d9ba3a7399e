"""Statements compiled once a process. Left alone, SQLAlchemy compiles them anew for each test's engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.kit import database


@contextmanager
def compiled_once() -> Iterator[None]:
    """Engines made meanwhile keep compiled statements in one place, which a dialect of its own would hide."""
    first: list[Engine] = []

    def create(url: str, **options: Any) -> AsyncEngine:
        engine = create_async_engine(url, **options)
        own = engine.sync_engine
        if first:
            own.dialect, own._compiled_cache = first[0].dialect, first[0]._compiled_cache
        else:
            first.append(own)
        return engine

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(database, "create_async_engine", create)
        yield
