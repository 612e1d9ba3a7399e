"""Queries of reported addresses; no decisions here."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import cast

from psycopg import AsyncConnection
from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist.entries import Entry, Kind, Listed
from backend.checks.blocklist.models import BlocklistAllowed, BlocklistEntry, BlocklistSource


async def hold_source(session: AsyncSession, name: str, listed_on: date) -> BlocklistSource:
    """The source of this name, made if it is new, its row held until the transaction ends."""
    new = insert(BlocklistSource).values(name=name, listed_on=listed_on).on_conflict_do_nothing()
    await session.execute(new)
    query = select(BlocklistSource).where(BlocklistSource.name == name).with_for_update()
    return (await session.scalars(query)).one()


async def replace_entries(session: AsyncSession, source_id: int, entries: Iterable[Entry]) -> None:
    """Put ``entries``, each once, in place of all that the source had."""
    await session.execute(delete(BlocklistEntry).where(BlocklistEntry.source_id == source_id))
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)
    statement = "COPY blocklist_entries (kind, value, source_id) FROM STDIN"
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for kind, value in entries:
            await copy.write_row((kind, value, source_id))


async def listed(session: AsyncSession, entries: Collection[Entry]) -> list[Listed]:
    """Which of ``entries`` a source names."""
    query = (
        select(BlocklistEntry.kind, BlocklistEntry.value, BlocklistSource.name, BlocklistSource.listed_on)
        .join(BlocklistSource, BlocklistSource.id == BlocklistEntry.source_id)
        .where(tuple_(BlocklistEntry.kind, BlocklistEntry.value).in_(list(entries)))
        .order_by(BlocklistEntry.value, BlocklistSource.listed_on.desc(), BlocklistSource.name)
    )
    found = await session.execute(query)
    return [Listed(cast(Kind, kind), value, source, on) for kind, value, source, on in found]


async def allowed(session: AsyncSession, entries: Collection[Entry]) -> list[Entry]:
    """Which of ``entries`` are allowed as they stand."""
    columns = (BlocklistAllowed.kind, BlocklistAllowed.value)
    query = select(*columns).where(tuple_(*columns).in_(list(entries)))
    return [(cast(Kind, kind), value) for kind, value in await session.execute(query)]


async def allow(session: AsyncSession, entry: Entry, note: str) -> None:
    """Add to what is allowed; the same again replaces its note."""
    values = {"kind": entry[0], "value": entry[1], "note": note}
    statement = insert(BlocklistAllowed).values(values)
    key = [BlocklistAllowed.kind, BlocklistAllowed.value]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_={"note": note}))


async def sources(session: AsyncSession) -> list[tuple[BlocklistSource, int]]:
    """Every source with the number of its entries, by name."""
    count = (
        select(func.count())
        .where(BlocklistEntry.source_id == BlocklistSource.id)
        .correlate(BlocklistSource)
        .scalar_subquery()
    )
    found = await session.execute(select(BlocklistSource, count).order_by(BlocklistSource.name))
    return [(source, number) for source, number in found]
