"""Thanks that are collected without a name: the code is the reporter's alone, and works once."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import letters
from backend.desks import service as desks
from backend.kit.site_keys import SiteKeys
from backend.tips.two_way_models import Commendation
from tests.backend.tips.conftest import Country
from tests.backend.tips.two_way import Talk

GIFT = "Giấy khen và quà, nhận tại công đoàn khu."


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    return await commended(await Talk.begin(db_session, site_keys, country))


async def commended(talk: Talk) -> Talk:
    await letters.commend(talk.session, talk.keys, talk.country.union_member, text=GIFT, **talk.place)
    return talk


async def code_of(talk: Talk) -> str:
    code = (await talk.box()).messages[-1].code
    assert code is not None
    return code


async def collect(talk: Talk, code: str) -> str:
    return await letters.collect(
        talk.session, talk.keys, talk.country.union_member, desk_id=talk.country.union.id, digits=code
    )


async def test_the_reporter_reads_it_with_a_code(talk: Talk) -> None:
    message = (await talk.box()).messages[-1]
    assert (message.kind, message.text, message.collected) == ("commendation", GIFT, False)
    assert message.code is not None and len(message.code) == 8 and message.code.isdigit()


async def test_the_desk_never_reads_the_code(talk: Talk) -> None:
    code = await code_of(talk)
    assert code not in repr(await talk.file())
    rows = (await talk.session.execute(text("SELECT commendations::text FROM commendations"))).all()
    assert code not in str(rows) and code.encode().hex() not in str(rows)


async def test_it_is_handed_out_once(talk: Talk) -> None:
    code = await code_of(talk)
    assert await collect(talk, code) == GIFT
    with pytest.raises(letters.WrongCode):
        await collect(talk, code)
    assert (await talk.box()).messages[-1].collected is True


async def test_a_wrong_code_gets_nothing(talk: Talk) -> None:
    wrong = f"{(int(await code_of(talk)) + 1) % 10**8:08d}"
    with pytest.raises(letters.WrongCode):
        await collect(talk, wrong)


async def test_a_wrong_code_is_logged_without_the_code(talk: Talk) -> None:
    wrong = f"{(int(await code_of(talk)) + 1) % 10**8:08d}"
    with pytest.raises(letters.WrongCode):
        await collect(talk, wrong)
    entry = await talk.session.scalar(
        select(AuditEntry).where(AuditEntry.action == "desk.commendation_refused")
    )
    assert entry is not None and entry.actor_id == talk.country.union_member.member_id
    assert entry.detail == {"desk": str(talk.country.union.id)}


async def test_after_too_many_wrong_codes_the_right_one_does_nothing_either(talk: Talk) -> None:
    code = await code_of(talk)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _ in range(letters.WRONG_AN_HOUR):
        with pytest.raises(letters.WrongCode):
            await collect(talk, wrong)
    for tried in (wrong, code):
        with pytest.raises(letters.TooManyCodes):
            async with talk.session.begin_nested():
                await collect(talk, tried)
    assert (await talk.box()).messages[-1].collected is False


async def test_no_day_of_the_collection_stands_beside_the_tip(talk: Talk) -> None:
    await collect(talk, await code_of(talk))
    row = (await talk.session.execute(text("SELECT * FROM commendations"))).mappings().one()
    assert row["collected"] is True
    assert not [name for name, value in row.items() if isinstance(value, date)]


async def test_another_desk_cannot_hand_it_out(talk: Talk, country: Country) -> None:
    with pytest.raises(letters.WrongCode):
        await letters.collect(
            talk.session,
            talk.keys,
            country.police_member,
            desk_id=country.police.id,
            digits=await code_of(talk),
        )


async def test_who_holds_no_key_of_the_desk_cannot_either(talk: Talk, country: Country) -> None:
    with pytest.raises(desks.NotAMember):
        await letters.collect(
            talk.session,
            talk.keys,
            country.police_member,
            desk_id=country.union.id,
            digits=await code_of(talk),
        )


async def test_the_log_does_not_say_which_tip_was_thanked(talk: Talk) -> None:
    await collect(talk, await code_of(talk))
    entry = await talk.session.scalar(
        select(AuditEntry).where(AuditEntry.action == "desk.commendation_collected")
    )
    assert entry is not None
    assert (entry.subject, entry.detail) == (f"desk:{talk.country.union.id}", {})


async def test_a_code_moved_to_another_tip_is_noticed(
    talk: Talk, site_keys: SiteKeys, country: Country
) -> None:
    other = await commended(await Talk.begin(talk.session, site_keys, country))
    one, two = list(await talk.session.scalars(select(Commendation).order_by(Commendation.id)))
    one.sealed_code, two.sealed_code = two.sealed_code, one.sealed_code
    await talk.session.flush()
    for each in (talk, other):
        message = (await each.box()).messages[-1]
        assert (message.damaged, message.code) == (True, None)
