"""The index is moved to a new key while reporters write: a message waits for the run, or the run for it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import mailbox
from backend.tips import service as tips
from backend.tips.linking import rotation
from backend.tips.linking.models import TipIndexEntry
from tests.backend.tips.conftest import Country, a_tip
from tests.backend.tips.index_keys import with_index_keys

Maker = async_sessionmaker[AsyncSession]


@pytest.fixture
async def maker(database: DatabaseUrls) -> AsyncIterator[Maker]:
    engine = create_engine(database.app)
    yield create_sessionmaker(engine)
    await engine.dispose()


async def some_tips(maker: Maker, keys: SiteKeys, count: int) -> list[str]:
    """Tips that name the same number. Their receipts."""
    found = [a_tip(story=["gọi 0900 000 077"], who=None) for _ in range(count)]
    for tip in found:
        async with maker.begin() as session:
            await tips.submit(session, keys, tip)
    return [tip.receipt for tip in found]


async def blocked(maker: Maker) -> bool:
    """Whether some session of this database waits for another one."""
    query = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) <> '{}'"
    )
    async with maker() as session:
        return await session.scalar(text(query)) is not None


async def phones(maker: Maker) -> list[int]:
    """The layers of all entries of a telephone number."""
    async with maker() as session:
        query = select(TipIndexEntry.layer).where(TipIndexEntry.kind == "phone")
        return list(await session.scalars(query))


async def test_a_message_that_is_being_written_is_waited_for(
    maker: Maker, site_keys: SiteKeys, country: Country, backend_settings: Settings
) -> None:
    newer = with_index_keys(backend_settings.secrets, 2)
    (receipt,) = await some_tips(maker, site_keys, 1)
    async with maker() as writer:
        await mailbox.write(writer, newer, receipt, bytes(16), "vẫn số 0900000077")
        run = asyncio.create_task(rotation.layer_index(maker, newer))
        while not run.done() and not await blocked(maker):
            await asyncio.sleep(0.01)
        assert not run.done()
        await writer.commit()
    await run
    assert await phones(maker) == [2]


async def test_messages_that_come_all_the_while_stop_neither_it_nor_themselves(
    maker: Maker,
    site_keys: SiteKeys,
    country: Country,
    backend_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotation, "_AT_ONCE", 2)
    newer = with_index_keys(backend_settings.secrets, 2)
    receipts = await some_tips(maker, site_keys, 6)

    async def write(receipt: str, number: int) -> None:
        async with maker.begin() as session:
            said = "không phải số của em 0900000077" if number % 2 else "vẫn số 0900000077"
            await mailbox.write(session, newer, receipt, bytes([number] * 16), said)

    writing = [write(receipt, number) for number, receipt in enumerate(receipts)]
    await asyncio.gather(*writing, rotation.layer_index(maker, newer), rotation.layer_index(maker, newer))
    assert set(await phones(maker)) == {2}
    assert await rotation.layer_index(maker, newer) == 0
