"""A connection that ended while it rested is never handed to a request."""

from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from backend.kit.resting_connections import ASK_AFTER_SECONDS, LARGE, carried, watch
from backend.ops.postgres import DatabaseUrls


class House:
    """An engine whose clock stands until it is moved, and how often it asked whether a connection lives."""

    def __init__(self, database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.asked = 0
        self.owner = database.owner.replace("+psycopg", "", 1)
        self.engine: AsyncEngine = create_async_engine(database.app, pool_size=3)
        watch(self.engine.sync_engine, lambda: self.now)
        dialect = self.engine.sync_engine.dialect
        ping = dialect.do_ping

        def counted(connection: object) -> bool:
            self.asked += 1
            return ping(connection)  # type: ignore[arg-type]  # whatever the pool has

        monkeypatch.setattr(dialect, "do_ping", counted)
        self.made = 0
        event.listen(self.engine.sync_engine, "connect", self._count)

    def _count(self, *_: object) -> None:
        self.made += 1

    async def ask(self) -> int:
        """One request; the process of the database that answered it."""
        async with self.engine.connect() as connection:
            return int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())

    def end_all(self) -> None:
        """What a restart of the database does to connections that rest."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
async def house(database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    made = House(database, monkeypatch)
    yield made
    await made.engine.dispose()


async def test_a_connection_in_use_is_not_asked_each_time(house: House) -> None:
    assert len({await house.ask() for _ in range(5)}) == 1
    assert (house.made, house.asked) == (1, 0)


async def test_one_that_rested_long_is_asked(house: House) -> None:
    first = await house.ask()
    house.now += ASK_AFTER_SECONDS
    assert await house.ask() == first
    assert (house.made, house.asked) == (1, 1)
    assert await house.ask() == first
    assert house.asked == 1


@pytest.mark.parametrize("rested", [0.0, ASK_AFTER_SECONDS])
async def test_after_a_restart_of_the_database_the_next_request_is_answered(
    house: House, rested: float
) -> None:
    before = await house.ask()
    house.end_all()
    house.now += rested
    assert await house.ask() != before
    assert house.made == 2


async def test_after_a_restart_every_connection_that_rested_is_given_up(house: House) -> None:
    async with house.engine.connect() as one, house.engine.connect() as two:
        assert one is not two
    assert house.made == 2
    house.end_all()
    assert await house.ask()
    async with house.engine.connect() as one, house.engine.connect() as two:
        for each in (one, two):
            assert (await each.execute(text("SELECT 1"))).scalar_one() == 1
    assert house.made == 4


@pytest.mark.parametrize(("size", "kept"), [(LARGE - 1, True), (LARGE, False)])
async def test_a_connection_that_carried_something_large_is_not_kept(
    house: House, size: int, kept: bool
) -> None:
    async with AsyncSession(house.engine) as session:
        before = await session.scalar(text("SELECT pg_backend_pid()"))
        await carried(session, size)
        await session.commit()
    assert (await house.ask() == before) is kept
    assert house.made == (1 if kept else 2)
    assert house.asked == 0
