"""Connections that rest in the pool: which are kept, and which are asked whether they still live.

To ask each time costs every request a question of its own. A database that ends or restarts closes its
connections, which can be seen without asking; only what goes silently (a cable, a firewall) must be asked.

A connection keeps buffers as large as the largest thing that ever went through it (libpq never makes them
smaller): twenty that carried photos held 300 MB for nothing. One that carried a file is closed after it.
"""

import select
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import ConnectionPoolEntry

ASK_AFTER_SECONDS: Final = 20.0
"""Of rest. Firewalls forget a connection after minutes."""
LARGE: Final = 256 * 1024
"""Bytes of one value, from which on a connection is not kept."""
_SINCE: Final = "antam rests since"
_CARRIED: Final = "antam carried something large"


class _Connection(Protocol):
    """As much of psycopg's connection as is needed."""

    def fileno(self) -> int: ...


def watch(engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
    """Let ``engine`` give out no connection that has ended while it rested, and keep none that is swollen."""

    def put_back(_: Any, entry: ConnectionPoolEntry) -> None:
        if entry.info.pop(_CARRIED, False):
            entry.invalidate()
        else:
            entry.info[_SINCE] = clock()

    def take_out(connection: Any, entry: ConnectionPoolEntry, _: Any) -> None:
        since = entry.info.pop(_SINCE, None)
        if since is None:  # new
            return
        rested_long = clock() - since >= ASK_AFTER_SECONDS
        if (rested_long or _has_word(entry.driver_connection)) and not _answers(engine, connection):
            raise InvalidatePoolError

    event.listen(engine, "checkin", put_back)
    event.listen(engine, "checkout", take_out)


async def carried(session: AsyncSession, size: int) -> None:
    """Note that a value of ``size`` bytes went through the session's connection."""
    if size >= LARGE:
        (await session.connection()).info[_CARRIED] = True


def _has_word(connection: Any) -> bool:
    """Whether something waits to be read from a connection: its end, or a word that nobody asked for."""
    driver: _Connection = connection
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(engine: Engine, connection: Any) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False
