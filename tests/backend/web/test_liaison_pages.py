"""A liaison's day in a browser: the queue, a tip, an answer, and what stays out of reach."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from backend.accounts.roles import Role
from backend.desks import service as desks
from backend.tips import service as tips
from backend.tips.mailbox import read
from tests.backend.staff import Browser, at_work, holder
from tests.backend.tips.conftest import a_tip, new_receipt

NewBrowser = Callable[[], Browser]
STORY = "Có ông cho vay nóng trước cổng công ty"


@dataclass
class Office:
    """A union desk in Ho Chi Minh City with one liaison at work, and the police desk beside it."""

    app: FastAPI
    union: Browser
    police: Browser

    async def receive(self, **changes: object) -> None:
        async with self.app.state.sessionmaker.begin() as session:
            await tips.submit(session, self.app.state.site_keys, a_tip(**changes))

    async def open_first(self) -> str:
        """Open the first tip of the union's queue; its path."""
        await self.union.get("/queue")
        found = re.search(r'href="(/desks/[0-9a-f-]+/tips/[0-9a-f-]+)"', self.union.page.text)
        assert found
        await self.union.get(found.group(1))
        return found.group(1)

    async def count(self, table: str) -> int:
        async with self.app.state.sessionmaker() as session:
            return int(await session.scalar(text(f"SELECT count(*) FROM {table}")))


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
            desk = await desks.create(session, keys, kind, "79")
            await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=None)
            await desks.activate(session, keys, await holder(session, keys, browser))
        made.append(browser)
    return Office(app, *made)


class TestQueue:
    async def test_shows_what_is_urgent_first_and_nothing_of_the_story(self, office: Office) -> None:
        await office.receive(category="gambling_ring")
        await office.receive(danger="now", category="debt_violence")
        await office.union.get("/queue")
        assert office.union.text.index("Đe dọa, bạo lực đòi nợ</a>") < office.union.text.index(
            "Tổ chức đánh bạc</a>"
        )
        assert STORY not in office.union.text
        assert "TP" in office.union.text or "Hồ Chí Minh" in office.union.text
        assert re.search(r"còn (29|30) phút", office.union.text)

    async def test_a_tip_for_the_union_alone_is_not_in_the_queue_of_the_police(self, office: Office) -> None:
        await office.receive(readers=["union"])
        await office.police.get("/queue")
        assert "Không còn tin nào đang chờ" in office.police.text

    async def test_a_late_tip_says_so(self, office: Office) -> None:
        await office.receive(danger="now")
        async with office.app.state.sessionmaker.begin() as session:
            await session.execute(text("UPDATE tip_desks SET due_at = now() - interval '2 hours'"))
        await office.union.get("/queue")
        assert "quá hạn 2 giờ" in office.union.text

    async def test_is_narrowed_by_priority_and_category(self, office: Office) -> None:
        await office.receive(danger="now", category="debt_violence")
        await office.receive(category="gambling_ring")
        await office.union.get("/queue?priority=P1")
        assert "Tổ chức đánh bạc</a>" not in office.union.text
        await office.union.get("/queue?category=gambling_ring")
        assert "Đe dọa, bạo lực đòi nợ</a>" not in office.union.text

    @pytest.mark.parametrize(
        "query",
        ["desk=x", "priority=P9", "category=<script>", "page=999", "show=mine&desk=&priority=&category="],
    )
    async def test_an_odd_filter_shows_the_queue(self, office: Office, query: str) -> None:
        await office.union.get(f"/queue?{query}")
        assert office.union.page.status_code == 200
        assert "<script>" not in office.union.page.text

    async def test_speaks_english_to_who_wants_it(self, office: Office) -> None:
        await office.receive(danger="now", category="debt_violence")
        office.union.client.cookies.set("antam_language", "en")
        await office.union.get("/queue")
        assert "Threats or violence to collect debts" in office.union.text
        assert re.search(r"(29|30) minutes left", office.union.text)


