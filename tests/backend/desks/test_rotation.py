"""When a member leaves, the seals go at once and the desk gets a new key at the next member's sign-in."""

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import case_file, casework, leaving, rotation
from backend.desks import service as desks
from backend.desks.case import Damaged
from backend.desks.models import DeskMember
from backend.kit.crypto import Unsealable, open_with, random_key, seal_to
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.errors import Conflict
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import opening, repository
from backend.tips import service as tips
from backend.tips.models import NoteKey, Tip, TipSeal
from tests.backend.people import Person, hire
from tests.backend.tips.conftest import Country, a_tip


async def colleague(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    person = await hire(session, keys, "union_liaison")
    await desks.invite(session, keys, desk=country.union, member_id=person.member_id, actor_id=None)
    await desks.grant(
        session,
        keys,
        country.union_member,
        desk_id=country.union.id,
        member_id=person.member_id,
        member_public_key=person.public_key,
    )
    return person


async def test_who_left_opens_nothing_and_who_stays_opens_everything(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    stays = await colleague(db_session, site_keys, country)
    leaves = country.union_member
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = await db_session.scalar(select(Tip.id))
    assert tip_id is not None
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.note(db_session, site_keys, leaves, text="ghi chú cũ", **place)
    old = await desks.open_desk(db_session, site_keys, leaves, country.union.id)
    old_public, old_private = old.public_key, old.private_key

    assert await leaving.remove_member(db_session, site_keys, member_id=leaves.member_id, actor_id=None) == []
    with pytest.raises(desks.NotAMember):
        await case_file.read(db_session, site_keys, leaves, **place)

    assert await rotation.rotate_due(db_session, site_keys, stays) == [country.union.id]
    seal = await repository.seal_for(db_session, tip_id, country.union.id)
    assert seal is not None
    with pytest.raises(Unsealable):
        open_with(old_public, old_private, seal.sealed_key)
    file = await case_file.read(db_session, site_keys, stays, **place)
    assert [note.text for note in file.notes] == ["ghi chú cũ"]
    assert await rotation.rotate_due(db_session, site_keys, stays) == []


async def test_a_desk_that_loses_its_last_member_is_named(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    alone = country.union_member
    assert [seat.desk for seat in await leaving.alone_at(db_session, site_keys, alone.member_id)] == [
        country.union
    ]
    lost = await leaving.remove_member(db_session, site_keys, member_id=alone.member_id, actor_id=None)
    assert lost == [country.union]
    assert not list(
        await db_session.scalars(select(DeskMember).where(DeskMember.desk_id == country.union.id))
    )


async def removed_and_due(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    """A colleague stays, the first member leaves: the desk's key is due for change."""
    stays = await colleague(session, keys, country)
    await leaving.remove_member(session, keys, member_id=country.union_member.member_id, actor_id=None)
    return stays


async def test_a_seat_written_into_the_database_is_given_no_key(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    stays = await removed_and_due(db_session, site_keys, country)
    rogue = await hire(db_session, site_keys, "trainer")
    db_session.add(
        DeskMember(
            desk_id=country.union.id,
            member_id=rogue.member_id,
            sealed_desk_key=b"x" * 80,
            key_version=country.union.key_version,
            seat_mac=b"x" * 32,
            seat_mac_version=1,
            granted_by=stays.member_id,
            invited_at=datetime.now(UTC),
        )
    )
    await db_session.flush()
    assert await rotation.rotate_due(db_session, site_keys, stays) == [country.union.id]
    with pytest.raises(desks.NotGranted):
        await desks.open_desk(db_session, site_keys, rogue, country.union.id)
    seat = await db_session.get(DeskMember, (country.union.id, rogue.member_id))
    assert seat is not None and seat.sealed_desk_key == b"x" * 80


async def test_one_damaged_seal_does_not_keep_the_desk_from_its_new_key(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    for _ in range(2):
        await tips.submit(db_session, site_keys, a_tip())
    stays = await removed_and_due(db_session, site_keys, country)
    damaged, whole = await db_session.scalars(select(Tip.id))
    seal = await repository.seal_for(db_session, damaged, country.union.id)
    assert seal is not None
    seal.sealed_key = bytes([seal.sealed_key[0] ^ 1]) + seal.sealed_key[1:]
    await db_session.flush()

    assert await rotation.rotate_due(db_session, site_keys, stays) == [country.union.id]
    desk_id = country.union.id
    assert await case_file.read(db_session, site_keys, stays, tip_id=whole, desk_id=desk_id)
    with pytest.raises(Damaged):
        await case_file.read(db_session, site_keys, stays, tip_id=damaged, desk_id=desk_id)


async def test_a_tip_sent_while_the_key_changes_is_sealed_to_the_new_one(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    stays = await removed_and_due(db_session, site_keys, country)
    await db_session.commit()
    engine = create_engine(database.app)
    async with create_sessionmaker(engine).begin() as other:
        await rotation.rotate_due(other, site_keys, stays)
        sending = asyncio.create_task(tips.submit(db_session, site_keys, a_tip()))
        await waiting_for_a_lock(other)
    await sending
    await db_session.commit()
    async with create_sessionmaker(engine).begin() as fresh:
        tip_id = (await fresh.scalars(select(Tip.id))).one()
        assert await case_file.read(fresh, site_keys, stays, tip_id=tip_id, desk_id=country.union.id)
    await engine.dispose()


async def test_a_first_note_that_meets_the_change_of_the_desks_key_shuts_nothing(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = (await db_session.scalars(select(Tip.id))).one()
    writes, stays = await colleague(db_session, site_keys, country), country.union_member
    country.union.rotation_due = True
    await db_session.commit()
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    engine = create_engine(database.app)
    maker = create_sessionmaker(engine)
    async with maker.begin() as other:
        await rotation.rotate_due(other, site_keys, stays)
        writing = asyncio.create_task(casework.note(db_session, site_keys, writes, text="gọi lại", **place))
        await waiting_for_a_lock(other)
    with pytest.raises(Conflict):
        await writing
    await db_session.rollback()
    async with maker.begin() as again:
        await casework.note(again, site_keys, writes, text="gọi lại", **place)
    async with maker.begin() as fresh:
        for reader in (stays, writes):
            file = await case_file.read(fresh, site_keys, reader, **place)
            assert [note.text for note in file.notes] == ["gọi lại"]
    await engine.dispose()


async def test_a_tip_taken_up_while_the_key_changes_opens_with_the_new_one(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = (await db_session.scalars(select(Tip.id))).one()
    writes, stays = await colleague(db_session, site_keys, country), country.union_member
    country.union.rotation_due = True
    await db_session.commit()
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    engine = create_engine(database.app)
    maker = create_sessionmaker(engine)
    async with maker.begin() as holding:
        await repository.lock(holding, tip_id)
        writing = asyncio.create_task(casework.note(db_session, site_keys, writes, text="gọi lại", **place))
        await waiting_for_a_lock(holding)  # the desk has been opened, its seal not yet
        async with maker.begin() as other:
            assert await rotation.rotate_due(other, site_keys, stays) == [country.union.id]
    await writing
    await db_session.commit()
    async with maker.begin() as fresh:
        file = await case_file.read(fresh, site_keys, stays, **place)
        assert [note.text for note in file.notes] == ["gọi lại"]
    await engine.dispose()


async def waiting_for_a_lock(session: AsyncSession) -> None:
    """Until some other session of this database waits for a lock that this one holds."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
    )
    while not await session.scalar(blocked):
        await asyncio.sleep(0.01)


async def plant(session: AsyncSession, keys: SiteKeys, country: Country) -> tuple[uuid.UUID, uuid.UUID]:
    """Two tips and a note on each; an intruder puts the first one's seals in the place of the second's."""
    for _ in range(2):
        await tips.submit(session, keys, a_tip())
    honest, robbed = await session.scalars(select(Tip.id).order_by(Tip.id))
    for tip_id in (honest, robbed):
        place = {"tip_id": tip_id, "desk_id": country.union.id}
        await casework.note(session, keys, country.union_member, text="ghi chú", **place)
    seals = await session.scalars(select(TipSeal).where(TipSeal.desk_id == country.union.id))
    notes = await session.scalars(select(NoteKey).where(NoteKey.desk_id == country.union.id))
    for rows in ({row.tip_id: row for row in seals}, {row.tip_id: row for row in notes}):
        rows[robbed].sealed_key, rows[robbed].mac = rows[honest].sealed_key, rows[honest].mac
    await session.flush()
    return honest, robbed


async def test_a_swapped_seal_does_not_become_genuine_by_the_change_of_the_desks_key(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    honest, robbed = await plant(db_session, site_keys, country)
    stays = await removed_and_due(db_session, site_keys, country)
    assert await rotation.rotate_due(db_session, site_keys, stays) == [country.union.id]

    seal = await repository.seal_for(db_session, robbed, country.union.id)
    note_key = await db_session.get(NoteKey, (robbed, country.union.id))
    assert seal is not None and note_key is not None
    for row in (seal, note_key):
        assert not opening.is_authentic(row, site_keys)
        assert row.key_version == country.union.key_version - 1
    with pytest.raises(Damaged):
        await case_file.read(db_session, site_keys, stays, tip_id=robbed, desk_id=country.union.id)
    assert await case_file.read(db_session, site_keys, stays, tip_id=honest, desk_id=country.union.id)
    entry = (await audit.entries_about(db_session, f"desk:{country.union.id}"))[0]
    assert (entry.action, entry.detail["seals"], entry.detail["left"]) == ("desk.key_rotated", 2, 2)


async def test_a_note_key_put_in_by_hand_opens_no_note_and_takes_none(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = (await db_session.scalars(select(Tip.id))).one()
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.note(db_session, site_keys, country.union_member, text="ghi chú", **place)
    row = await db_session.get(NoteKey, (tip_id, country.union.id))
    assert row is not None and country.union.public_key is not None
    row.sealed_key = seal_to(country.union.public_key, random_key())
    await db_session.flush()
    file = await case_file.read(db_session, site_keys, country.union_member, **place)
    assert [note.text for note in file.notes] == [None]
    with pytest.raises(Damaged):
        await casework.note(db_session, site_keys, country.union_member, text="bí mật", **place)
