"""A tip for the union alone goes to the police with its reporter's yes or by necessity, never in silence."""

import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework, handover, leaving
from backend.desks.case import Damaged, NeverForwarded, TipNotFound, UnknownValue
from backend.desks.handover import NotAgreed, NotToPolice
from backend.kit.errors import Conflict
from backend.kit.site_keys import SiteKeys
from backend.tips.models import Tip, TipDesk, TipPart, TipSeal
from backend.tips.problems import NobodyToReceive
from backend.tips.sealing import HANDOVER, Report
from tests.backend.tips.conftest import Country
from tests.backend.tips.two_way import Talk


@pytest.fixture
async def talk(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Talk:
    return await Talk.begin(db_session, site_keys, country)


async def holders(talk: Talk) -> set[uuid.UUID | None]:
    query = select(TipSeal.desk_id).where(TipSeal.tip_id == talk.tip_id)
    return set(await talk.session.scalars(query))


async def forward(talk: Talk) -> None:
    await casework.set_status(
        talk.session, talk.keys, talk.country.union_member, status="forwarded", reason="chuyển", **talk.place
    )


class TestAsking:
    async def test_the_question_has_a_yes_and_a_no_and_is_logged(self, talk: Talk) -> None:
        asked = await talk.ask_consent()
        assert asked.kind == "consent"
        assert [choice.id for choice in asked.choices] == ["yes", "no"]
        assert "tip.consent_asked" in await talk.logged()

    async def test_nobody_is_asked_twice_before_answering(self, talk: Talk) -> None:
        await talk.ask_consent()
        with pytest.raises(Conflict):
            await talk.ask_consent()

    async def test_after_a_no_it_may_be_asked_again(self, talk: Talk) -> None:
        await talk.choose(await talk.ask_consent(), "no")
        assert (await talk.ask_consent()).choices

    @pytest.mark.parametrize(("choice", "act"), [("yes", "tip.consent_given"), ("no", "tip.consent_refused")])
    async def test_what_the_reporter_said_is_logged(self, talk: Talk, choice: str, act: str) -> None:
        await talk.choose(await talk.ask_consent(), choice)
        assert (await talk.logged())[-1] == act

    async def test_where_no_police_desk_could_receive_it_nobody_is_asked(
        self, talk: Talk, country: Country
    ) -> None:
        for person in (country.police_member, country.national_police_member):
            await leaving.remove_member(talk.session, talk.keys, member_id=person.member_id, actor_id=None)
        with pytest.raises(NobodyToReceive):
            await talk.ask_consent()


class TestHandingOver:
    async def test_without_a_yes_nothing_is_handed_over(self, talk: Talk) -> None:
        with pytest.raises(NotAgreed):
            await talk.hand_over()
        asked = await talk.ask_consent()
        with pytest.raises(NotAgreed):
            await talk.hand_over()
        await talk.choose(asked, "no")
        with pytest.raises(NotAgreed):
            await talk.hand_over()
        assert await holders(talk) == {talk.country.union.id, talk.country.national_union.id, None}

    async def test_after_a_yes_the_police_desks_receive_it_like_a_new_tip(
        self, talk: Talk, country: Country
    ) -> None:
        await talk.choose(await talk.ask_consent(), "yes")
        await talk.hand_over()
        file = await talk.file(country.police_member, country.police)
        assert file.report is not None and file.report.who == "ông Tư, số 0900000001"
        assert file.tip.readers == ["union", "police"]
        with pytest.raises(TipNotFound):
            await talk.file(country.national_police_member, country.national_police)
        reaches = {
            placed.desk_id: placed.reach
            for placed in await talk.session.scalars(select(TipDesk).where(TipDesk.tip_id == talk.tip_id))
        }
        assert reaches[country.police.id] == "direct"
        assert reaches[country.national_police.id] == "escalation"

    async def test_the_reporter_is_told_and_the_basis_is_logged(self, talk: Talk) -> None:
        await talk.choose(await talk.ask_consent(), "yes")
        await talk.hand_over()
        told = (await talk.box()).messages[-1]
        assert (told.kind, told.about) == ("told", "handed_over_consent")
        file = await talk.file()
        act = next(act for act in file.history if act.action == "tip.handed_over")
        assert act.detail["basis"] == "consent"
        assert file.placed.status == "forwarded"

    @pytest.mark.parametrize("basis", ["life", "law"])
    async def test_necessity_needs_a_reason_that_stays_sealed_and_tells_the_reporter(
        self, talk: Talk, basis: str
    ) -> None:
        await talk.choose(await talk.ask_consent(), "no")
        with pytest.raises(UnknownValue):
            await talk.hand_over(basis, "  ")
        await talk.hand_over(basis, "có người bị nhốt")
        assert (await talk.box()).messages[-1].about == f"handed_over_{basis}"
        file = await talk.file()
        assert [(note.about, note.text) for note in file.notes] == [("handover", "có người bị nhốt")]
        assert "nhốt" not in str([act.detail for act in file.history])

    async def test_an_unknown_basis_is_refused(self, talk: Talk) -> None:
        with pytest.raises(UnknownValue):
            await talk.hand_over("curiosity", "muốn biết")

    async def test_it_happens_once(self, talk: Talk) -> None:
        await talk.hand_over("life", "có người bị nhốt")
        with pytest.raises(NotToPolice):
            await talk.hand_over("life", "có người bị nhốt")


class TestNever:
    async def test_a_labour_violation_whatever_it_is_re_sorted_to(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        talk = await Talk.begin(db_session, site_keys, country, category="labour_violation")
        await casework.retriage(
            db_session,
            site_keys,
            country.union_member,
            category="illegal_lending",
            priority="P1",
            reason="nhầm",
            **talk.place,
        )
        for act in (talk.ask_consent(), talk.hand_over("law", "luật buộc"), forward(talk)):
            with pytest.raises(NeverForwarded):
                await act

    async def test_what_was_first_sorted_as_one_whatever_it_is_re_sorted_to(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        told = ["Công ty nợ lương công nhân ba tháng và không đóng bảo hiểm xã hội"]
        talk = await Talk.begin(db_session, site_keys, country, category="other_crime", story=told)
        assert (await talk.file()).tip.category == "labour_violation"
        await casework.retriage(
            db_session,
            site_keys,
            country.union_member,
            category="illegal_lending",
            priority="P1",
            reason="nhầm",
            **talk.place,
        )
        for act in (talk.ask_consent(), talk.hand_over("law", "luật buộc"), forward(talk)):
            with pytest.raises(NeverForwarded):
                await act
        file = await talk.file()
        assert file.report is not None
        assert handover.categories_of(file.report, file.tip.category) == (
            "other_crime",
            "labour_violation",
            "illegal_lending",
        )

    async def test_a_report_of_before_still_opens(self) -> None:
        told = {"story": ["…"], "category": "other_crime", "readers": ["union"]}
        assert Report.model_validate(told).sorted_as == ""

    async def test_a_tip_about_the_police(self, talk: Talk) -> None:
        tip = await talk.session.get(Tip, talk.tip_id)
        assert tip is not None
        tip.reasons = [*tip.reasons, "about_police"]
        with pytest.raises(NotToPolice):
            await talk.ask_consent()

    async def test_a_desk_of_the_police_does_not_ask(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        talk = await Talk.begin(db_session, site_keys, country, readers=["police"])
        with pytest.raises(NotToPolice):
            await handover.ask_consent(
                db_session,
                site_keys,
                country.police_member,
                tip_id=talk.tip_id,
                desk_id=country.police.id,
                text="được không",
            )

    async def test_forwarded_is_no_way_round_the_question(self, talk: Talk) -> None:
        with pytest.raises(NotAgreed):
            await forward(talk)
        await talk.choose(await talk.ask_consent(), "yes")
        with pytest.raises(NotAgreed):
            await forward(talk)
        await talk.hand_over()
        await forward(talk)


class TestTheRecord:
    """What widened the readers is sealed; what stands in clear is held against it."""

    async def test_readers_put_back_in_clear_are_noticed(self, talk: Talk) -> None:
        await talk.hand_over("life", "có người bị nhốt")
        tip = await talk.session.get(Tip, talk.tip_id)
        assert tip is not None
        tip.readers = ["union"]
        await talk.session.flush()
        with pytest.raises(Damaged):
            await talk.file()

    async def test_readers_widened_in_clear_without_it_are_noticed_before_anything_is_sealed(
        self, talk: Talk
    ) -> None:
        tip = await talk.session.get(Tip, talk.tip_id)
        assert tip is not None
        tip.readers = ["union", "police"]
        await talk.session.flush()
        with pytest.raises(Damaged):
            await talk.hand_over("life", "có người bị nhốt")

    async def test_a_record_of_another_tip_is_refused(
        self, talk: Talk, site_keys: SiteKeys, country: Country
    ) -> None:
        other = await Talk.begin(talk.session, site_keys, country)
        await talk.hand_over("life", "có người bị nhốt")
        part = (await talk.session.scalars(select(TipPart).where(TipPart.field == HANDOVER))).one()
        part.tip_id = other.tip_id
        await talk.session.flush()
        with pytest.raises(Damaged):
            await other.file()

    async def test_a_flipped_bit_is_noticed(self, talk: Talk) -> None:
        await talk.hand_over("life", "có người bị nhốt")
        part = (await talk.session.scalars(select(TipPart).where(TipPart.field == HANDOVER))).one()
        part.sealed = part.sealed[:-1] + bytes([part.sealed[-1] ^ 1])
        await talk.session.flush()
        with pytest.raises(Damaged):
            await talk.file()
