"""Queries over the sealed index. Whatever shows other tips names the desks that may open them."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, text, tuple_, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.tips.linking.models import TipIndexEntry, TipWording
from backend.tips.models import Tip, TipDesk

_LINKING_LOCK = 0x414E_5441_4D02
"""PostgreSQL advisory lock: two tips worded alike that come at the same moment must see each other."""
_MOST_COMPARED = 200


async def take_turn(session: AsyncSession) -> None:
    """Compare and enter one tip after the other, until the transaction ends."""
    await session.execute(select(func.pg_advisory_xact_lock(_LINKING_LOCK)))


async def enter(
    session: AsyncSession, tip_id: uuid.UUID, entries: Iterable[tuple[str, bytes]], layer: int
) -> None:
    """Add (kind, value) entries of a tip; those that stand there already stay."""
    rows = [{"tip_id": tip_id, "kind": kind, "value": value, "layer": layer} for kind, value in entries]
    if rows:
        await session.execute(insert(TipIndexEntry).values(rows).on_conflict_do_nothing())


async def strike_out(session: AsyncSession, tip_id: uuid.UUID, values: Collection[bytes]) -> None:
    """Take values out of a tip's entries."""
    await session.execute(
        delete(TipIndexEntry).where(TipIndexEntry.tip_id == tip_id, TipIndexEntry.value.in_(values))
    )


async def count_since(session: AsyncSession, value: bytes, since: datetime) -> int:
    """How many tips with an entry came since a time."""
    query = (
        select(func.count())
        .select_from(TipIndexEntry)
        .join(Tip, Tip.id == TipIndexEntry.tip_id)
        .where(TipIndexEntry.value == value, Tip.received_at >= since)
    )
    return await session.scalar(query) or 0


async def hold(session: AsyncSession, tip_id: uuid.UUID, flood_id: uuid.UUID) -> None:
    """Hold a tip on all of its desks."""
    await session.execute(update(TipDesk).where(TipDesk.tip_id == tip_id).values(flood_id=flood_id))


async def desks_with_more_of(session: AsyncSession, flood_id: uuid.UUID, tip_id: uuid.UUID) -> set[uuid.UUID]:
    """The desks where another tip of the flood is held that nobody has closed."""
    query = select(TipDesk.desk_id).where(
        TipDesk.flood_id == flood_id,
        TipDesk.tip_id != tip_id,
        TipDesk.reach == "direct",
        TipDesk.status != "closed",
    )
    return set(await session.scalars(query))


@dataclass(frozen=True)
class Shared:
    """A tip that shares an entry of a kind with one of those asked for."""

    other_id: uuid.UUID
    kind: str


# The planner knows nothing of the index (no samples of it are kept), so the way is laid out for it: from a
# tip to its values, to the other tips with each, to the one question whether a desk may open that one. What
# has a limit or an offset is not turned into a join, which would go through all tips of the desks.
_MAY_OPEN = """
    (SELECT true FROM tip_desks d
     WHERE d.tip_id = o.tip_id AND d.desk_id = ANY(:desk_ids) AND d.reach = 'direct' LIMIT 1)
"""
_OTHERS = f"""
    FROM tip_index mine
    CROSS JOIN LATERAL (
        SELECT o.tip_id FROM tip_index o
        WHERE o.value = mine.value AND o.tip_id <> mine.tip_id AND {_MAY_OPEN}
        LIMIT :most
    ) other
    WHERE mine.tip_id = ANY(:tip_ids)
"""  # noqa: S608  # put together of our own lines
_SHARED = text(
    f"SELECT DISTINCT other.tip_id AS other_id, mine.kind {_OTHERS} AND other.tip_id <> ALL(:known)"
)
_COUNTED = text(f"SELECT mine.tip_id, count(DISTINCT other.tip_id) {_OTHERS} GROUP BY mine.tip_id")
_SHARING_A_BAND = text(
    """
    SELECT DISTINCT ON (w.tip_id) w.* FROM unnest(CAST(:bands AS bytea[])) band
    CROSS JOIN LATERAL (SELECT * FROM tip_wordings WHERE bands @> ARRAY[band] OFFSET 0) w
    LIMIT :most
    """
)
_WITH_ANY = text(
    f"""
    SELECT t.id FROM tips t
    JOIN (
        SELECT DISTINCT o.tip_id FROM tip_index o WHERE o.value = ANY(:wanted) AND {_MAY_OPEN} OFFSET 0
    ) found ON found.tip_id = t.id
    ORDER BY t.received_at DESC, t.id LIMIT :most
    """  # noqa: S608
)