class TestTip:
    async def test_is_read_by_a_member_and_the_opening_is_logged(self, office: Office) -> None:
        await office.receive()
        await office.open_first()
        assert STORY in office.union.text
        assert "ông Tư, số 0900000001" in office.union.text
        assert "Lan mở tin" in office.union.text

    async def test_says_in_words_why_it_has_its_priority(self, office: Office) -> None:
        await office.receive(danger="now")
        await office.open_first()
        assert "Người báo nói đang có người gặp nguy hiểm." in office.union.text

    async def test_what_a_reporter_wrote_is_text_and_never_markup(self, office: Office) -> None:
        await office.receive(story=["<img src=x onerror=alert(1)> {{ 7*7 }}"])
        await office.open_first()
        assert "<img src=x" not in office.union.page.text
        assert "<img src=x onerror=alert(1)> {{ 7*7 }}" in office.union.text

    async def test_is_not_there_for_the_other_desk_even_with_its_address(self, office: Office) -> None:
        await office.receive(readers=["union"])
        path = await office.open_first()
        await office.police.get(path)
        assert office.police.page.status_code == 404
        assert STORY not in office.police.text

    async def test_an_answer_reaches_the_reporter(self, office: Office) -> None:
        receipt = new_receipt()
        await office.receive(receipt=receipt)
        path = await office.open_first()
        await office.union.post(f"{path}/answer", text="  Bạn tránh đi một mình nhé.  ")
        assert "Đã gửi trả lời" in office.union.text
        async with office.app.state.sessionmaker.begin() as session:
            mailbox = await read(session, office.app.state.site_keys, receipt)
        assert [message.text for message in mailbox.messages] == ["Bạn tránh đi một mình nhé."]
        assert mailbox.messages[0].desk == "union"

    async def test_a_note_stays_at_the_desk(self, office: Office) -> None:
        await office.receive(readers=["union", "police"])
        path = await office.open_first()
        await office.union.post(f"{path}/note", text="Đã gọi công an phường.")
        assert "Đã gọi công an phường." in office.union.text
        await office.police.get("/queue")
        found = re.search(r'href="(/desks/[0-9a-f-]+/tips/[0-9a-f-]+)"', office.police.page.text)
        assert found
        await office.police.get(found.group(1))
        assert STORY in office.police.text
        assert "Đã gọi công an phường." not in office.police.text

    async def test_is_taken_on_and_then_stands_under_mine(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        me = re.search(r'name="assignee" value="([0-9a-f-]{36})"', office.union.page.text)
        assert me
        await office.union.post(f"{path}/assign", assignee=me.group(1))
        await office.union.get("/queue?show=mine")
        assert "Cho vay nặng lãi</a>" in office.union.text

    async def test_a_change_needs_its_reason(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(f"{path}/status", status="closed", reason="  ")
        assert "Hãy ghi lý do" in office.union.text
        await office.union.post(f"{path}/triage", category="gambling_ring", priority="P2", reason="")
        assert "Hãy ghi lý do" in office.union.text
        assert await office.count("tip_notes") == 0

    async def test_a_changed_status_and_triage_stand_in_the_history(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(
            f"{path}/triage", category="debt_violence", priority="P2", reason="có dọa đánh"
        )
        await office.union.post(f"{path}/status", status="waiting", reason="chờ biển số xe")
        assert "Đang xem xét → Chờ người báo tin" in office.union.text
        assert "→ P2, Đe dọa, bạo lực đòi nợ" in office.union.text
        assert "chờ biển số xe" in office.union.text

    async def test_a_closed_tip_takes_no_answer(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(f"{path}/status", status="closed", reason="đã xong")
        assert "Tin đã đóng" in office.union.text
        await office.union.post(f"{path}/answer", text="thêm một câu")
        assert office.union.page.status_code == 409
        assert await office.count("tip_messages") == 0

    @pytest.mark.parametrize(
        ("act", "fields"),
        [
            ("status", {"status": "gone", "reason": "x"}),
            ("status", {"status": "new", "reason": "x"}),
            ("triage", {"category": "strike", "priority": "P1", "reason": "x"}),
            ("triage", {"category": "gambling_ring", "priority": "P0", "reason": "x"}),
        ],
    )
    async def test_an_unknown_value_is_refused(
        self, office: Office, act: str, fields: dict[str, str]
    ) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(f"{path}/{act}", **fields)
        assert office.union.page.status_code == 422
        assert await office.count("tip_notes") == 0

    async def test_cannot_be_given_to_somebody_from_another_desk(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        async with office.app.state.sessionmaker() as session:
            minh = await session.scalar(text("SELECT id FROM members WHERE login = 'minh'"))
        await office.union.post(f"{path}/assign", assignee=str(minh))
        assert office.union.page.status_code == 404

    @pytest.mark.parametrize("written", ["", "   ", "\n\n"])
    async def test_an_empty_answer_sends_nothing(self, office: Office, written: str) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(f"{path}/answer", text=written)
        assert "Chưa có chữ nào để lưu" in office.union.text
        assert await office.count("tip_messages") == 0

    async def test_a_very_long_answer_is_refused_without_being_echoed(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.post(f"{path}/answer", text="dài " * 6000)
        assert office.union.page.status_code == 422
        assert "dài dài" not in office.union.text

    async def test_a_tip_that_does_not_exist_is_not_found(self, office: Office) -> None:
        await office.receive()
        path = await office.open_first()
        await office.union.get(f"{path.rsplit('/', 1)[0]}/{uuid.uuid4()}")
        assert office.union.page.status_code == 404
