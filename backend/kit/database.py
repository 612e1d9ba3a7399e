"""The database: its tables' base, its address, engines and sessions. A request's: ``request_session``."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy import CollectionAggregate, DateTime, MetaData, Uuid, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.kit.resting_connections import watch
from backend.kit.settings import Settings

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class RandomId:
    """A random (version 4) primary key: it tells nothing about order or time."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)


def among(name: str) -> CollectionAggregate[bool]:
    """For a statement that is built once: ``column == among("ids")``, with a list of ids as ``ids``.

    One text whatever the number of ids, where ``in_`` makes another for each.
    """
    return any_(bindparam(name, type_=ARRAY(Uuid())))


def database_url(settings: Settings, role: str = "app") -> str:
    """The SQLAlchemy URL for ``role``: ``owner`` migrates, ``app`` reads and writes rows.

    ``DATABASE_URL`` wins (the operator grants what it wants); else the file that the embedded
    PostgreSQL's supervisor wrote, ``var/secrets/backend/database_url.<role>``.
    """
    if settings.database_url:
        return settings.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
    path: Path = settings.secrets / "backend" / f"database_url.{role}"
    return path.read_text(encoding="utf-8").strip()


def create_engine(url: str, pool_size: int = 10) -> AsyncEngine:
    """An engine whose errors never show parameters: a parameter may be what a worker wrote.

    The connection that was used last is used next: there the statements are prepared already.
    """
    engine = create_async_engine(
        url, pool_size=pool_size, max_overflow=10, pool_use_lifo=True, hide_parameters=True
    )
    watch(engine.sync_engine)
    return engine


def create_sessionmaker(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False)