async def worded_perhaps_alike(session: AsyncSession, bands: Sequence[bytes]) -> list[TipWording]:
    """The wordings that share a band."""
    wanted = {"bands": list(bands), "most": _MOST_COMPARED}
    return list(await session.scalars(select(TipWording).from_statement(_SHARING_A_BAND), wanted))


async def shared_with(
    session: AsyncSession,
    tip_ids: Sequence[uuid.UUID],
    desk_ids: Sequence[uuid.UUID],
    most: int,
    known: Collection[uuid.UUID] = (),
) -> list[Shared]:
    """What the tips share with others that the desks may open: at most ``most`` others for each entry.

    Args:
        known: others that need not be told. They count as others all the same.
    """
    asked = {"tip_ids": list(tip_ids), "desk_ids": list(desk_ids), "most": most, "known": list(known)}
    found = await session.execute(_SHARED, asked)
    return [Shared(*row) for row in found]


async def count_shared(
    session: AsyncSession, tip_ids: Sequence[uuid.UUID], desk_ids: Sequence[uuid.UUID], most: int
) -> dict[uuid.UUID, int]:
    """For each tip that shares an entry: with how many others (counted to about ``most``)."""
    found = await session.execute(
        _COUNTED, {"tip_ids": list(tip_ids), "desk_ids": list(desk_ids), "most": most}
    )
    return {tip_id: count for tip_id, count in found}


async def with_any(
    session: AsyncSession, values: Collection[bytes], desk_ids: Sequence[uuid.UUID], most: int
) -> list[uuid.UUID]:
    """The tips with one of the values that one of the desks may open, newest first."""
    wanted = {"wanted": list(values), "desk_ids": list(desk_ids), "most": most}
    return list(await session.scalars(_WITH_ANY, wanted))


async def tips_below(session: AsyncSession, layer: int, after: uuid.UUID, limit: int) -> list[uuid.UUID]:
    """The next tips, in the order of their ids, of which something stands at an older layer."""
    older = union(
        *(
            select(table.tip_id).where(table.layer < layer, table.tip_id > after)
            for table in (TipIndexEntry, TipWording)
        )
    ).subquery()
    return list(await session.scalars(select(older.c.tip_id).order_by(older.c.tip_id).limit(limit)))


async def entries_below(
    session: AsyncSession, layer: int, tip_ids: Collection[uuid.UUID]
) -> list[TipIndexEntry]:
    """Entries of an older layer, held until the transaction ends."""
    query = select(TipIndexEntry).where(TipIndexEntry.tip_id.in_(tip_ids), TipIndexEntry.layer < layer)
    return list(await session.scalars(query.with_for_update()))


async def wordings_below(
    session: AsyncSession, layer: int, tip_ids: Collection[uuid.UUID]
) -> list[TipWording]:
    """Wordings of an older layer, held until the transaction ends."""
    query = select(TipWording).where(TipWording.tip_id.in_(tip_ids), TipWording.layer < layer)
    return list(await session.scalars(query.with_for_update()))


async def first_of(session: AsyncSession, tip_id: uuid.UUID) -> TipWording | None:
    """A tip's wording, if others are compared with it."""
    query = select(TipWording).where(TipWording.tip_id == tip_id, func.cardinality(TipWording.bands) > 0)
    return await session.scalar(query.execution_options(populate_existing=True))


