"""The database that a backup or a restore works on: the operator's, the running embedded one, or one started
for as long as it takes."""

import contextlib
from collections.abc import Iterator

import psycopg
from sqlalchemy import make_url, text

from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.settings import Settings
from backend.ops.backup.tools import plain
from backend.ops.belonging import DatabaseSilent
from backend.ops.lock import is_running
from backend.ops.postgres import EmbeddedPostgres
from backend.tips import destructions
from backend.tips.destructions import Gone


class NoDatabase(Exception):
    """There is nothing to back up yet."""

    def __init__(self) -> None:
        super().__init__("There is no database yet. Start one with antam up, or set DATABASE_URL.")


@contextlib.contextmanager
def at_hand(config: Settings, *, make: bool = False) -> Iterator[str]:
    """The owner's URL of a database that answers.

    Args:
        make: make the embedded cluster if there is none.

    Raises:
        NoDatabase: there is none, and ``make`` does not say to make one.
        DatabaseSilent: the operator's server, or that of a running house, does not answer.
        PostgresFailed: the embedded one does not start.
    """
    url = _known_url(config)
    if url is not None and answers(url):
        yield url
        return
    if is_running(config.var) or (url is not None and not _is_embedded(url)):
        raise DatabaseSilent
    home = config.var / "postgres"
    if not make and not (home / "data").exists():
        raise NoDatabase
    server = EmbeddedPostgres(home, config.secrets / "backend")
    try:
        yield server.start().owner
    finally:
        server.stop()


async def destroyed(url: str) -> list[Gone] | None:
    """The list of destroyed tips; ``None`` in a database that is empty or older than that list."""
    engine = create_engine(url, pool_size=1)
    try:
        async with create_sessionmaker(engine)() as session:
            if await session.scalar(text("SELECT to_regclass('destructions') IS NULL")):
                return None
            return await destructions.entries(session)
    finally:
        await engine.dispose()


def _known_url(config: Settings) -> str | None:
    try:
        return database_url(config, role="owner")
    except FileNotFoundError:
        return None


def _is_embedded(url: str) -> bool:
    """Whether a URL is that of our own cluster: a socket, and no host."""
    return make_url(url).host is None


def answers(url: str) -> bool:
    """Whether somebody can sign in there now."""
    try:
        psycopg.connect(plain(url), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True
