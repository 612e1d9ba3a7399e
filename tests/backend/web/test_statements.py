"""How much a page asks of the database: a number that does not grow with what the page shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.engine import Engine

from backend.accounts.roles import Role
from backend.desks import service as desks
from tests.backend.staff import Browser, at_work, holder
from tests.backend.tips.conftest import new_receipt
from tests.backend.web.test_liaison_pages import Office, office

__all__ = ("office",)

STORIES = (
    "Tối qua họ tạt sơn vào cửa phòng trọ của chị cùng dãy.",
    "Anh bảo vệ giữ thẻ lương của bốn người trong tổ may.",
    "Có người gạ vay bằng app rồi gọi điện chửi cả gia đình.",
    "Cuối tuần nào cũng có xe chở đồ tới quán đầu ngõ để thu tiền góp.",
    "Em tôi bị ép ký giấy nợ ba chục triệu dù chỉ nhận hai chục.",
    "Nhóm này đứng chờ ngoài cổng đúng ngày lãnh lương.",
    "Họ chụp căn cước của công nhân mới rồi bắt trả phí.",
    "Mấy đứa nhỏ trong khu bị rủ đi đòi nợ thuê buổi đêm.",
)
OFFENDER = "ông Tư, số 0900000001"


@contextmanager
def asked(app: FastAPI) -> Iterator[list[str]]:
    """The statements that the application sends meanwhile, one after the other."""
    engine: Engine = app.state.sessionmaker.kw["bind"].sync_engine
    found: list[str] = []

    def note(*arguments: object) -> None:
        found.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def statements(office: Office, path: str, browser: Browser | None = None) -> list[str]:
    visitor = browser or office.union
    with asked(office.app) as found:
        await visitor.get(path)
    assert visitor.page.status_code == (204 if path == "/still-here" else 200)
    return found


async def more_desks(office: Office) -> None:
    """Three desks more, with a place for the union's member at each."""
    async with office.app.state.sessionmaker.begin() as session:
        keys = office.app.state.site_keys
        own = await holder(session, keys, office.union)
        for province in (None, "01", "75"):
            desk = await desks.create(session, keys, "union", province)
            await desks.invite(session, keys, desk=desk, member_id=own.member_id, actor_id=None)
        await desks.activate(session, keys, own)


async def receive(office: Office, *stories: str) -> list[str]:
    """Tips about one offender; their receipts."""
    receipts = [new_receipt() for _ in stories]
    for story, receipt in zip(stories, receipts, strict=True):
        await office.receive(story=[story], who=OFFENDER, receipt=receipt)
    return receipts


async def test_who_asks_and_may_they_is_one_question(office: Office) -> None:
    (only,) = await statements(office, "/still-here")
    assert all(table in only for table in ("staff_sessions", "members", "member_keys"))


async def test_a_page_of_the_queue_asks_as_much_for_many_lines_as_for_one(office: Office) -> None:
    await receive(office, STORIES[0])
    of_one = await statements(office, "/queue")
    await receive(office, *STORIES[1:])
    of_many = await statements(office, "/queue")
    assert office.union.page.text.count("/tips/") == len(STORIES)
    assert f"{len(STORIES) - 1} tin liên quan" in office.union.text
    assert of_many == of_one
    assert len(of_one) <= 8


@pytest.mark.parametrize("query", ["?priority=P3", "?category=illegal_lending", "?show=mine", "?page=9"])
async def test_a_narrowed_queue_asks_no_more(office: Office, query: str) -> None:
    await receive(office, *STORIES[:2])
    assert len(await statements(office, f"/queue{query}")) <= 8


async def test_a_queue_with_names_and_groups_asks_one_question_more(office: Office) -> None:
    await receive(office, *STORIES[:3])
    path = await office.open_first()
    me = office.union.page.text.partition('name="assignee" value="')[2][:36]
    await office.union.post(f"{path}/assign", assignee=me)
    assert len(await statements(office, "/queue")) <= 9
    assert "Lan" in office.union.text


async def test_a_tip_asks_as_much_with_many_relations_as_with_one(office: Office) -> None:
    await receive(office, *STORIES[:2])
    path = await office.open_first()
    with_one = await statements(office, path)
    await receive(office, *STORIES[2:])
    with_many = await statements(office, path)
    assert office.union.page.text.count("link-line") == len(STORIES) - 1
    assert with_many == with_one
    assert len(with_one) <= 22


async def test_a_tip_asks_as_much_after_much_work_on_it_as_after_little(office: Office) -> None:
    await receive(office, STORIES[0])
    path = await office.open_first()

    async def work(number: int) -> None:
        await office.union.post(f"{path}/answer", text=f"Bạn tránh đi một mình nhé ({number}).")
        await office.union.post(f"{path}/note", text=f"Đã gọi công an phường ({number}).")

    await work(1)
    after_little = await statements(office, path)
    for number in range(2, 6):
        await work(number)
    after_much = await statements(office, path)
    assert "Đã gọi công an phường (5)." in office.union.text
    assert after_much == after_little
    assert len(after_little) <= 20


async def test_the_page_of_ones_desks_asks_as_much_for_four_as_for_one(office: Office) -> None:
    of_one = await statements(office, "/desks")
    await more_desks(office)
    of_four = await statements(office, "/desks")
    assert office.union.page.text.count('<section class="card"') == 4
    assert len(of_four) == len(of_one) <= 7


async def test_the_page_of_all_desks_asks_as_much_for_five_as_for_two(
    office: Office, new_browser: Callable[[], Browser]
) -> None:
    browser = new_browser()
    await at_work(office.app, browser, "quan", Role.ADMINISTRATOR)
    of_two = await statements(office, "/admin/desks", browser)
    await more_desks(office)
    of_five = await statements(office, "/admin/desks", browser)
    assert browser.page.text.count('aria-labelledby="desk-') == 5
    assert len(of_five) == len(of_two) <= 14