async def next_of(session: AsyncSession, values: Collection[bytes], tip_id: uuid.UUID) -> TipWording | None:
    """The wording of the newest other tip with one of the values; held until the transaction ends.

    The newest goes last, so a group that goes in one night is not renamed for each of its tips.
    """
    query = (
        select(TipWording)
        .join(TipIndexEntry, TipIndexEntry.tip_id == TipWording.tip_id)
        .join(Tip, Tip.id == TipWording.tip_id)
        .where(TipIndexEntry.value.in_(values), TipWording.tip_id != tip_id)
        .order_by(Tip.received_at.desc(), Tip.id)
        .limit(1)
        .with_for_update(of=TipWording)
    )
    return await session.scalar(query.execution_options(populate_existing=True))


async def rename_group(session: AsyncSession, before: bytes, after: bytes) -> None:
    """Give those worded alike another value, and the flood of them that is held."""
    await session.execute(update(TipIndexEntry).where(TipIndexEntry.value == before).values(value=after))
    flood_id = uuid.UUID(bytes=before)
    await session.execute(
        update(TipDesk).where(TipDesk.flood_id == flood_id).values(flood_id=uuid.UUID(bytes=after))
    )


async def rename_floods(session: AsyncSession, changed: Sequence[tuple[uuid.UUID, bytes, bytes]]) -> None:
    """Call the floods of held tips by their new values: (tip, old value, new value)."""
    held = select(TipDesk.tip_id, TipDesk.flood_id).where(
        TipDesk.tip_id.in_({tip_id for tip_id, _, _ in changed}), TipDesk.flood_id.is_not(None)
    )
    floods = {(tip_id, flood_id.bytes) for tip_id, flood_id in await session.execute(held) if flood_id}
    for tip_id, before, after in changed:
        if (tip_id, before) in floods:
            of_flood = (TipDesk.tip_id == tip_id) & (TipDesk.flood_id == uuid.UUID(bytes=before))
            await session.execute(update(TipDesk).where(of_flood).values(flood_id=uuid.UUID(bytes=after)))


async def replace_entries(
    session: AsyncSession, changed: Sequence[tuple[uuid.UUID, bytes, bytes]], layer: int
) -> None:
    """Put (tip, old value, new value) into the index, of a newer layer; what stands there already stays."""
    there = await _standing(session, [(tip_id, new) for tip_id, _, new in changed])
    moving: list[tuple[uuid.UUID, bytes, bytes]] = []
    doubled: list[tuple[uuid.UUID, bytes, bytes]] = []
    for tip_id, old, new in changed:
        place = (tip_id, new)
        (doubled if place in there else moving).append((tip_id, old, new))
        there.add(place)
    if doubled:
        of_old = tuple_(TipIndexEntry.tip_id, TipIndexEntry.value)
        gone = delete(TipIndexEntry).where(of_old.in_([(tip_id, old) for tip_id, old, _ in doubled]))
        await session.execute(gone.execution_options(synchronize_session=False))
    if not moving:
        return
    statement = (
        update(TipIndexEntry.__table__)  # type: ignore[arg-type]  # the table itself: many rows at once, no objects
        .where(
            TipIndexEntry.tip_id == bindparam("of_tip"),
            TipIndexEntry.value == bindparam("old_value"),
        )
        .values(value=bindparam("new_value"), layer=layer)
    )
    connection = await session.connection()
    await connection.execute(
        statement,
        [{"of_tip": tip_id, "old_value": old, "new_value": new} for tip_id, old, new in moving],
    )


async def _standing(
    session: AsyncSession, places: Sequence[tuple[uuid.UUID, bytes]]
) -> set[tuple[uuid.UUID, bytes]]:
    """Those of (tip, value) that the index has."""
    columns = (TipIndexEntry.tip_id, TipIndexEntry.value)
    found = await session.execute(select(*columns).where(tuple_(*columns).in_(places)))
    return {(tip_id, value) for tip_id, value in found}
