"""A liaison's work on a tip: only on the desks whose key they hold, every act logged, nothing in clear."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import case_file, casework
from backend.desks import service as desks
from backend.desks.case import Damaged, NeverForwarded, TipNotFound, UnknownValue
from backend.desks.keys import SwappedKey
from backend.kit.crypto import random_key, seal_to
from backend.kit.site_keys import SiteKeys
from backend.tips import service as tips
from backend.tips.jobs import escalate_due
from backend.tips.models import StaffNote, Tip, TipDesk, TipPart, TipSeal
from tests.backend.people import Person, hire
from tests.backend.tips.conftest import Country, a_tip

STORY = "Có ông cho vay nóng trước cổng công ty, lãi 5 ngàn một triệu một ngày."


@pytest.fixture
async def tip_id(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> uuid.UUID:
    await tips.submit(db_session, site_keys, a_tip(readers=["union", "police"]))
    return (await db_session.scalars(select(Tip.id))).one()


class Work:
    """What the tests do as a member of a desk."""

    def __init__(self, session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID) -> None:
        self.session, self.keys, self.tip_id = session, keys, tip_id

    async def read(self, person: Person, desk_id: uuid.UUID) -> case_file.CaseFile:
        return await case_file.read(self.session, self.keys, person, tip_id=self.tip_id, desk_id=desk_id)


@pytest.fixture
def work(db_session: AsyncSession, site_keys: SiteKeys, tip_id: uuid.UUID) -> Work:
    return Work(db_session, site_keys, tip_id)


async def test_a_member_reads_the_whole_report(work: Work, country: Country) -> None:
    file = await work.read(country.union_member, country.union.id)
    assert file.report is not None
    assert file.report.story == [STORY]
    assert (file.report.place, file.report.who) == ("cổng số 2", "ông Tư, số 0900000001")
    assert file.other_kinds == ["police"]


async def test_a_member_of_another_desk_does_not_get_in(work: Work, country: Country) -> None:
    with pytest.raises(desks.NotAMember):
        await work.read(country.police_member, country.union.id)


async def test_an_invited_member_waits_for_a_grant(work: Work, country: Country) -> None:
    newcomer = await hire(work.session, work.keys, "union_liaison")
    await desks.invite(
        work.session, work.keys, desk=country.union, member_id=newcomer.member_id, actor_id=None
    )
    with pytest.raises(desks.NotGranted):
        await work.read(newcomer, country.union.id)
    await desks.grant(
        work.session,
        work.keys,
        country.union_member,
        desk_id=country.union.id,
        member_id=newcomer.member_id,
        member_public_key=newcomer.public_key,
    )
    file = await work.read(newcomer, country.union.id)
    assert file.report is not None and file.report.story == [STORY]


async def test_the_national_desk_does_not_see_a_tip_that_waits(work: Work, country: Country) -> None:
    with pytest.raises(TipNotFound):
        await work.read(country.national_union_member, country.national_union.id)


async def test_the_national_desk_opens_a_tip_that_the_province_left_too_long(
    work: Work, country: Country
) -> None:
    placed = await work.session.get(TipDesk, (work.tip_id, country.union.id))
    assert placed is not None
    await escalate_due(work.session, placed.due_at.replace(year=placed.due_at.year + 1))
    file = await work.read(country.national_union_member, country.national_union.id)
    assert file.report is not None and file.report.story == [STORY]


async def test_the_first_opening_stops_the_clock_and_every_opening_is_logged(
    work: Work, country: Country
) -> None:
    await work.read(country.union_member, country.union.id)
    file = await work.read(country.union_member, country.union.id)
    assert file.placed.opened_at is not None
    assert file.placed.status == "in_review"
    assert [entry.detail["first"] for entry in file.history] == [False, True]


async def test_notes_are_read_by_their_own_desk_alone(work: Work, country: Country) -> None:
    await casework.note(
        work.session,
        work.keys,
        country.union_member,
        tip_id=work.tip_id,
        desk_id=country.union.id,
        text="gọi lại tổ trưởng",
    )
    ours = await work.read(country.union_member, country.union.id)
    theirs = await work.read(country.police_member, country.police.id)
    assert [note.text for note in ours.notes] == ["gọi lại tổ trưởng"]
    assert theirs.notes == []


async def test_a_change_of_status_needs_a_reason_and_keeps_it_sealed(work: Work, country: Country) -> None:
    place = {"tip_id": work.tip_id, "desk_id": country.union.id}
    with pytest.raises(UnknownValue):
        await casework.set_status(
            work.session, work.keys, country.union_member, status="closed", reason=" ", **place
        )
    await casework.set_status(
        work.session, work.keys, country.union_member, status="forwarded", reason="chuyển công an xã", **place
    )
    file = await work.read(country.union_member, country.union.id)
    assert [(note.about, note.text) for note in file.notes] == [("status", "chuyển công an xã")]
    assert "chuyển" not in str([entry.detail for entry in await work.session.scalars(select(AuditEntry))])


async def test_a_new_category_never_widens_who_reads_it(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(readers=["union"]))
    found = await db_session.scalar(select(Tip.id))
    assert found is not None
    await casework.retriage(
        db_session,
        site_keys,
        country.union_member,
        tip_id=found,
        desk_id=country.union.id,
        category="debt_violence",
        priority="P1",
        reason="có đánh người",
    )
    seals = {
        seal.desk_id for seal in await db_session.scalars(select(TipSeal).where(TipSeal.tip_id == found))
    }
    assert seals == {country.union.id, country.national_union.id, None}


@pytest.mark.parametrize("table", [TipPart, StaffNote])
async def test_a_value_moved_to_another_tip_is_refused(
    work: Work, country: Country, table: type[TipPart | StaffNote]
) -> None:
    await tips.submit(work.session, work.keys, a_tip(readers=["union"]))
    ids = list(await work.session.scalars(select(Tip.id)))
    for found in ids:
        await casework.note(
            work.session, work.keys, country.union_member, tip_id=found, desk_id=country.union.id, text="ghi"
        )
    rows: list[Any] = list(await work.session.scalars(select(table).order_by(table.id).limit(2)))
    one, other = rows
    one.sealed, other.sealed = other.sealed, one.sealed
    await work.session.flush()
    file = await work.read(country.union_member, country.union.id)
    assert file.damaged == ({"report"} if table is TipPart else {"note"})


async def test_a_desk_key_swapped_in_the_database_is_noticed(work: Work, country: Country) -> None:
    stranger = await hire(work.session, work.keys, "union_liaison")
    country.union.public_key = stranger.public_key
    work.session.add(country.union)
    await work.session.flush()
    with pytest.raises(SwappedKey):
        await tips.submit(work.session, work.keys, a_tip())


async def test_a_content_key_put_in_by_hand_is_noticed(work: Work, country: Country) -> None:
    seal = (await work.session.scalars(select(TipSeal).where(TipSeal.desk_id == country.union.id))).one()
    assert country.union.public_key is not None
    seal.sealed_key = seal_to(country.union.public_key, random_key())
    await work.session.flush()
    with pytest.raises(Damaged):
        await work.read(country.union_member, country.union.id)


async def test_readers_widened_in_the_database_are_noticed(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(readers=["union"]))
    tip = (await db_session.scalars(select(Tip))).one()
    tip.readers = ["union", "police"]
    await db_session.flush()
    with pytest.raises(Damaged):
        await case_file.read(
            db_session, site_keys, country.union_member, tip_id=tip.id, desk_id=country.union.id
        )


async def test_the_history_names_nobody_of_another_kind(work: Work, country: Country) -> None:
    await work.read(country.police_member, country.police.id)
    file = await work.read(country.union_member, country.union.id)
    theirs = [act for act in file.history if act.other_kind == "police"]
    assert [(act.action, act.actor_id, act.detail) for act in theirs] == [("tip.opened", None, {})]


async def test_a_labour_violation_is_never_forwarded_whatever_it_is_re_sorted_to(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(category="labour_violation", readers=["union"]))
    tip_id = (await db_session.scalars(select(Tip.id))).one()
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.retriage(
        db_session,
        site_keys,
        country.union_member,
        category="illegal_lending",
        priority="P3",
        reason="nhầm",
        **place,
    )
    with pytest.raises(NeverForwarded):
        await casework.set_status(
            db_session, site_keys, country.union_member, status="forwarded", reason="chuyển", **place
        )
