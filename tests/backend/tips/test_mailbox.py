"""The mailbox: the receipt alone opens it, and the two sides read each other."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_file, casework
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox, repository
from backend.tips import service as tips
from backend.tips.linking import service as linking
from backend.tips.linking.service import Told
from backend.tips.models import Tip
from backend.tips.problems import OutOfPurpose
from tests.backend.tips.conftest import Country, a_tip, new_receipt


@pytest.fixture
async def receipt(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> str:
    tip = a_tip(readers=["union", "police"])
    await tips.submit(db_session, site_keys, tip)
    return tip.receipt


@pytest.fixture
async def tip_id(db_session: AsyncSession, receipt: str) -> uuid.UUID:
    return (await db_session.scalars(select(Tip.id))).one()


async def close(session: AsyncSession, keys: SiteKeys, country: Country, tip_id: uuid.UUID) -> None:
    for desk, person in ((country.union, country.union_member), (country.police, country.police_member)):
        await casework.set_status(
            session, keys, person, tip_id=tip_id, desk_id=desk.id, status="closed", reason="xong"
        )


async def test_a_wrong_receipt_opens_nothing(
    db_session: AsyncSession, site_keys: SiteKeys, receipt: str
) -> None:
    with pytest.raises(NotFound):
        await mailbox.read(db_session, site_keys, new_receipt())


async def test_a_new_tip_is_received_and_empty(
    db_session: AsyncSession, site_keys: SiteKeys, receipt: str
) -> None:
    box = await mailbox.read(db_session, site_keys, receipt)
    assert (box.status, box.messages, box.can_write) == ("received", [], True)


async def test_the_reporter_reads_the_answer_and_the_desk_the_reply(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, receipt: str, tip_id: uuid.UUID
) -> None:
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.answer(
        db_session, site_keys, country.union_member, text="Bạn đã trả bao nhiêu rồi?", **place
    )
    box = await mailbox.read(db_session, site_keys, receipt)
    assert [(m.sender, m.desk, m.text) for m in box.messages] == [
        ("desk", "union", "Bạn đã trả bao nhiêu rồi?")
    ]
    assert box.status == "answered"

    await mailbox.write(db_session, site_keys, receipt, secrets.token_bytes(16), "dạ 4 triệu")
    file = await case_file.read(db_session, site_keys, country.union_member, **place)
    assert [m.text for m in file.messages] == ["Bạn đã trả bao nhiêu rồi?", "dạ 4 triệu"]


async def test_the_same_message_sent_twice_stands_once(
    db_session: AsyncSession, site_keys: SiteKeys, receipt: str
) -> None:
    message_id = secrets.token_bytes(16)
    for _ in range(2):
        await mailbox.write(db_session, site_keys, receipt, message_id, "dạ 4 triệu")
    box = await mailbox.read(db_session, site_keys, receipt)
    assert [message.text for message in box.messages] == ["dạ 4 triệu"]


async def test_a_closed_tip_takes_no_more_messages(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, receipt: str, tip_id: uuid.UUID
) -> None:
    await close(db_session, site_keys, country, tip_id)
    box = await mailbox.read(db_session, site_keys, receipt)
    assert (box.status, box.can_write) == ("closed", False)
    with pytest.raises(mailbox.Closed):
        await mailbox.write(db_session, site_keys, receipt, secrets.token_bytes(16), "còn ai không")


async def test_closing_cuts_times_to_the_day(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, receipt: str, tip_id: uuid.UUID
) -> None:
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await case_file.read(db_session, site_keys, country.union_member, **place)
    await casework.answer(db_session, site_keys, country.union_member, text="đã chuyển", **place)
    await close(db_session, site_keys, country, tip_id)
    tip = await db_session.get(Tip, tip_id)
    assert tip is not None
    await mailbox.read(db_session, site_keys, receipt)
    placements = await repository.placements(db_session, tip_id)
    times: list[datetime | None] = [tip.received_at, *(placed.due_at for placed in placements)]
    times += [message.read_at for message in await repository.messages(db_session, tip_id)]
    times += [placed.opened_at for placed in placements]
    midnights = {(0, 0), (17, 0)}  # in Viet Nam, and as UTC
    assert {(time.hour, time.minute) for time in times if time} <= midnights


async def test_what_is_never_accepted_does_not_come_through_the_mailbox_either(
    db_session: AsyncSession, site_keys: SiteKeys, receipt: str
) -> None:
    with pytest.raises(OutOfPurpose):
        await mailbox.write(
            db_session, site_keys, receipt, secrets.token_bytes(16), "mai xuong em dinh cong doi tang luong"
        )
    assert (await mailbox.read(db_session, site_keys, receipt)).messages == []


class TestRereading:
    """What the reporter wrote is read again with each message, while the tip is locked."""

    def test_only_the_newest_messages_are_read_again(self) -> None:
        assert mailbox.newest(["a" * 5, "b" * 4, "c" * 3], most=8) == ["b" * 4, "c" * 3]
        assert mailbox.newest(["a" * 5, "b" * 4], most=9) == ["a" * 5, "b" * 4]
        assert mailbox.newest([], most=9) == []

    def test_the_new_one_is_read_however_long_it_is(self) -> None:
        assert mailbox.newest(["a", "b" * 20], most=8) == ["b" * 20]

    async def test_a_long_conversation_does_not_make_the_next_message_slower(
        self, db_session: AsyncSession, site_keys: SiteKeys, receipt: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        read, enter_again = list[list[str]](), linking.enter_again

        async def noted(
            session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, told: Told, messages: Sequence[str]
        ) -> None:
            read.append(list(messages))
            await enter_again(session, keys, tip_id, told, messages)

        monkeypatch.setattr(linking, "enter_again", noted)
        long = ["họ lại tới. " * 2_000, "họ lại gọi. " * 2_000, "họ lại đòi. " * 2_000]
        for one in long:
            await mailbox.write(db_session, site_keys, receipt, secrets.token_bytes(16), one)
        assert read == [long[:1], long[:2], long[1:]]
