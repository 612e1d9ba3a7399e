"""Whatever is changed, cut, moved or exchanged in a sealed column is noticed by whoever reads it.

Every column of bytes of the live catalogue is declared in ``sealed_columns.py``. The readings are those of
the pages, the mailbox and the bot; each must then refuse, or show exactly what it showed before.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.kit.database import create_engine, create_sessionmaker
from backend.ops.belonging import adopt
from backend.ops.postgres import DatabaseUrls
from tests.backend.tips.readings import REFUSALS, Group, Read, Readings, Shown, sessions_on
from tests.backend.tips.sealed_columns import BOUND, EXEMPT, READ
from tests.backend.tips.worked_country import Site, World, made, stretched_once

EDITS: Final = max(6, settings().max_examples // 20)
"""Edits that are tried of each column; many more where properties look for new ones."""
FOREIGN: Final = max(3, settings().max_examples // 40)
"""Values of other columns that are tried in each column."""
UNSHRUNK: Final = (Phase.explicit, Phase.generate)
"""An example is as small as it can be from the start."""
REFUSED: Final = "refused"
WITHOUT_RULES: Final = """
DO $$ DECLARE rule record; BEGIN
    FOR rule IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'u') AND conparentid = 0
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.place, rule.conname); END LOOP;
    ALTER TABLE audit_entries DISABLE TRIGGER USER;
END $$
"""
"""Whoever owns the database is not held by its rules."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Cell:
    """One sealed value, by the place of its row in the table."""

    row: str
    tip_id: object
    value: bytes = field(repr=False)


@dataclass
class Museum:
    """The world in its database, which every example changes and finds whole again."""

    runner: asyncio.Runner
    engine: AsyncEngine
    world: World
    cells: dict[str, list[Cell]] = field(default_factory=dict, repr=False)
    before: dict[Group, dict[object, Shown]] = field(default_factory=dict, repr=False)

    def run(self, work: Awaitable[_T]) -> _T:
        async def awaited() -> _T:
            return await work

        return self.runner.run(awaited())

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[AsyncConnection]:
        """A transaction in which everything may be written, and nothing stays."""
        async with self.engine.connect() as connection:
            yield connection
            await connection.rollback()

    async def shown(self, connection: AsyncConnection, group: Group) -> dict[object, object]:
        """What each reading of a group shows now; each leaves the database as it found it."""
        found: dict[object, object] = {}
        for name, read in Readings(self.world).of(group).items():
            found[name] = await _shown(connection, read)
        return found

    async def unnoticed(self, connection: AsyncConnection, groups: tuple[Group, ...]) -> str | None:
        """What is wrong with how a change was met; ``None`` if it was noticed and nothing else is shown."""
        refused = False
        for group in groups:
            after = await self.shown(connection, group)
            for name, shown in after.items():
                if shown == REFUSED:
                    refused = True
                elif not _nothing_else(self.before[group][name], shown):
                    return f"{group} shows something else"
        return None if refused else "nobody noticed"


async def _shown(connection: AsyncConnection, read: Read) -> object:
    async with sessions_on(connection)() as session:
        try:
            return await read(session)
        except REFUSALS:
            return REFUSED


def _nothing_else(before: Shown, after: object) -> bool:
    """Whether all that is shown was shown in that place before, and in that order."""
    assert isinstance(after, Mapping)
    return all(_kept(before.get(place), shown) for place, shown in after.items())


def _kept(before: object, after: object) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return [each for each in before if each in after] == after
    return before == after


@pytest.fixture(scope="module")
def museum(module_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Museum]:
    site = Site.make(tmp_path_factory.mktemp("site"))
    engine = create_engine(module_database.owner)
    levelled = engine.execution_options(isolation_level="REPEATABLE READ")
    with asyncio.Runner() as runner, stretched_once():
        world = runner.run(_built(engine, site))
        adopt(module_database.owner, site.backend)
        ready = Museum(runner, levelled, world)
        ready.run(_remember(ready))
        yield ready
        runner.run(engine.dispose())


async def _built(engine: AsyncEngine, site: Site) -> World:
    async with create_sessionmaker(engine).begin() as session:
        world = await made(session, site)
    async with engine.begin() as connection:
        await connection.execute(text(WITHOUT_RULES))
    return world


async def _remember(museum: Museum) -> None:
    """Read everything once, and note where every sealed value stands."""
    async with museum.undone() as connection:
        for column in READ:
            museum.cells[column] = await _cells(connection, column)
        for group in {group for groups in READ.values() for group in groups}:
            shown = await museum.shown(connection, group)
            assert REFUSED not in shown.values(), group
            museum.before[group] = {name: each for name, each in shown.items() if isinstance(each, Mapping)}


async def _cells(connection: AsyncConnection, column: str) -> list[Cell]:
    table, name = column.split(".")
    tip = "tip_id" if table.startswith("tip_") or table == "commendations" else "NULL"
    rows = await connection.execute(
        text(f"SELECT ctid::text, {tip}, {name} FROM {table} WHERE {name} IS NOT NULL ORDER BY ctid")
    )
    return [Cell(row, tip_id, bytes(value)) for row, tip_id, value in rows]


async def put(connection: AsyncConnection, column: str, row: str, value: bytes) -> str:
    """Write a value; returns where the row stands now."""
    table, name = column.split(".")
    statement = f"UPDATE {table} SET {name} = :value WHERE ctid = CAST(:row AS tid) RETURNING ctid::text"
    moved = (await connection.execute(text(statement), {"value": value, "row": row})).scalar_one()
    return str(moved)


