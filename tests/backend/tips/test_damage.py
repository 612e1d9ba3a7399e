"""What does not open any more shuts nothing else: its reader is told of it, and the administrator is."""

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import casework
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys
from backend.tips import damage, mailbox, mailbox_acts, repository
from backend.tips.files.models import TipFile
from backend.tips.models import StaffNote, Tip, TipMessage, TipPart, TipSeal
from backend.tips.problems import MailboxDamaged
from backend.tips.schemas import FileRef
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.conftest import Country
from tests.backend.tips.file_parts import sent
from tests.backend.tips.test_files import a_submission
from tests.backend.tips.two_way import Talk

FLIPPED = "set_byte({0}, octet_length({0}) - 1, get_byte({0}, octet_length({0}) - 1) # 1)"


def flip(column: str) -> object:
    """One bit of a sealed value changed."""
    return text(FLIPPED.format(column))


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    return await Talk.begin(db_session, site_keys, country, readers=["union", "police"])


def look_again(session: AsyncSession) -> None:
    """Have the session read anew what stands in tips."""
    for row in list(session.identity_map.values()):
        if isinstance(row, (Tip, TipMessage, TipPart, TipSeal, TipFile, StaffNote)):
            session.expire(row)


async def damage_message(talk: Talk, number: int) -> None:
    await talk.session.execute(
        update(TipMessage)
        .where(TipMessage.tip_id == talk.tip_id, TipMessage.number == number)
        .values(sealed=flip("sealed"))
    )
    look_again(talk.session)


async def told(session: AsyncSession) -> list[object]:
    """What the log was told of damage, oldest first."""
    query = select(AuditEntry.detail).where(AuditEntry.action == damage.ACTION).order_by(AuditEntry.number)
    return [detail["parts"] for detail in await session.scalars(query)]


class TestMailbox:
    async def test_a_damaged_message_is_marked_and_the_others_are_read(self, talk: Talk) -> None:
        for said in ("câu một", "câu hai", "câu ba"):
            await talk.answer(said)
        await damage_message(talk, 2)
        box = await talk.box()
        assert [(each.text, each.damaged) for each in box.messages] == [
            ("câu một", False),
            ("", True),
            ("câu ba", False),
        ]
        assert box.can_write

    async def test_it_is_not_taken_for_read(self, talk: Talk) -> None:
        await talk.answer("câu một")
        await damage_message(talk, 1)
        await talk.box()
        (row,) = await repository.messages(talk.session, talk.tip_id)
        assert row.read_at is None

    async def test_the_reporter_can_still_write_answer_and_withdraw(self, talk: Talk) -> None:
        await talk.answer("câu một")
        question = await talk.ask("Họ còn đến không?", "yes_no")
        await damage_message(talk, 1)
        await talk.choose(question, "yes")
        await talk.write("Họ vừa tới.")
        assert [each.choice or each.text for each in (await talk.box()).messages[2:]] == [
            "yes",
            "Họ vừa tới.",
        ]
        await talk.withdraw()
        with pytest.raises(NotFound):
            await talk.box()

    async def test_the_log_says_what_kind_of_part_it_was_and_says_it_once(self, talk: Talk) -> None:
        await talk.answer("câu một")
        assert await damage.lately(talk.session) == 0
        await damage_message(talk, 1)
        for _ in range(3):
            await talk.box()
        assert await told(talk.session) == [["message"]]
        assert await damage.lately(talk.session) == 1

    @pytest.mark.parametrize("change", ["tip_seals SET sealed_key", "tips SET reporter_public_key"])
    async def test_a_mailbox_that_does_not_open_at_all_says_so_and_is_logged(
        self, talk: Talk, internal_client: httpx.AsyncClient, change: str
    ) -> None:
        column = change.rpartition(" ")[2]
        await talk.session.execute(text(f"UPDATE {change} = {FLIPPED.format(column)}"))
        await talk.session.commit()
        look_again(talk.session)
        answer = await internal_client.post("/internal/mailbox/open", json={"receipt": talk.receipt})
        assert (answer.status_code, answer.json()["code"]) == (409, "mailbox_damaged")
        assert await told(talk.session) == [["key"]]
        for act in (mailbox_acts.withdraw, mailbox_acts.notice_place):
            with pytest.raises(MailboxDamaged):
                await act(talk.session, talk.keys, talk.receipt)


class TestCaseFile:
    async def test_staff_see_which_part_does_not_open_and_read_the_rest(self, talk: Talk) -> None:
        await talk.write("Họ lại tới.")
        await talk.answer("Cảm ơn bạn.")
        liaison = talk.country.union_member
        for said in ("ghi một", "ghi hai"):
            await casework.note(talk.session, talk.keys, liaison, text=said, **talk.place)
        first = (await talk.file()).notes[0].id
        await damage_message(talk, 1)
        await talk.session.execute(
            update(StaffNote).where(StaffNote.id == first).values(sealed=flip("sealed"))
        )
        look_again(talk.session)
        file = await talk.file()
        assert file.damaged == {"message", "note"}
        assert file.report is not None and file.report.story
        assert [(each.text, each.damaged) for each in file.messages] == [("", True), ("Cảm ơn bạn.", False)]
        assert [each.text is None for each in file.notes] == [True, False]
        assert (await told(talk.session))[-1] == ["message", "note"]

    async def test_a_damaged_report_leaves_the_talk_with_its_reporter(self, talk: Talk) -> None:
        await talk.write("Họ lại tới.")
        await talk.session.execute(update(TipPart).values(sealed=flip("sealed")))
        look_again(talk.session)
        file = await talk.file()
        assert (file.report, file.damaged) == (None, {"report"})
        assert [each.text for each in file.messages] == ["Họ lại tới."]
        await talk.answer("Bạn kể lại giúp nhé.")
        assert (await talk.box()).messages[-1].text == "Bạn kể lại giúp nhé."

    async def test_a_damaged_message_does_not_stay_unread_for_ever(self, talk: Talk) -> None:
        await talk.write("Họ lại tới.")
        await damage_message(talk, 1)
        await talk.file()
        assert not await repository.has_unread(talk.session, talk.tip_id, "reporter")


async def test_of_several_files_only_the_damaged_one_is_missing(
    internal_client: httpx.AsyncClient, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    body = a_submission(*[await sent(internal_client, photo("jpeg")) for _ in range(2)])
    assert (await internal_client.post("/internal/tips", json=body)).status_code == 201
    tip_id = (await db_session.scalars(select(TipSeal.tip_id).limit(1))).one()
    talk = Talk(db_session, site_keys, country, tip_id, body["receipt"])
    more = [await sent(internal_client, photo("jpeg")) for _ in range(2)]
    refs = [FileRef.model_validate(file.ref) for file in more]
    await mailbox.write(db_session, site_keys, talk.receipt, bytes(16), "", sent=refs)
    await db_session.execute(
        update(TipFile).where(TipFile.number.in_([1, 4])).values(sealed_about=flip("sealed_about"))
    )
    look_again(db_session)
    file = await talk.file()
    assert file.damaged == {"file"}
    (message,) = file.messages
    assert dict(file.files_damaged) == {None: 1, message.id: 1}
    assert {key: [each.number for each in kept] for key, kept in file.files.items()} == {
        None: [2],
        message.id: [3],
    }
    (shown,) = (await talk.box()).messages
    assert (len(shown.files), shown.files_damaged) == (1, 1)
