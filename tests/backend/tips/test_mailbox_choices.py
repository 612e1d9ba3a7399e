"""Questions with ready answers, and what each side knows to be read."""

import secrets

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework, letters
from backend.desks.case import UnknownValue
from backend.kit.errors import Invalid
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox, repository
from backend.tips.mailbox_acts import Answered
from tests.backend.tips.conftest import Country
from tests.backend.tips.two_way import Talk


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    return await Talk.begin(db_session, site_keys, country)


class TestChoices:
    async def test_a_question_shows_its_answers_until_one_is_chosen(self, talk: Talk) -> None:
        asked = await talk.ask("Họ còn đến không?", "yes_no_unsure")
        assert [choice.id for choice in asked.choices] == ["yes", "no", "unsure"]
        await talk.choose(asked, "unsure")
        question, answer = (await talk.box()).messages
        assert question.choices == []
        assert (answer.sender, answer.choice, answer.answers) == ("reporter", "unsure", question.id)

    async def test_a_liaisons_own_words_come_back_as_the_answer(self, talk: Talk) -> None:
        asked = await talk.ask("Lúc nào?", own=("Buổi sáng", " ", "Buổi tối"))
        await talk.choose(asked, "2")
        assert (await talk.file()).messages[-1].text == "Buổi tối"

    async def test_choosing_twice_is_refused_and_the_same_press_again_changes_nothing(
        self, talk: Talk
    ) -> None:
        asked = await talk.ask("Họ còn đến không?", "yes_no")
        press = secrets.token_bytes(16)
        for _ in range(2):
            await talk.choose(asked, "yes", press)
        with pytest.raises(Answered):
            await talk.choose(asked, "no")
        assert [each.choice for each in (await talk.box()).messages] == ["", "yes"]

    async def test_an_answer_that_was_not_offered_is_refused(self, talk: Talk) -> None:
        asked = await talk.ask("Họ còn đến không?", "yes_no")
        with pytest.raises(Invalid):
            await talk.choose(asked, "unsure")

    async def test_what_is_no_question_takes_no_choice(self, talk: Talk) -> None:
        await talk.answer("Cảm ơn bạn.")
        with pytest.raises(Answered):
            await talk.choose((await talk.box()).messages[0], "yes")

    async def test_a_closed_tip_offers_no_answers(self, talk: Talk) -> None:
        asked = await talk.ask("Họ còn đến không?", "yes_no")
        await casework.set_status(
            talk.session, talk.keys, talk.country.union_member, status="closed", reason="xong", **talk.place
        )
        assert (await talk.box()).messages[0].choices == []
        with pytest.raises(mailbox.Closed):
            await talk.choose(asked, "yes")

    @pytest.mark.parametrize(
        ("ready", "own"),
        [("perhaps", ()), ("own", ("một mình",)), ("", ("Có", "có")), ("own", ("a", "b" * 41)), ("own", ())],
    )
    def test_choices_that_fit_no_button_are_refused(self, ready: str, own: tuple[str, ...]) -> None:
        with pytest.raises(UnknownValue):
            letters.choices_of(ready, own)

    async def test_nothing_of_a_question_stands_in_clear(self, talk: Talk) -> None:
        await talk.ask("Họ còn đến không?", own=("chỗ quán Bờ Kè", "chỗ khác"))
        rows = await talk.session.execute(text("SELECT tip_messages::text FROM tip_messages"))
        assert not any(word in str(row) for row in rows for word in ("question", "b\\x7175616e"))
        raw = await talk.session.scalars(text("SELECT sealed FROM tip_messages"))
        assert not any("Bờ Kè".encode() in bytes(sealed) for sealed in raw)

    async def test_a_choice_moved_into_another_row_is_noticed(self, talk: Talk) -> None:
        asked = await talk.ask("Họ còn đến không?", "yes_no")
        await talk.choose(asked, "yes")
        one, other = await repository.messages(talk.session, talk.tip_id)
        one.sealed, other.sealed = other.sealed, one.sealed
        await talk.session.flush()
        assert [(each.damaged, each.choice) for each in (await talk.box()).messages] == [(True, "")] * 2


class TestReadMarks:
    async def test_the_reporter_sees_what_the_desk_has_read(self, talk: Talk) -> None:
        await talk.write("họ lại tới")
        assert [each.read for each in (await talk.box()).messages] == [False]
        await talk.file()
        assert [each.read for each in (await talk.box()).messages] == [True]

    async def test_what_arrives_while_a_page_is_made_is_not_marked_as_read(self, talk: Talk) -> None:
        await talk.answer("câu trước")
        messages = await repository.messages(talk.session, talk.tip_id)
        await talk.answer("câu đến sau")
        await repository.mark_read(talk.session, [each.id for each in messages], messages[0].written_at)
        unread = [each.read_at is None for each in await repository.messages(talk.session, talk.tip_id)]
        assert unread == [False, True]

    async def test_reading_marks_the_other_sides_messages_and_not_ones_own(self, talk: Talk) -> None:
        await talk.answer("của công đoàn")
        await talk.write("của người báo")
        await talk.box()
        marks = [each.read_at is not None for each in await repository.messages(talk.session, talk.tip_id)]
        assert marks == [True, False]
