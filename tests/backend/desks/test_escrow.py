"""Escrow: a desk that has lost all its members comes back with the printed key, and with nothing less."""

import uuid
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import case_file, casework, escrow, escrow_text, leaving, recovering, rotation
from backend.desks import service as desks
from backend.desks.models import DeskEscrow, EscrowKey
from backend.desks.recovering import Newcomer, NoEscrow, NothingLost, Recovered, WrongEscrowKey
from backend.kit.crypto import new_key_pair, random_key
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.desks.test_leaving import shut, successor
from tests.backend.people import Person, hire
from tests.backend.tips.conftest import Country, a_tip

TODAY = date(2026, 11, 22)


@pytest.fixture
async def printed(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> bytes:
    """Escrow is set up by the owner of the database, and the desk's member signs in afterwards."""
    await db_session.commit()
    engine = create_engine(database.owner)
    async with create_sessionmaker(engine).begin() as owner:
        private_key = await escrow.set_up(owner, site_keys, TODAY)
    await engine.dispose()
    db_session.expire_all()
    await db_session.refresh(country.union)
    await rotation.rotate_due(db_session, site_keys, country.union_member)
    return private_key


@pytest.fixture
async def tip_id(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> uuid.UUID:
    await tips.submit(db_session, site_keys, a_tip())
    found = (await db_session.scalars(select(Tip.id))).one()
    place = {"tip_id": found, "desk_id": country.union.id}
    await casework.note(db_session, site_keys, country.union_member, text="ghi chú cũ", **place)
    return found


async def recover(
    session: AsyncSession, keys: SiteKeys, country: Country, private_key: bytes, person: Person
) -> Recovered:
    return await recovering.recover(
        session,
        keys,
        desk_id=country.union.id,
        escrow_private_key=private_key,
        newcomer=Newcomer(person.member_id, person.public_key),
    )


async def lost(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    """The desk's only member has left; somebody stands by who holds no key."""
    await shut(session, keys, country, country.union_member.login)
    return await hire(session, keys, "union_liaison")


async def test_a_lost_desk_comes_back_with_its_tips_and_notes(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes, tip_id: uuid.UUID
) -> None:
    person = await lost(db_session, site_keys, country)
    found = await recover(db_session, site_keys, country, printed, person)
    assert found.seated
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    file = await case_file.read(db_session, site_keys, person, **place)
    assert [note.text for note in file.notes] == ["ghi chú cũ"]


async def test_it_is_logged_and_the_desk_gets_another_key_at_the_next_sign_in(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes, tip_id: uuid.UUID
) -> None:
    person = await lost(db_session, site_keys, country)
    await recover(db_session, site_keys, country, printed, person)
    entry = (await audit.entries_about(db_session, f"desk:{country.union.id}"))[0]
    assert (entry.action, entry.detail["member"]) == ("desk.recovered", str(person.member_id))
    assert await recovering.last_recovered(db_session, [country.union.id]) == {country.union.id: entry.at}
    before = country.union.key_version
    assert await rotation.rotate_due(db_session, site_keys, person) == [country.union.id]
    assert country.union.key_version == before + 1
    assert await case_file.read(db_session, site_keys, person, tip_id=tip_id, desk_id=country.union.id)


async def test_a_desk_that_began_anew_meanwhile_gets_its_old_tips_back(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes, tip_id: uuid.UUID
) -> None:
    person = await successor(db_session, site_keys, country)
    other = await hire(db_session, site_keys, "union_liaison")
    found = await recover(db_session, site_keys, country, printed, other)
    assert found == Recovered(seated=False, seals=2)
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    assert await case_file.read(db_session, site_keys, person, **place)
    with pytest.raises(desks.NotAMember):
        await case_file.read(db_session, site_keys, other, **place)


async def test_the_lost_key_stays_in_escrow_when_the_desk_changes_its_new_one(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes, tip_id: uuid.UUID
) -> None:
    person = await successor(db_session, site_keys, country)
    country.union.rotation_due = True
    await db_session.flush()
    await rotation.rotate_due(db_session, site_keys, person)
    await recover(db_session, site_keys, country, printed, person)
    assert await case_file.read(db_session, site_keys, person, tip_id=tip_id, desk_id=country.union.id)


@pytest.mark.usefixtures("tip_id")
async def test_another_key_opens_nothing(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    person = await lost(db_session, site_keys, country)
    with pytest.raises(WrongEscrowKey):
        await recover(db_session, site_keys, country, random_key(), person)
    with pytest.raises(desks.NotAMember):
        await desks.open_desk(db_session, site_keys, person, country.union.id)


async def test_a_desk_with_members_is_given_to_nobody(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> None:
    person = await hire(db_session, site_keys, "union_liaison")
    with pytest.raises(NothingLost):
        await recover(db_session, site_keys, country, printed, person)


async def test_without_escrow_a_lost_desk_is_lost(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    _, private_key = new_key_pair()
    person = await lost(db_session, site_keys, country)
    with pytest.raises(NoEscrow):
        await recover(db_session, site_keys, country, private_key, person)


async def test_a_key_put_in_by_hand_gets_no_desk(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> None:
    public_key, private_key = new_key_pair()
    country.union.rotation_due = True
    await db_session.commit()
    engine = create_engine(database.owner)
    async with create_sessionmaker(engine).begin() as intruder:
        genuine = (await intruder.scalars(select(EscrowKey))).one()
        intruder.add(
            EscrowKey(version=9, public_key=public_key, mac=genuine.mac, mac_version=1, made_on=TODAY)
        )
    await engine.dispose()

    await rotation.rotate_due(db_session, site_keys, country.union_member)
    assert not await escrow.covers(db_session, site_keys, country.union)
    entries = await audit.entries_about(db_session, f"desk:{country.union.id}")
    assert "desk.escrow_refused" in {entry.action for entry in entries}
    person = await lost(db_session, site_keys, country)
    with pytest.raises(NoEscrow):
        await recover(db_session, site_keys, country, private_key, person)


async def test_a_kept_key_that_was_swapped_for_another_desks_is_not_used(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> None:
    await rotation.rotate_due(db_session, site_keys, country.police_member)
    rows = {row.desk_id: row for row in await db_session.scalars(select(DeskEscrow))}
    mine, other = rows[country.union.id], rows[country.police.id]
    mine.sealed_desk_key, mine.desk_public_key, mine.mac = (
        other.sealed_desk_key,
        other.desk_public_key,
        other.mac,
    )
    await db_session.flush()
    assert not await escrow.covers(db_session, site_keys, country.union)
    person = await lost(db_session, site_keys, country)
    with pytest.raises(NoEscrow):
        await recover(db_session, site_keys, country, printed, person)


async def test_who_is_about_to_leave_is_told_whether_there_is_escrow(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> None:
    covered = await leaving.alone_at(db_session, site_keys, country.union_member.member_id)
    bare = await leaving.alone_at(db_session, site_keys, country.police_member.member_id)
    assert [seat.in_escrow for seat in covered + bare] == [True, False]


async def test_after_its_end_nothing_is_left_of_it(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country, printed: bytes
) -> None:
    await db_session.commit()
    engine = create_engine(database.owner)
    async with create_sessionmaker(engine).begin() as owner:
        assert await escrow.end(owner, site_keys)
        assert not await escrow.end(owner, site_keys)
    await engine.dispose()
    assert (await db_session.scalars(select(DeskEscrow))).all() == []
    person = await lost(db_session, site_keys, country)
    with pytest.raises(NoEscrow):
        await recover(db_session, site_keys, country, printed, person)


def test_a_printed_key_is_typed_as_people_type() -> None:
    key = bytes(range(32))
    text = escrow_text.printed(key)
    assert len(text.split("-")) == 14
    assert escrow_text.typed(text) == key
    assert escrow_text.typed(f"  {text.lower().replace('-', ' ')}\n") == key


@pytest.mark.parametrize("place", range(0, 56, 5))
def test_a_wrong_character_is_noticed(place: int) -> None:
    text = escrow_text.printed(bytes(range(32))).replace("-", "")
    wrong = "A" if text[place] != "A" else "B"
    assert escrow_text.typed(text[:place] + wrong + text[place + 1 :]) is None
    assert escrow_text.typed(text[:-1]) is None
