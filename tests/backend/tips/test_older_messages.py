"""What was sealed by an earlier version of the house is still read, and as tightly bound as it was then."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks.case import take_up
from backend.kit.crypto import seal
from backend.kit.site_keys import SiteKeys
from backend.tips.models import TipMessage
from backend.tips.sealing import Letter, Slot, seal_message
from tests.backend.tips.conftest import Country
from tests.backend.tips.two_way import Talk


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    talk = await Talk.begin(db_session, site_keys, country)
    await talk.answer("câu trả lời")
    return talk


async def written_by(talk: Talk, version: int) -> TipMessage:
    """The desk's answer as that version of the house would have sealed it."""
    member, desk_id = talk.country.union_member, talk.country.union.id
    case = await take_up(talk.session, talk.keys, member, tip_id=talk.tip_id, desk_id=desk_id)
    row = (await talk.session.scalars(select(TipMessage))).one()
    slot, sender = Slot(row.tip_id, row.id, version), f"desk:{row.desk_id}:{row.author_id}"
    if version == 1:
        row.sealed = seal("câu trả lời".encode(), case.content.key, slot.bound("tip_messages", sender))
    else:
        row.sealed = seal_message(case.content.key, Letter(text="câu trả lời"), slot, sender)
    row.version = version
    await talk.session.flush()
    return row


@pytest.mark.parametrize("version", [1, 2])
async def test_a_message_of_before_is_read_by_both_sides(talk: Talk, version: int) -> None:
    await written_by(talk, version)
    assert [each.text for each in (await talk.box()).messages] == ["câu trả lời"]
    assert [each.text for each in (await talk.file()).messages] == ["câu trả lời"]


async def test_a_message_of_now_is_no_message_of_before(talk: Talk) -> None:
    row = await written_by(talk, 2)
    row.version = 3
    await talk.session.flush()
    assert (await talk.file()).damaged == {"message"}