def test_every_column_of_bytes_is_declared(museum: Museum) -> None:
    async def columns() -> set[str]:
        async with museum.undone() as connection:
            rows = await connection.execute(
                text(
                    "SELECT table_name || '.' || column_name FROM information_schema.columns "
                    "WHERE table_schema = 'public' AND (data_type = 'bytea' OR udt_name = '_bytea')"
                )
            )
            return set(rows.scalars())

    assert museum.run(columns()) == READ.keys() | EXEMPT.keys()
    assert not READ.keys() & EXEMPT.keys()


@pytest.mark.parametrize("column", READ)
def test_the_world_holds_values_to_exchange_in_every_column(museum: Museum, column: str) -> None:
    assert len({cell.value for cell in museum.cells[column]}) > 1


Edit = Callable[[bytes], bytes]


def _flipped(at: float, bit: int) -> Edit:
    def edit(value: bytes) -> bytes:
        place = int(at * len(value))
        return value[:place] + bytes([value[place] ^ (1 << bit)]) + value[place + 1 :]

    return edit


EDIT = st.one_of(
    st.builds(_flipped, st.floats(0, 1, exclude_max=True), st.integers(0, 7)),
    st.floats(0, 1, exclude_max=True).map(lambda share: lambda value: value[: int(share * len(value))]),
    st.binary(min_size=1, max_size=300).map(lambda more: lambda value: value + more),
)


@pytest.mark.parametrize("column", READ)
@settings(max_examples=EDITS, phases=UNSHRUNK)
@given(which=st.floats(0, 1, exclude_max=True), edit=EDIT)
def test_a_bit_flipped_an_end_cut_off_or_added_is_noticed(
    museum: Museum, column: str, which: float, edit: Edit
) -> None:
    cells = museum.cells[column]
    cell = cells[int(which * len(cells))]

    async def changed() -> str | None:
        async with museum.undone() as connection:
            await put(connection, column, cell.row, edit(cell.value))
            return await museum.unnoticed(connection, READ[column])

    assert museum.run(changed()) is None


def _pairs(cells: list[Cell]) -> list[tuple[Cell, Cell]]:
    """Each of the first values with the next one of its tip, and with the first one of another."""
    found = []
    for at, one in enumerate(cells[:2]):
        others = [each for each in cells[at + 1 :] if each.value != one.value]
        near = next((each for each in others if each.tip_id == one.tip_id), None)
        far = next((each for each in others if each.tip_id != one.tip_id), None)
        found += [(one, other) for other in (near, far) if other is not None]
    return found


@pytest.mark.parametrize("column", READ)
def test_values_that_changed_places_within_their_column_are_noticed(museum: Museum, column: str) -> None:
    async def exchanged(one: Cell, other: Cell) -> str | None:
        async with museum.undone() as connection:
            moved = await put(connection, column, one.row, b"neither of them, so that both may be unique")
            await put(connection, column, other.row, one.value)
            await put(connection, column, moved, other.value)
            return await museum.unnoticed(connection, READ[column])

    pairs = _pairs(museum.cells[column])
    assert pairs
    assert [museum.run(exchanged(*pair)) for pair in pairs] == [None] * len(pairs)


@pytest.mark.parametrize("column", READ)
@settings(max_examples=FOREIGN, phases=UNSHRUNK)
@given(data=st.data())
def test_a_value_of_another_column_is_noticed(museum: Museum, column: str, data: st.DataObject) -> None:
    cell = data.draw(st.sampled_from(museum.cells[column]))
    foreign = data.draw(st.sampled_from([each for each in READ if each != column]))
    value = data.draw(st.sampled_from(museum.cells[foreign])).value

    async def replaced() -> str | None:
        async with museum.undone() as connection:
            await put(connection, column, cell.row, value)
            return await museum.unnoticed(connection, READ[column])

    assert museum.run(replaced()) is None


def _facts(world: World) -> dict[str, object]:
    one, other = world.tips
    country = world.country
    return {
        "tip": one.tip_id,
        "other": other.tip_id,
        "desk": country.union.id,
        "other_desk": country.police.id,
        "member": country.union_member.member_id,
        "colleague": world.colleague.member_id,
    }


async def altered(museum: Museum, group: Group, statement: str) -> str | None:
    """How a statement that changes what stands in clear is met."""
    query = text(statement.format(one="AND tip_id = :tip"))
    facts = {name: value for name, value in _facts(museum.world).items() if name in query._bindparams}
    async with museum.undone() as connection:
        done = await connection.execute(query, facts)
        assert done.rowcount > 0, "the statement changed nothing"
        return await museum.unnoticed(connection, (group,))


@pytest.mark.parametrize("change", BOUND)
def test_what_a_sealed_value_is_bound_to_cannot_be_changed_unnoticed(museum: Museum, change: str) -> None:
    assert museum.run(altered(museum, *BOUND[change])) is None


def test_a_change_that_nothing_binds_is_found_by_these_readings(museum: Museum) -> None:
    unbound = "UPDATE tip_messages SET written_at = written_at - interval '1 day' WHERE TRUE {one}"
    assert museum.run(altered(museum, "tips", unbound)) == "tips shows something else"


def test_a_deleted_row_is_not_noticed_as_the_threat_model_says(museum: Museum) -> None:
    gone = "DELETE FROM tip_messages WHERE number = (SELECT max(number) FROM tip_messages) {one}"
    assert museum.run(altered(museum, "tips", gone)) == "nobody noticed"
