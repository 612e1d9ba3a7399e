"""Sending a tip: taken once, sealed to the chosen desks alone, with its notification, or not at all."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips import problems
from backend.tips import service as tips
from backend.tips.models import Tip, TipDesk, TipSeal
from tests.backend.tips.conftest import Country, a_tip, new_receipt

pytestmark = pytest.mark.usefixtures("country")


async def count(session: AsyncSession, what: type) -> int:
    return await session.scalar(select(func.count()).select_from(what)) or 0


async def desks_of(session: AsyncSession) -> dict[object, str]:
    return {placed.desk_id: placed.reach for placed in await session.scalars(select(TipDesk))}


async def test_the_chosen_kind_receives_it_and_its_national_desk_waits(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(readers=["union"]))
    assert await desks_of(db_session) == {
        country.union.id: "direct",
        country.national_union.id: "escalation",
    }


async def test_a_seal_stands_for_each_desk_and_for_the_reporter(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(readers=["union"]))
    holders = {seal.desk_id for seal in await db_session.scalars(select(TipSeal))}
    assert holders == {country.union.id, country.national_union.id, None}


async def test_a_province_without_a_desk_is_received_by_the_nation(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(province="1", readers=["police"]))
    assert await desks_of(db_session) == {country.national_police.id: "direct"}


async def test_sending_twice_stores_one_tip(db_session: AsyncSession, site_keys: SiteKeys) -> None:
    tip = a_tip()
    first = await tips.submit(db_session, site_keys, tip)
    again = await tips.submit(db_session, site_keys, tip)
    assert first == again
    assert await count(db_session, Tip) == 1


async def test_the_same_draft_with_another_receipt_is_refused(
    db_session: AsyncSession, site_keys: SiteKeys
) -> None:
    tip = a_tip()
    await tips.submit(db_session, site_keys, tip)
    with pytest.raises(problems.OtherSubmission):
        await tips.submit(db_session, site_keys, tip.model_copy(update={"receipt": new_receipt()}))


@pytest.mark.parametrize("field", ["story", "place", "when", "who"])
async def test_what_is_never_accepted_leaves_nothing_behind(
    db_session: AsyncSession, site_keys: SiteKeys, field: str
) -> None:
    told = "Mai công nhân xưởng 3 đình công đòi tăng lương."
    parts: dict[str, object] = {"story": ["Xin xem giúp."], field: [told] if field == "story" else told}
    with pytest.raises(problems.OutOfPurpose):
        await tips.submit(db_session, site_keys, a_tip(**parts))
    assert await count(db_session, Tip) == 0


async def test_a_labour_violation_never_reaches_the_police(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(category="labour_violation", readers=["union", "police"]))
    assert not {country.police.id, country.national_police.id} & set(await desks_of(db_session))


async def test_the_notification_is_deferred_in_the_same_transaction(
    db_session: AsyncSession, site_keys: SiteKeys
) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'tips:notify'")
    assert await db_session.scalar(jobs) == 1
    await db_session.rollback()
    assert await db_session.scalar(jobs) == 0
    assert await count(db_session, Tip) == 0


async def test_received_time_is_kept_to_the_minute(db_session: AsyncSession, site_keys: SiteKeys) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    received = await db_session.scalar(select(Tip.received_at))
    assert received is not None
    assert (received.second, received.microsecond) == (0, 0)
