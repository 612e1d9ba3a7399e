"""The last member of a desk leaves: what is lost is said before, and open tips go up to the national desk."""

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import departure
from backend.accounts.schemas import MemberFault, NewAccount
from backend.audit import service as audit
from backend.desks import case_file, casework
from backend.desks import service as desks
from backend.desks.case import Damaged, TipNotFound
from backend.desks.models import DeskMember
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import mailbox, repository
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.desks.test_rotation import colleague, waiting_for_a_lock
from tests.backend.people import Person, hire
from tests.backend.tips.conftest import Country, a_tip


@pytest.fixture
async def tip_id(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> uuid.UUID:
    """A tip that its desk has opened and works on."""
    await tips.submit(db_session, site_keys, a_tip())
    found = (await db_session.scalars(select(Tip.id))).one()
    place = {"tip_id": found, "desk_id": country.union.id}
    await case_file.read(db_session, site_keys, country.union_member, **place)
    await casework.set_status(
        db_session, site_keys, country.union_member, status="in_review", reason="xem", **place
    )
    return found


async def shut(
    session: AsyncSession, keys: SiteKeys, country: Country, typed: str = ""
) -> MemberFault | None:
    member_id = country.union_member.member_id
    return await departure.shut(session, keys, actor_id=None, member_id=member_id, typed=typed)


async def is_seated(session: AsyncSession, country: Country) -> bool:
    place = (country.union.id, country.union_member.member_id)
    return await session.get(DeskMember, place) is not None


class TestConfirming:
    @pytest.mark.parametrize("typed", ["", "yes", "union"])
    async def test_without_the_name_typed_nothing_is_lost(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, typed: str
    ) -> None:
        assert await shut(db_session, site_keys, country, typed) is MemberFault.LAST_OF_DESK
        again = await departure.begin_anew(
            db_session,
            site_keys,
            actor_id=None,
            member_id=country.union_member.member_id,
            now=datetime.now(UTC),
            typed=typed,
        )
        assert again is MemberFault.LAST_OF_DESK
        assert await desks.open_desk(db_session, site_keys, country.union_member, country.union.id)

    async def test_with_the_name_typed_the_seal_is_gone_at_once(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        typed = f" {country.union_member.login.upper()} "
        assert await shut(db_session, site_keys, country, typed) is None
        assert not await is_seated(db_session, country)

    async def test_beginning_anew_with_the_name_typed_leaves_an_invitation_only(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        made = await departure.begin_anew(
            db_session,
            site_keys,
            actor_id=None,
            member_id=country.union_member.member_id,
            now=datetime.now(UTC),
            typed=country.union_member.login,
        )
        assert isinstance(made, NewAccount)
        place = await db_session.get(DeskMember, (country.union.id, made.member_id))
        assert place is not None and not place.active

    async def test_where_somebody_stays_nothing_is_typed(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        await colleague(db_session, site_keys, country)
        assert await shut(db_session, site_keys, country) is None

    async def test_a_seat_added_by_hand_is_no_colleague(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        other = await colleague(db_session, site_keys, country)
        seat = await db_session.get(DeskMember, (country.union.id, other.member_id))
        assert seat is not None and seat.seat_mac is not None
        seat.seat_mac = bytes([seat.seat_mac[0] ^ 1]) + seat.seat_mac[1:]
        await db_session.flush()
        assert await shut(db_session, site_keys, country) is MemberFault.LAST_OF_DESK

    async def test_of_the_last_two_who_are_shut_at_once_the_second_is_seen_to_be_the_last(
        self, database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        other = await colleague(db_session, site_keys, country)
        await db_session.commit()
        engine = create_engine(database.app)
        async with create_sessionmaker(engine).begin() as first:
            done = await departure.shut(first, site_keys, actor_id=None, member_id=other.member_id)
            second = asyncio.create_task(shut(db_session, site_keys, country))
            await waiting_for_a_lock(first)
        assert done is None
        assert await second is MemberFault.LAST_OF_DESK
        await engine.dispose()


async def successor(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    """The desk's only member leaves; somebody else is invited and signs in."""
    await shut(session, keys, country, country.union_member.login)
    person = await hire(session, keys, "union_liaison")
    await desks.invite(session, keys, desk=country.union, member_id=person.member_id, actor_id=None)
    await desks.activate(session, keys, person)
    return person


class TestLost:
    async def test_the_open_tips_go_up_to_the_national_desk(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip_id: uuid.UUID
    ) -> None:
        above = country.national_union
        with pytest.raises(TipNotFound):
            await case_file.read(
                db_session, site_keys, country.national_union_member, tip_id=tip_id, desk_id=above.id
            )
        await shut(db_session, site_keys, country, country.union_member.login)
        assert await case_file.read(
            db_session, site_keys, country.national_union_member, tip_id=tip_id, desk_id=above.id
        )
        reaches = {one.desk_id: one.reach for one in await repository.placements(db_session, tip_id)}
        assert (reaches[above.id], reaches[country.union.id]) == ("direct", "escalation")
        entries = await audit.entries_about(db_session, f"desk:{country.union.id}")
        assert (entries[0].action, entries[0].detail) == ("desk.lost_last_member", {"tips_handed_up": 1})

    async def test_the_national_desk_can_close_it_and_its_time_begins(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip_id: uuid.UUID
    ) -> None:
        await shut(db_session, site_keys, country, country.union_member.login)
        await casework.set_status(
            db_session,
            site_keys,
            country.national_union_member,
            tip_id=tip_id,
            desk_id=country.national_union.id,
            status="closed",
            reason="xong",
        )
        tip = await db_session.get(Tip, tip_id)
        assert tip is not None and tip.closed_on is not None

    async def test_where_somebody_stays_the_tip_stays(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip_id: uuid.UUID
    ) -> None:
        await colleague(db_session, site_keys, country)
        await shut(db_session, site_keys, country)
        reaches = {one.desk_id: one.reach for one in await repository.placements(db_session, tip_id)}
        assert reaches[country.union.id] == "direct"

    async def test_a_new_member_can_receive_but_the_old_tips_stay_shut(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip_id: uuid.UUID
    ) -> None:
        """Without escrow a lost desk is lost, as the warning says."""
        newcomer = await successor(db_session, site_keys, country)
        place = {"tip_id": tip_id, "desk_id": country.union.id}
        with pytest.raises(TipNotFound):
            await case_file.read(db_session, site_keys, newcomer, **place)
        placed = next(
            one for one in await repository.placements(db_session, tip_id) if one.desk_id == country.union.id
        )
        placed.reach = "direct"
        await db_session.flush()
        with pytest.raises(Damaged):
            await case_file.read(db_session, site_keys, newcomer, **place)
        fresh = a_tip()
        await tips.submit(db_session, site_keys, fresh)
        assert (await mailbox.read(db_session, site_keys, fresh.receipt)).can_write
