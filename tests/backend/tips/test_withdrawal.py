"""A reporter may take a tip back until it was handed over; nothing of it stays but counts."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import casework, holds, letters
from backend.desks.case import TipNotFound
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.errors import NotFound
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox, mailbox_acts, notices
from backend.tips import service as tips
from backend.tips.models import Tip
from backend.tips.problems import OtherSubmission
from backend.tips.withdrawal import HandedOver
from tests.backend.desks.test_rotation import waiting_for_a_lock
from tests.backend.tips.conftest import Country, a_tip
from tests.backend.tips.two_way import Talk

TABLES = (
    "tips",
    "tip_seals",
    "tip_parts",
    "tip_desks",
    "tip_messages",
    "tip_notes",
    "tip_note_keys",
    "notifications",
    "commendations",
    "notices",
)


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    return await Talk.begin(db_session, site_keys, country, readers=["union", "police"])


async def test_nothing_of_it_stays_in_any_table(talk: Talk) -> None:
    await talk.ask("Họ còn đến không?", "yes_no")
    await casework.note(talk.session, talk.keys, talk.country.union_member, text="gọi lại", **talk.place)
    await letters.commend(talk.session, talk.keys, talk.country.union_member, text="quà", **talk.place)
    tip = await talk.session.get(Tip, talk.tip_id)
    assert tip is not None
    await notices.put(talk.session, talk.keys, tip, sealed=b"address", owner=bytes(32))
    await talk.withdraw()
    left = {name: await talk.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES}
    assert set(left.values()) == {0}, left


async def test_its_receipt_opens_nothing_and_no_desk_sees_it(talk: Talk) -> None:
    await talk.withdraw()
    with pytest.raises(NotFound):
        await talk.box()
    with pytest.raises(NotFound):
        await talk.withdraw()
    with pytest.raises(TipNotFound):
        await talk.file()


async def test_only_its_kind_and_urgency_stay_in_the_log(talk: Talk) -> None:
    await talk.withdraw()
    entry = (await talk.session.scalars(select(AuditEntry).where(AuditEntry.action == "tip.withdrawn"))).one()
    assert entry.detail == {"category": "illegal_lending", "priority": "P3", "held": False}
    assert str(talk.tip_id) not in str((entry.subject, entry.detail))


async def test_a_desks_hold_keeps_nothing_from_its_reporter_and_the_log_says_that_there_was_one(
    talk: Talk,
) -> None:
    until = holds.today() + timedelta(days=60)
    await holds.hold(
        talk.session, talk.keys, talk.country.union_member, until=until, reason="chờ tòa", **talk.place
    )
    assert (await talk.box()).can_withdraw is True
    await talk.withdraw()
    actions = select(AuditEntry.action).order_by(AuditEntry.number.desc()).limit(2)
    assert list(await talk.session.scalars(actions)) == ["tip.destroyed", "tip.withdrawn"]
    entry = (await talk.session.scalars(select(AuditEntry).where(AuditEntry.action == "tip.withdrawn"))).one()
    assert (entry.actor_id, entry.detail["held"]) == (None, True)


async def test_a_tip_that_was_handed_over_stays(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    talk = await Talk.begin(db_session, site_keys, country)
    await talk.hand_over("life", "có người bị nhốt")
    assert (await talk.box()).can_withdraw is False
    with pytest.raises(HandedOver):
        await talk.withdraw()
    assert (await talk.box()).messages


async def test_one_marked_as_forwarded_stays_also_when_it_is_closed_later(talk: Talk) -> None:
    for status in ("forwarded", "closed"):
        await casework.set_status(
            talk.session, talk.keys, talk.country.union_member, status=status, reason="xong", **talk.place
        )
    with pytest.raises(HandedOver):
        await talk.withdraw()


async def test_a_mark_taken_away_in_the_database_does_not_undo_a_hand_over(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    talk = await Talk.begin(db_session, site_keys, country)
    await talk.hand_over("life", "có người bị nhốt")
    await db_session.execute(text("UPDATE tips SET handed_over = false"))
    with pytest.raises(HandedOver):
        await talk.withdraw()


async def test_sending_its_draft_once_more_does_not_bring_it_back(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    tip = a_tip()
    await tips.submit(db_session, site_keys, tip)
    found = (await db_session.scalars(select(Tip.id))).one()
    await Talk(db_session, site_keys, country, found, tip.receipt).withdraw()
    with pytest.raises(OtherSubmission):
        await tips.submit(db_session, site_keys, tip)
    assert await db_session.scalar(select(Tip.id)) is None


async def test_withdrawn_twice_at_once_it_is_gone_once(
    talk: Talk, backend_settings: Settings, site_keys: SiteKeys
) -> None:
    await talk.session.commit()
    engine = create_engine(str(backend_settings.database_url))

    async def once() -> str:
        try:
            async with create_sessionmaker(engine).begin() as session:
                await mailbox_acts.withdraw(session, site_keys, talk.receipt)
        except NotFound:
            return "gone before"
        return "withdrawn"

    assert sorted(await asyncio.gather(once(), once())) == ["gone before", "withdrawn"]
    await engine.dispose()
    assert (await talk.logged()).count("tip.withdrawn") == 1


@pytest.mark.parametrize("act", ["write", "notify_me", "answer"])
async def test_what_comes_while_it_is_being_withdrawn_finds_no_mailbox_and_leaves_nothing(
    talk: Talk, backend_settings: Settings, site_keys: SiteKeys, act: str
) -> None:
    question = await talk.ask("Họ còn đến không?", "yes_no")
    await talk.session.commit()
    engine = create_engine(str(backend_settings.database_url))
    maker = create_sessionmaker(engine)

    async def once() -> None:
        session = talk.session
        if act == "write":
            await mailbox.write(session, site_keys, talk.receipt, bytes(16), "viết thêm")
        elif act == "notify_me":
            await mailbox_acts.notify_me(session, site_keys, talk.receipt, b"address", bytes(32))
        else:
            await talk.choose(question, "yes")

    async with maker.begin() as session:
        await mailbox_acts.withdraw(session, site_keys, talk.receipt)
        meanwhile = asyncio.create_task(once())
        async with asyncio.timeout(30):
            await waiting_for_a_lock(session)
    with pytest.raises(NotFound):
        await meanwhile
    await talk.session.rollback()
    await engine.dispose()
    left = {name: await talk.session.scalar(text(f"SELECT count(*) FROM {name}")) for name in TABLES}
    assert set(left.values()) == {0}, left
