"""A liaison and a reporter beyond answers, in a browser: ready answers, consent, thanks and their codes."""

import re
import secrets
import uuid

import pytest

from backend.tips import mailbox_acts
from backend.tips.mailbox import read
from backend.tips.schemas import Mailbox
from tests.backend.tips.conftest import new_receipt
from tests.backend.web.test_liaison_pages import Office, office

__all__ = ["office"]


@pytest.fixture
def receipt() -> str:
    return new_receipt()


@pytest.fixture
async def path(office: Office, receipt: str) -> str:
    """An open tip for the union alone, on the union's screen."""
    await office.receive(receipt=receipt)
    return await office.open_first()


async def box(office: Office, receipt: str) -> Mailbox:
    async with office.app.state.sessionmaker.begin() as session:
        return await read(session, office.app.state.site_keys, receipt)


async def choose(office: Office, receipt: str, choice: str) -> None:
    """The reporter answers the last question."""
    question = uuid.UUID((await box(office, receipt)).messages[-1].id)
    async with office.app.state.sessionmaker.begin() as session:
        await mailbox_acts.answer(
            session,
            office.app.state.site_keys,
            receipt,
            message_id=secrets.token_bytes(16),
            question=question,
            choice=choice,
        )


class TestReadyAnswers:
    async def test_a_ready_set_is_sent_and_its_answer_shown(
        self, office: Office, path: str, receipt: str
    ) -> None:
        await office.union.post(f"{path}/ask", text="Họ còn đến không?", ready="yes_no_unsure")
        assert "Đã gửi câu hỏi" in office.union.text
        assert "chưa trả lời" in office.union.text
        await choose(office, receipt, "unsure")
        await office.union.get(path)
        assert "chưa trả lời" not in office.union.text
        assert "Chọn từ câu trả lời sẵn" in office.union.text

    async def test_own_answers_need_two_that_differ(self, office: Office, path: str) -> None:
        await office.union.post(f"{path}/ask", text="Lúc nào?", ready="own", own="Sáng")
        assert "từ 2 đến 4 câu khác nhau" in office.union.text
        assert await office.count("tip_messages") == 0

    async def test_own_answers_are_text_and_never_markup(
        self, office: Office, path: str, receipt: str
    ) -> None:
        token = re.search(r'name="form_token" value="([^"]+)"', office.union.page.text)
        assert token
        own = ["<b>sáng</b>", "tối"]
        fields = {"form_token": token.group(1), "text": "Lúc nào?", "ready": "own", "own": own}
        office.union.page = await office.union.client.post(f"{path}/ask", data=fields, follow_redirects=True)
        assert "<b>sáng</b>" not in office.union.page.text
        assert [choice.text for choice in (await box(office, receipt)).messages[0].choices] == own

    @pytest.mark.parametrize("act", ["ask", "commend", "consent"])
    async def test_nothing_is_sent_without_words(self, office: Office, path: str, act: str) -> None:
        await office.union.post(f"{path}/{act}", text="  ", ready="yes_no")
        assert "Chưa có chữ nào" in office.union.text
        assert await office.count("tip_messages") == 0


class TestConsent:
    async def test_a_yes_lets_the_tip_go_to_the_police(self, office: Office, path: str, receipt: str) -> None:
        await office.union.post(f"{path}/consent", text="Công an tỉnh sẽ đọc để bắt họ.")
        assert "Đang chờ người báo tin trả lời" in office.union.text
        await choose(office, receipt, "yes")
        await office.union.get(path)
        assert "Người báo tin đã đồng ý." in office.union.text
        await office.union.post(f"{path}/hand-over", basis="consent")
        assert "Đã chuyển cho công an" in office.union.text
        assert "Công đoàn, Công an" in office.union.text
        await office.police.get("/queue")
        assert "Cho vay nặng lãi" in office.police.text

    async def test_without_a_yes_there_is_no_way_but_necessity_with_a_reason(
        self, office: Office, path: str, receipt: str
    ) -> None:
        await office.union.post(f"{path}/hand-over", basis="consent")
        assert office.union.page.status_code == 409
        assert "chưa đồng ý chuyển" in office.union.text
        await office.union.get(path)
        await office.union.post(f"{path}/hand-over", basis="law", reason=" ")
        assert "Hãy ghi lý do" in office.union.text
        await office.union.post(f"{path}/hand-over", basis="life", reason="có người bị nhốt")
        assert "vì có người nguy hiểm tính mạng" in office.union.text
        assert (await box(office, receipt)).messages[-1].about == "handed_over_life"

    async def test_forwarded_is_not_offered_for_a_tip_of_the_union_alone(
        self, office: Office, path: str
    ) -> None:
        assert 'value="forwarded"' not in office.union.page.text
        await office.union.post(f"{path}/status", status="forwarded", reason="chuyển")
        assert office.union.page.status_code == 409

    async def test_a_tip_that_the_police_read_already_is_not_handed_over(
        self, office: Office, receipt: str
    ) -> None:
        await office.receive(receipt=receipt, readers=["union", "police"])
        await office.open_first()
        assert "Muốn chuyển, hãy hỏi họ trước" not in office.union.text


class TestThanks:
    async def test_a_code_is_checked_off_once_and_the_page_names_no_tip(
        self, office: Office, path: str, receipt: str
    ) -> None:
        await office.union.post(f"{path}/commend", text="Giấy khen, nhận tại công đoàn khu.")
        assert "Đã gửi lời cảm ơn" in office.union.text
        code = (await box(office, receipt)).messages[-1].code
        assert code and code not in office.union.page.text
        counter = f"{path.split('/tips/', maxsplit=1)[0]}/commendations"
        await office.union.post_first(counter, code=f"{code[:4]} {code[4:]}")
        assert "Giấy khen, nhận tại công đoàn khu." in office.union.text
        assert not re.search(r"/tips/[0-9a-f-]{36}", office.union.page.text)
        await office.union.post_first(counter, code=code)
        assert "mã đã dùng rồi" in office.union.text
        assert await office.count("audit_entries WHERE action = 'desk.commendation_refused'") == 1

    async def test_another_desk_does_not_get_to_the_counter(self, office: Office, path: str) -> None:
        await office.police.get(f"{path.split('/tips/', maxsplit=1)[0]}/commendations")
        assert office.police.page.status_code == 404


async def test_a_withdrawn_tip_is_gone_from_the_queue_with_its_notifications(
    office: Office, path: str, receipt: str
) -> None:
    async with office.app.state.sessionmaker.begin() as session:
        await mailbox_acts.withdraw(session, office.app.state.site_keys, receipt)
    await office.union.get("/queue")
    assert "Không còn tin nào đang chờ" in office.union.text
    await office.union.get(path)
    assert office.union.page.status_code == 404
    assert await office.count("notifications") == 0
