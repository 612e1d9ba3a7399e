"""A group of merged tips stands in the queue as its gravest tip would, and waits since its oldest came."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework, merging
from backend.desks.queue import QueueFilter, QueueRow, queue
from backend.kit.site_keys import SiteKeys
from backend.tips.models import Tip, TipDesk
from tests.backend.desks.test_links_page import House, house
from tests.backend.tips.conftest import Country

__all__ = ("house",)

CALM = "Có ông cho vay nóng trước cổng, lãi 5 ngàn một triệu một ngày."


class Desk:
    """The union's desk with a group in its queue: a calm head and what is merged into it."""

    def __init__(self, house: House) -> None:
        self.house, self.session, self.keys = house, house.session, house.keys
        self.member, self.desk_id = house.country.union_member, house.country.union.id

    async def tips(self, *priorities: str) -> list[uuid.UUID]:
        """Opened tips, each rated by hand."""
        made = [await self.house.send(f"{CALM} Lần {number}.") for number in range(len(priorities))]
        await self.house.open(*made)
        for tip_id, priority in zip(made, priorities, strict=True):
            await self.rate(tip_id, priority)
        return made

    async def rate(self, tip_id: uuid.UUID, priority: str) -> None:
        await casework.retriage(
            self.session,
            self.keys,
            self.member,
            tip_id=tip_id,
            desk_id=self.desk_id,
            category="illegal_lending",
            priority=priority,
            reason="đọc kỹ",
        )

    async def close(self, tip_id: uuid.UUID) -> None:
        await casework.set_status(
            self.session,
            self.keys,
            self.member,
            tip_id=tip_id,
            desk_id=self.desk_id,
            status="closed",
            reason="xong",
        )

    async def rows(self, priority: str | None = None) -> list[QueueRow]:
        found = await queue(self.session, self.member, QueueFilter(priority=priority))
        assert found.total == len(found.rows)
        return found.rows

    async def shown(self, priority: str | None = None) -> list[tuple[uuid.UUID, str]]:
        return [(row.tip_id, row.priority) for row in await self.rows(priority)]


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


async def test_the_gravest_tip_of_a_group_rules_its_place_and_its_badge(desk: Desk) -> None:
    alone, head, grave = await desk.tips("P2", "P3", "P1")
    await desk.house.merge(head, grave)
    assert await desk.shown() == [(head, "P1"), (alone, "P2")]


async def test_a_tip_that_becomes_grave_later_takes_its_group_along(desk: Desk) -> None:
    alone, head, other = await desk.tips("P2", "P3", "P4")
    await desk.house.merge(head, other)
    assert await desk.shown() == [(alone, "P2"), (head, "P3")]
    await desk.rate(other, "P1")
    assert await desk.shown() == [(head, "P1"), (alone, "P2")]


async def test_a_filter_finds_a_group_by_its_gravest_tip(desk: Desk) -> None:
    head, grave = await desk.tips("P3", "P1")
    await desk.house.merge(head, grave)
    assert await desk.shown("P1") == [(head, "P1")]
    assert await desk.shown("P3") == []


async def test_a_calmer_tip_takes_nothing_from_its_head(desk: Desk) -> None:
    head, calm = await desk.tips("P2", "P4")
    await desk.house.merge(head, calm)
    assert await desk.shown() == [(head, "P2")]


async def test_a_tip_that_was_closed_or_taken_out_rules_no_more(
    desk: Desk, site_keys: SiteKeys, country: Country
) -> None:
    head, closed, taken_out = await desk.tips("P3", "P1", "P1")
    await desk.house.merge(head, closed, taken_out)
    await desk.close(closed)
    assert await desk.shown() == [(head, "P1")]
    await merging.unmerge(
        desk.session, site_keys, country.union_member, tip_id=taken_out, desk_id=country.union.id
    )
    assert await desk.shown() == [(taken_out, "P1"), (head, "P3")]


async def test_a_group_waits_since_its_oldest_tip_came(desk: Desk, db_session: AsyncSession) -> None:
    alone, head, oldest = await desk.tips("P3", "P3", "P3")
    await desk.house.merge(head, oldest)
    earlier = timedelta(days=2)
    of_oldest = (Tip.id == oldest, TipDesk.tip_id == oldest)
    await db_session.execute(update(Tip).where(of_oldest[0]).values(received_at=Tip.received_at - earlier))
    await db_session.execute(update(TipDesk).where(of_oldest[1]).values(due_at=TipDesk.due_at - earlier))
    first, second = await desk.rows()
    assert (first.tip_id, second.tip_id) == (head, alone)
    assert first.received_at < second.received_at - timedelta(days=1)
    assert first.due_at < second.due_at - timedelta(days=1)


async def test_another_desk_that_merged_nothing_sees_each_tip_as_it_is(
    house: House, db_session: AsyncSession, country: Country
) -> None:
    desk = Desk(house)
    head = await house.send(f"{CALM} Lần 1.", readers=["union", "police"])
    grave = await house.send(f"{CALM} Lần 2.", readers=["union", "police"], danger="now")
    await house.open(head, grave)
    await house.merge(head, grave)
    assert await desk.shown() == [(head, "P1")]
    theirs = (await queue(db_session, country.police_member, QueueFilter())).rows
    assert [(row.tip_id, row.priority) for row in theirs] == [(grave, "P1"), (head, "P3")]
