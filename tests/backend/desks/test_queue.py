"""The queue: one's own desks, most urgent first, nothing opened."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework
from backend.desks.queue import QueueFilter, queue
from backend.kit.site_keys import SiteKeys
from backend.tips import service as tips
from backend.tips.models import Tip
from tests.backend.tips.conftest import Country, a_tip


async def test_danger_comes_first(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> None:
    for danger in ("no", "now", "no"):
        await tips.submit(db_session, site_keys, a_tip(danger=danger))
    found = await queue(db_session, country.union_member, QueueFilter())
    assert next(row.priority for row in found.rows) == "P1"
    assert found.total == 3


async def test_tips_of_other_desks_are_not_shown(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(readers=["union"]))
    assert (await queue(db_session, country.police_member, QueueFilter())).rows == []
    assert (await queue(db_session, country.national_union_member, QueueFilter())).rows == []


async def test_a_closed_tip_moves_to_the_closed_ones(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    tip_id = await db_session.scalar(select(Tip.id))
    assert tip_id is not None
    await casework.set_status(
        db_session,
        site_keys,
        country.union_member,
        tip_id=tip_id,
        desk_id=country.union.id,
        status="closed",
        reason="xong",
    )
    assert (await queue(db_session, country.union_member, QueueFilter())).rows == []
    assert len((await queue(db_session, country.union_member, QueueFilter(show="closed"))).rows) == 1
