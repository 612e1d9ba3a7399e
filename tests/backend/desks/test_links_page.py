"""Related tips, groups and the search, as members of desks see them: never a tip that they may not open."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.roles import Role
from backend.audit.models import AuditEntry
from backend.desks import case_file, casework, group_work, links, merging, search
from backend.desks import service as desks
from backend.desks.case import TipNotFound, UnknownValue
from backend.desks.merging import CannotMerge
from backend.desks.queue import QueueFilter, queue
from backend.desks.search import TooManySearches
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox
from backend.tips import service as tips
from backend.tips.linking import floods as arriving
from backend.tips.models import Tip, TipDesk
from backend.tips.schemas import Submission
from tests.backend.accounts.conftest import app, browser, new_browser
from tests.backend.people import Person
from tests.backend.staff import Browser, at_work, holder
from tests.backend.tips.conftest import Country, a_tip

__all__ = ["app", "browser", "new_browser"]

NUMBER = "0900000077"
ABOUT = {
    "phone": "Ông đó hay gọi từ số 0900 000 077.",
    "both": "Nó gọi 0900000077 rồi bắt chuyển vô stk 4444000055.",
    "account": "Bị ép chuyển khoản vào 4444 0000 55 của VPBank.",
}


class House:
    """Sends tips and works on them as the members of the country's desks."""

    def __init__(self, session: AsyncSession, keys: SiteKeys, country: Country) -> None:
        self.session, self.keys, self.country = session, keys, country
        self.receipts: dict[uuid.UUID, str] = {}

    async def send(self, story: str, **changes: object) -> uuid.UUID:
        """A tip with this story and nothing else that it could share. Its id."""
        tip: Submission = a_tip(**{"story": [story], "who": None, "place": None, "when": None, **changes})
        before = set(await self.session.scalars(select(Tip.id)))
        await tips.submit(self.session, self.keys, tip)
        made = (set(await self.session.scalars(select(Tip.id))) - before).pop()
        self.receipts[made] = tip.receipt
        return made

    async def open(self, *tip_ids: uuid.UUID) -> None:
        for tip_id in tip_ids:
            await case_file.read(
                self.session,
                self.keys,
                self.country.union_member,
                tip_id=tip_id,
                desk_id=self.country.union.id,
            )

    async def links(self, tip_id: uuid.UUID) -> links.Links:
        return await links.of_tip(
            self.session, self.country.union_member, tip_id=tip_id, desk_id=self.country.union.id
        )

    async def merge(self, head_id: uuid.UUID, *tip_ids: uuid.UUID, by: Person | None = None) -> None:
        await merging.merge(
            self.session,
            self.keys,
            by or self.country.union_member,
            head_id=head_id,
            desk_id=self.country.union.id,
            tip_ids=tip_ids,
        )

    async def in_queue(self, person: Person | None = None) -> set[uuid.UUID]:
        found = await queue(self.session, person or self.country.union_member, QueueFilter())
        return {row.tip_id for row in found.rows}

    async def acts(self) -> list[str]:
        return list(await self.session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


@pytest.fixture
def house(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> House:
    return House(db_session, site_keys, country)


class TestLinks:
    async def test_a_tip_with_the_same_number_is_near_and_what_it_names_besides_leads_further(
        self, house: House
    ) -> None:
        first = await house.send(ABOUT["phone"])
        middle = await house.send(ABOUT["both"])
        last = await house.send(ABOUT["account"])
        await house.send("Trưởng ca giữ thẻ lương.")
        found = await house.links(first)
        assert [(link.line.tip_id, link.kinds) for link in found.near] == [(middle, ("phone",))]
        assert [(link.line.tip_id, link.kinds) for link in found.far] == [(last, ("bank_account",))]

    async def test_a_tip_of_another_desk_is_not_shown_and_is_no_step_to_others(self, house: House) -> None:
        first = await house.send(ABOUT["phone"])
        await house.send(ABOUT["both"], readers=["police"])
        await house.send(ABOUT["account"])
        found = await house.links(first)
        assert (found.near, found.far) == ((), ())

    async def test_a_tip_that_waits_for_escalation_is_not_shown(
        self, house: House, db_session: AsyncSession, country: Country
    ) -> None:
        first = await house.send(ABOUT["phone"], province="01")  # no desk there: the national one at once
        await house.send(ABOUT["both"])
        found = await links.of_tip(
            db_session, country.national_union_member, tip_id=first, desk_id=country.national_union.id
        )
        assert found.near == ()

    async def test_what_two_tips_share_is_named_and_never_shown(self, house: House) -> None:
        first = await house.send(ABOUT["phone"])
        await house.send(ABOUT["both"])
        assert NUMBER not in repr(await house.links(first))

    async def test_a_page_shows_a_bounded_number(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "MOST", 2)
        first = await house.send(ABOUT["phone"])
        for _ in range(3):
            await house.send(ABOUT["both"])
        found = await house.links(first)
        assert (len(found.near), found.more) == (2, True)

    async def test_the_queue_says_how_many_are_linked(
        self, house: House, db_session: AsyncSession, country: Country
    ) -> None:
        first, second = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.send(ABOUT["both"], readers=["police"])
        alone = await house.send("Trưởng ca giữ thẻ lương.")
        rows = (await queue(db_session, country.union_member, QueueFilter())).rows
        marks = await links.marks(db_session, [country.union.id], rows)
        linked = {tip_id: mark.linked for (tip_id, _), mark in marks.items()}
        assert linked == {first: 1, second: 1, alone: 0}


class TestMerging:
    async def test_the_head_stands_for_the_others_in_the_queue(self, house: House) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        assert await house.in_queue() == {head}
        assert [line.tip_id for line in (await house.links(head)).merged] == [other]
        seen_from_other = (await house.links(other)).head
        assert seen_from_other is not None and seen_from_other.tip_id == head
        assert (await house.acts())[-2:] == ["tip.merged", "tip.merged_here"]

    async def test_only_read_and_open_tips_of_the_same_desks_are_offered(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        head = await house.send(ABOUT["phone"])
        unread = await house.send(ABOUT["phone"])
        wider = await house.send(ABOUT["phone"], readers=["union", "police"])
        closed = await house.send(ABOUT["phone"])
        good = await house.send(ABOUT["phone"])
        await house.open(head, wider, closed, good)
        await casework.set_status(
            db_session,
            site_keys,
            country.union_member,
            tip_id=closed,
            desk_id=country.union.id,
            status="closed",
            reason="xong",
        )
        offered = {link.line.tip_id for link in (await house.links(head)).near if link.may_merge}
        assert offered == {good}
        for one in (unread, wider, closed, head):
            with pytest.raises(CannotMerge):
                await house.merge(head, one)
        with pytest.raises(CannotMerge):
            await house.merge(head, good, unread)
        assert await house.in_queue() == {head, unread, wider, good}

    async def test_neither_a_head_nor_a_merged_tip_is_merged_again(self, house: House) -> None:
        one, two, three = [await house.send(ABOUT["phone"]) for _ in range(3)]
        await house.open(one, two, three)
        await house.merge(one, two)
        for head, other in ((three, one), (three, two), (two, three)):
            with pytest.raises(CannotMerge):
                await house.merge(head, other)
        await house.merge(one, three)
        assert await house.in_queue() == {one}

    async def test_a_member_of_another_desk_merges_nothing_and_a_stranger_tip_is_not_found(
        self, house: House, country: Country
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        theirs = await house.send(ABOUT["both"], readers=["police"])
        await house.open(head, other)
        with pytest.raises(desks.NotAMember):
            await house.merge(head, other, by=country.police_member)
        with pytest.raises(TipNotFound):
            await house.merge(head, theirs)

    async def test_another_desk_with_the_same_tips_sees_both(self, house: House, country: Country) -> None:
        both = {"readers": ["union", "police"]}
        head, other = await house.send(ABOUT["phone"], **both), await house.send(ABOUT["both"], **both)
        await house.open(head, other)
        await house.merge(head, other)
        assert await house.in_queue(country.police_member) == {head, other}

    async def test_taken_apart_a_tip_stands_by_itself_again(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        place = {"tip_id": other, "desk_id": country.union.id}
        await merging.unmerge(db_session, site_keys, country.union_member, **place)
        assert await house.in_queue() == {head, other}
        assert (await house.acts())[-1] == "tip.unmerged"
        with pytest.raises(CannotMerge):
            await merging.unmerge(db_session, site_keys, country.union_member, **place)

    async def test_what_a_reporter_writes_brings_a_merged_tip_forth(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        await mailbox.write(db_session, site_keys, house.receipts[other], bytes(16), "Họ lại tới.")
        assert await house.in_queue() == {head, other}

    async def test_a_closed_or_destroyed_head_hides_nothing(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        await casework.set_status(
            db_session,
            site_keys,
            country.union_member,
            tip_id=head,
            desk_id=country.union.id,
            status="closed",
            reason="xong",
        )
        assert await house.in_queue() == {other}
        await db_session.execute(text("DELETE FROM tips WHERE id = :id"), {"id": head})
        heads = await db_session.scalars(select(TipDesk.head_id).where(TipDesk.tip_id == other))
        assert set(heads) == {None}

    async def test_one_answer_reaches_each_reporter_in_their_own_mailbox(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        apart = await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        place = {"head_id": head, "desk_id": country.union.id}
        sent = await group_work.answer(
            db_session, site_keys, country.union_member, text="Cảm ơn bạn.", **place
        )
        assert sent == 2
        for tip_id, expected in ((head, ["Cảm ơn bạn."]), (other, ["Cảm ơn bạn."]), (apart, [])):
            box = await mailbox.read(db_session, site_keys, house.receipts[tip_id])
            assert [message.text for message in box.messages] == expected

    async def test_one_status_for_the_whole_group(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        head, other = await house.send(ABOUT["phone"]), await house.send(ABOUT["both"])
        await house.open(head, other)
        await house.merge(head, other)
        place = {"head_id": head, "desk_id": country.union.id}
        liaison = country.union_member
        with pytest.raises(UnknownValue):
            await group_work.set_status(
                db_session, site_keys, liaison, status="forwarded", reason="chuyển", **place
            )
        changed = await group_work.set_status(
            db_session, site_keys, liaison, status="closed", reason="xong cả hai", **place
        )
        assert changed == 2
        assert await house.in_queue() == set()
        assert (await house.acts()).count("tip.status_changed") == 2


class TestSearch:
    async def test_finds_what_a_tip_names_in_any_spelling(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        tip_id = await house.send(ABOUT["both"])
        for typed in ("+84 900 000 077", "4444-0000-55", " 0900000077 "):
            found = await search.search(db_session, site_keys, country.union_member, typed)
            assert [line.tip_id for line in found.lines] == [tip_id]

    async def test_finds_nothing_of_other_desks(
        self, house: House, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        await house.send(ABOUT["both"], readers=["police"])
        assert (await search.search(db_session, site_keys, country.union_member, NUMBER)).lines == []

    async def test_is_logged_by_kind_and_never_by_what_was_searched_for(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        await search.search(db_session, site_keys, country.union_member, "0900 000 077")
        entry = (await db_session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()))).first()
        assert entry is not None
        assert (entry.action, entry.actor_id) == ("tips.searched", country.union_member.member_id)
        assert entry.detail["kinds"] == ["bank_account", "phone"]
        assert entry.detail["found"] == 0
        assert "900000077" not in repr(entry.detail) + entry.subject
        assert re.fullmatch(r"[0-9a-f]{32}", entry.detail["hash"])

    async def test_too_many_within_a_minute_are_refused_for_this_member_alone(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        for _ in range(search.A_MINUTE):
            await search.search(db_session, site_keys, country.union_member, NUMBER)
        with pytest.raises(TooManySearches):
            await search.search(db_session, site_keys, country.union_member, NUMBER)
        await search.search(db_session, site_keys, country.police_member, NUMBER)

    async def test_words_that_name_nothing_are_not_searched_for(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        found = await search.search(db_session, site_keys, country.union_member, "a ?")
        assert (found.kinds, found.lines) == ((), [])


@dataclass
class Office:
    """A union liaison and a police liaison at their browsers."""

    app: FastAPI
    union: Browser
    police: Browser

    async def receive(self, story: str, **changes: object) -> None:
        tip = a_tip(**{"story": [story], "who": None, "place": None, "when": None, **changes})
        async with self.app.state.sessionmaker.begin() as session:
            await tips.submit(session, self.app.state.site_keys, tip)

    async def paths(self) -> list[str]:
        """The addresses of the tips of the union's queue."""
        await self.union.get("/queue")
        found = re.findall(r'href="(/desks/[0-9a-f-]+/tips/[0-9a-f-]+)"', self.union.page.text)
        return list(dict.fromkeys(found))


NewBrowser = Callable[[], Browser]


@pytest.fixture
async def office(app: FastAPI, new_browser: NewBrowser) -> Office:
    made = []
    for login, role, kind in (
        ("lan", Role.UNION_LIAISON, "union"),
        ("minh", Role.POLICE_LIAISON, "police"),
    ):
        browser = new_browser()
        member_id = await at_work(app, browser, login, role)
        async with app.state.sessionmaker.begin() as session:
            keys = app.state.site_keys
            desk = await desks.create(session, keys, kind, "79", actor_id=None)
            await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=None)
            await desks.activate(session, keys, await holder(session, keys, browser))
        made.append(browser)
    return Office(app, *made)


class TestPages:
    async def test_a_tip_shows_its_related_ones_and_the_queue_how_many(self, office: Office) -> None:
        await office.receive(ABOUT["phone"])
        await office.receive(ABOUT["both"])
        paths = await office.paths()
        assert office.union.text.count("1 tin liên quan") == 2
        await office.union.get(paths[0])
        assert "cùng số điện thoại" in office.union.text
        assert paths[1] in office.union.page.text

    async def test_two_tips_are_merged_answered_together_and_taken_apart(self, office: Office) -> None:
        await office.receive(ABOUT["phone"])
        await office.receive(ABOUT["both"])
        head, other = await office.paths()
        await office.union.get(other)
        await office.union.get(head)
        await office.union.post(f"{head}/merge", tip=other.rsplit("/", 1)[1])
        assert "Đã gộp tin." in office.union.text
        assert await office.paths() == [head]
        assert "gộp 2 tin" in office.union.text
        await office.union.get(head)
        await office.union.post(f"{head}/group/answer", text="Cảm ơn bạn đã báo.")
        await office.union.get(other)
        assert "Cảm ơn bạn đã báo." in office.union.text
        assert "Đã gộp vào một tin khác" in office.union.text
        await office.union.post(f"{other}/unmerge")
        assert "Đã tách tin ra." in office.union.text
        assert len(await office.paths()) == 2

    async def test_merging_nothing_or_a_tip_unread_says_so(self, office: Office) -> None:
        await office.receive(ABOUT["phone"])
        await office.receive(ABOUT["both"])
        head, other = await office.paths()
        await office.union.get(head)
        await office.union.post(f"{head}/merge")
        assert "Chưa chọn tin nào" in office.union.text
        await office.union.post(f"{head}/merge", tip=other.rsplit("/", 1)[1])
        assert office.union.page.status_code == 409
        assert "Không gộp được" in office.union.text

    async def test_a_search_shows_the_tips_and_keeps_what_was_typed_out_of_the_address(
        self, office: Office
    ) -> None:
        await office.receive(ABOUT["both"])
        path = (await office.paths())[0]
        await office.union.get("/search")
        await office.union.post("/search", text="+84 900 000 077")
        assert path in office.union.page.text
        assert "số điện thoại" in office.union.text
        assert office.union.page.url.query == b""
        await office.union.post("/search", text="<b>an</b>")
        assert "<b>an</b>" not in office.union.page.text
        await office.police.get("/search")
        await office.police.post("/search", text="0900000077")
        assert "Không có tin nào của tổ bạn nhắc tới." in office.police.text

    async def test_a_flood_is_one_line_until_somebody_decides(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(arriving, "FREE", 1)
        for _ in range(3):
            await office.receive(ABOUT["both"])
        assert len(await office.paths()) == 1
        assert "2 tin gần giống nhau đang chờ xem" in office.union.text
        look = re.search(r'href="(/queue\?flood=[^"]+)"', office.union.page.text)
        assert look
        await office.union.get(look.group(1).replace("&amp;", "&"))
        assert office.union.page.text.count("/tips/") == 2
        act = re.search(r'action="(/desks/[0-9a-f-]+/floods/[0-9a-f-]+)/release"', office.union.page.text)
        assert act
        await office.union.post(f"{act.group(1)}/close", reason="  ")
        assert "Hãy ghi lý do" in office.union.text
        await office.union.post(f"{act.group(1)}/release", reason="người thật")
        assert "Đã đưa các tin vào hàng đợi" in office.union.text
        assert len(await office.paths()) == 3
        await office.union.post(f"{act.group(1)}/close", reason="lần nữa")
        assert office.union.page.status_code == 404
