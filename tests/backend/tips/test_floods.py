"""Floods: many tips worded alike within an hour wait in one line; nobody in danger ever waits there."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_file, floods
from backend.desks.case import TipNotFound, UnknownValue
from backend.desks.queue import QueueFilter, queue
from backend.desks.service import NotAMember
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox
from backend.tips import service as tips
from backend.tips.jobs import escalate_due
from backend.tips.linking import floods as arriving
from backend.tips.linking.floods import WITHIN
from backend.tips.models import Tip, TipDesk
from tests.backend.people import Person, staffed_desk
from tests.backend.tips.conftest import Country, a_tip

STORY = "Nhóm cho vay góp ở hẻm 12 gần cổng công ty giày, vay 10 triệu nhận 8 triệu, mỗi ngày góp 200 ngàn"


FREE = 2
"""In these tests, so that each sends a handful of tips and not dozens."""


@pytest.fixture(autouse=True)
def few_are_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "FREE", FREE)


@pytest.fixture
def line(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> "Line":
    return Line(db_session, site_keys, country)


class Line:
    """Sends tips worded alike, and looks at the queue of the union's desk."""

    def __init__(self, session: AsyncSession, keys: SiteKeys, country: Country) -> None:
        self.session, self.keys, self.country = session, keys, country

    async def send(self, count: int, **changes: object) -> list[str]:
        """Send that many tips that differ in a word each. Their receipts."""
        receipts = []
        for number in range(count):
            tip = a_tip(**{"story": [f"{STORY}, phòng {number}."], **changes})
            await tips.submit(self.session, self.keys, tip)
            receipts.append(tip.receipt)
        return receipts

    async def shown(self, person: Person | None = None) -> int:
        return len((await queue(self.session, person or self.country.union_member, QueueFilter())).rows)

    async def waiting(self) -> list[floods.Flood]:
        return await floods.waiting(self.session, [self.country.union.id])

    async def jobs(self) -> int:
        count = await self.session.scalar(
            text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tips:notify'")
        )
        return int(count or 0)


async def test_the_first_ones_stand_in_the_queue_and_the_rest_in_one_line(line: Line) -> None:
    await line.send(FREE + 4)
    assert await line.shown() == FREE
    (flood,) = await line.waiting()
    assert (flood.count, flood.category) == (4, "illegal_lending")


async def test_every_reporter_has_a_mailbox_as_ever(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys
) -> None:
    for receipt in await line.send(FREE + 2):
        assert (await mailbox.read(db_session, site_keys, receipt)).status == "received"


async def test_danger_is_never_held(line: Line) -> None:
    await line.send(FREE + 2, danger="now")
    assert await line.shown() == FREE + 2
    assert await line.waiting() == []


async def test_danger_in_the_middle_of_a_flood_is_not_held(line: Line) -> None:
    await line.send(FREE + 2)
    await line.send(1, danger="now")
    rows = (await queue(line.session, line.country.union_member, QueueFilter())).rows
    assert [row.priority for row in rows].count("P1") == 1


async def test_other_tips_pass_while_a_flood_is_held(line: Line) -> None:
    await line.send(FREE + 2)
    await line.send(
        1, story=["Trưởng ca thu thẻ lương của cả chuyền may rồi đem cầm cho tiệm vàng ngoài chợ huyện."]
    )
    assert await line.shown() == FREE + 1


async def test_what_came_more_than_an_hour_ago_does_not_count(line: Line, db_session: AsyncSession) -> None:
    await line.send(FREE)
    older = Tip.received_at - WITHIN - timedelta(minutes=1)
    await db_session.execute(update(Tip).values(received_at=older))
    await line.send(2)
    assert await line.waiting() == []


async def test_short_tips_with_the_very_same_words_are_a_flood_too(line: Line) -> None:
    await line.send(FREE + 1, story=["đồ lừa đảo"], who=None, place=None, when=None)
    assert [flood.count for flood in await line.waiting()] == [1]


async def test_a_desk_is_told_once_of_a_flood(line: Line) -> None:
    await line.send(FREE)
    before = await line.jobs()
    await line.send(3)
    assert await line.jobs() == before + 1


