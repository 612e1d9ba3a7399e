"""Telling a reporter of news: for those who asked, once, and without saying about what."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox_acts, notices
from backend.tips.two_way_models import Notice
from tests.backend.tips.conftest import Country
from tests.backend.tips.two_way import Talk

OWNER = bytes(32)


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    found = await Talk.begin(db_session, site_keys, country)
    await wish(found)
    return found


async def wish(talk: Talk, sealed: bytes = b"sealed address", owner: bytes = OWNER) -> None:
    await mailbox_acts.notify_me(talk.session, talk.keys, talk.receipt, sealed, owner)


async def due(talk: Talk, ahead: timedelta = timedelta()) -> list[bytes]:
    return [each.sealed for each in await notices.take(talk.session, datetime.now(UTC) + ahead)]


async def test_before_an_answer_there_is_nothing_to_send(talk: Talk) -> None:
    assert await due(talk) == []
    assert (await talk.box()).notice is True


async def test_an_answer_makes_it_due_and_a_confirmed_one_is_forgotten(talk: Talk) -> None:
    await talk.answer("cảm ơn bạn")
    found = await notices.take(talk.session, datetime.now(UTC))
    assert [each.sealed for each in found] == [b"sealed address"]
    await notices.done(talk.session, [each.lookup for each in found])
    assert await talk.session.scalar(select(Notice)) is None
    assert (await talk.box()).notice is False


async def test_two_processes_do_not_both_send_it_and_one_that_died_is_replaced(talk: Talk) -> None:
    await talk.answer("cảm ơn bạn")
    assert len(await due(talk)) == 1
    assert await due(talk) == []
    assert len(await due(talk, notices.LEASE + timedelta(seconds=1))) == 1


async def test_news_that_came_before_the_wish_counts(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    talk = await Talk.begin(db_session, site_keys, country)
    await talk.answer("cảm ơn bạn")
    await wish(talk)
    assert len(await due(talk)) == 1


async def test_what_the_reporter_has_read_is_no_news(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    talk = await Talk.begin(db_session, site_keys, country)
    await talk.answer("cảm ơn bạn")
    await talk.box()
    await wish(talk)
    assert await due(talk) == []


async def test_it_can_be_switched_off(talk: Talk) -> None:
    await mailbox_acts.notify_me_no_more(talk.session, talk.keys, talk.receipt)
    await talk.answer("cảm ơn bạn")
    assert await due(talk) == []


async def test_who_asks_to_be_forgotten_is_forgotten_and_nobody_else(
    talk: Talk, site_keys: SiteKeys, country: Country
) -> None:
    other = await Talk.begin(talk.session, site_keys, country)
    await wish(other, b"another address", bytes([1]) * 32)
    await notices.forget(talk.session, [OWNER])
    assert [each.sealed for each in await talk.session.scalars(select(Notice))] == [b"another address"]


async def test_it_ends_at_a_midnight_a_day_past_the_time_to_answer(talk: Talk) -> None:
    (row,) = list(await talk.session.scalars(select(Notice)))
    assert (row.expires_at.astimezone(UTC).hour, row.expires_at.minute) in {(17, 0), (0, 0)}
    assert timedelta(days=1) < row.expires_at - datetime.now(UTC) < timedelta(days=21)
    await notices.delete_expired(talk.session, row.expires_at)
    assert await talk.session.scalar(select(Notice)) is None


async def test_an_expired_one_is_not_sent(talk: Talk) -> None:
    await talk.answer("cảm ơn bạn")
    assert await due(talk, timedelta(days=60)) == []


async def test_the_table_names_no_tip_and_stands_in_no_backup(talk: Talk) -> None:
    row = await talk.session.scalar(text("SELECT notices::text FROM notices"))
    assert talk.tip_id.hex not in str(row) and str(talk.tip_id) not in str(row)
    kind = await talk.session.scalar(text("SELECT relpersistence FROM pg_class WHERE relname = 'notices'"))
    assert kind in ("u", b"u")