async def test_every_desk_is_told_once_wherever_the_flood_began(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys
) -> None:
    await staffed_desk(db_session, site_keys, "union", "01")
    await line.send(FREE + 2)
    before = await line.jobs()
    await line.send(2, province="01")
    assert await line.jobs() == before + 1


async def test_a_desk_is_told_of_a_flood_whose_first_one_was_not_held_for_danger(line: Line) -> None:
    await line.send(FREE)
    await line.send(1, danger="now")
    before = await line.jobs()
    await line.send(2)
    assert await line.jobs() == before + 1


async def test_what_comes_after_a_flood_was_released_is_told_again(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await line.send(FREE + 1)
    (flood,) = await line.waiting()
    place = {"flood_id": flood.id, "desk_id": country.union.id}
    await floods.release(db_session, site_keys, country.union_member, reason="người thật", **place)
    before = await line.jobs()
    await line.send(2)
    assert await line.jobs() == before + 1


async def test_a_released_flood_stands_in_the_queue_and_its_desk_is_told(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await line.send(FREE + 3)
    (flood,) = await line.waiting()
    before = await line.jobs()
    released = await floods.release(
        db_session,
        site_keys,
        country.union_member,
        flood_id=flood.id,
        desk_id=country.union.id,
        reason="nhiều người thật cùng báo",
    )
    assert released == 3
    assert await line.waiting() == []
    assert await line.shown() == FREE + 3
    assert await line.jobs() == before + 3


async def test_a_closed_flood_is_closed_tip_by_tip_with_the_reason_and_the_act_in_the_log(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await line.send(FREE + 3)
    (flood,) = await line.waiting()
    place = {"flood_id": flood.id, "desk_id": country.union.id}
    assert (
        await floods.close(db_session, site_keys, country.union_member, reason="một người gửi đùa", **place)
        == 3
    )
    assert await line.shown() == FREE
    closed = list(await db_session.scalars(select(TipDesk.tip_id).where(TipDesk.status == "closed")))
    assert len(closed) == 3
    file = await case_file.read(
        db_session, site_keys, country.union_member, tip_id=closed[0], desk_id=country.union.id
    )
    assert [note.text for note in file.notes] == ["một người gửi đùa"]
    assert "tip.status_changed" in [act.action for act in file.history]


async def test_one_click_decides_on_a_bounded_number(
    line: Line,
    db_session: AsyncSession,
    site_keys: SiteKeys,
    country: Country,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(floods, "AT_ONCE", 2)
    await line.send(FREE + 3)
    (flood,) = await line.waiting()
    place = {"flood_id": flood.id, "desk_id": country.union.id}
    assert await floods.close(db_session, site_keys, country.union_member, reason="xem rồi", **place) == 2
    assert [left.count for left in await line.waiting()] == [1]


async def test_a_decision_needs_a_reason_a_flood_and_a_member_of_the_desk(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await line.send(FREE + 1)
    (flood,) = await line.waiting()
    place = {"flood_id": flood.id, "desk_id": country.union.id}
    for act in (floods.release, floods.close):
        with pytest.raises(UnknownValue):
            await act(db_session, site_keys, country.union_member, reason="  ", **place)
        with pytest.raises(NotAMember):
            await act(db_session, site_keys, country.police_member, reason="x", **place)
        with pytest.raises(TipNotFound):
            await act(
                db_session,
                site_keys,
                country.union_member,
                flood_id=uuid.uuid4(),
                desk_id=country.union.id,
                reason="x",
            )
    assert [left.count for left in await line.waiting()] == [1]


async def test_a_flood_that_nobody_looks_at_comes_before_the_national_desk(
    line: Line, db_session: AsyncSession, country: Country
) -> None:
    await line.send(FREE + 2)
    placed = (await db_session.scalars(select(TipDesk).where(TipDesk.flood_id.is_not(None)))).first()
    assert placed is not None
    await escalate_due(db_session, placed.due_at + timedelta(days=30))
    assert [flood.count for flood in await floods.waiting(db_session, [country.national_union.id])] == [2]


async def test_its_tips_can_be_looked_at_one_by_one(line: Line, db_session: AsyncSession) -> None:
    await line.send(FREE + 2)
    (flood,) = await line.waiting()
    found = await queue(db_session, line.country.union_member, QueueFilter(flood=flood.id))
    assert found.total == 2
