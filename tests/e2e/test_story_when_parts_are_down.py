"""With Rasa or the action server stopped, tips, topics by search and emergencies still work.

Also: the tip form without JavaScript, and a draft that survives the bot's death.
"""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NewPage
from tests.e2e.house import House
from tests.e2e.people import Worker


@contextmanager
def frozen(house: House, name: str) -> Iterator[None]:
    """Stop a process without letting it die, so that the supervisor does not start it again."""
    pid = house.pid(name)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_topics_emergencies_and_tips_go_on_without(name: str, quiet_house: House, new_page: NewPage) -> None:
    with frozen(quiet_house, name):
        worker = Worker(new_page(), quiet_house)
        worker.say("boc bat ho la gi")
        expect(worker.page.locator("#log")).to_contain_text("góp từng ngày")
        worker.say("tụi nó đang nhốt em trong phòng, cứu em")
        expect(worker.answer).to_contain_text("113")
        receipt = worker.send_tip(["Nhóm cho vay ở dãy trọ số 5, lãi 20% một tháng."])
        worker.say("đã lưu")
        assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{5}", receipt)


def test_nothing_is_said_about_technical_trouble(quiet_house: House, new_page: NewPage) -> None:
    with frozen(quiet_house, "rasa"):
        worker = Worker(new_page(), quiet_house)
        worker.say("hôm nay ăn gì ngon")
        for word in ("lỗi", "kết nối", "máy chủ", "error", "timeout"):
            expect(worker.answer).not_to_contain_text(word)


def test_an_emergency_is_answered_when_the_backend_is_down_too(quiet_house: House, new_page: NewPage) -> None:
    page = new_page()
    with frozen(quiet_house, "rasa"), frozen(quiet_house, "backend"):
        worker = Worker(page, quiet_house)
        worker.say("cuu em voi tui no dang danh chong em ngoai cua")
        expect(worker.answer).to_contain_text("113")


def test_a_draft_outlives_the_bot_and_nothing_of_it_is_shown(quiet_house: House, new_page: NewPage) -> None:
    worker = Worker(new_page(), quiet_house)
    worker.say("tôi muốn báo tin")
    worker.press("Viết tin luôn")
    worker.press("Tôi hiểu rồi")
    worker.press("Cho vay nặng lãi")
    worker.say("họ giữ thẻ lương của cả tổ em")

    before = quiet_house.pid("bot")
    os.kill(before, signal.SIGKILL)
    quiet_house.wait_for(lambda house: house.pid("bot") != before, "A new bot")
    quiet_house.wait_until_answers("bot", "healthz")

    worker.page.reload()
    expect(worker.page.locator("#log")).not_to_contain_text("họ giữ thẻ lương")
    worker.say("giữ từ tháng trước")
    expect(worker.answer).not_to_contain_text("họ giữ thẻ lương")
    expect(worker.answer).to_contain_text("đang viết dở")
    worker.press("Xem tiếp")
    expect(worker.answer).to_contain_text("đã ghi 1 đoạn")
    worker.say("giữ từ tháng trước")
    expect(worker.answer).to_contain_text("đã ghi 2 đoạn")


def test_the_tip_form_needs_no_javascript(quiet_house: House, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(quiet_house.worker_url + "bao-tin")
    form = page.locator("main form")

    def press(name: str, *, exact: bool = False) -> None:
        """Presses a button and waits for the page that comes, which may have a button of that name too."""
        with page.expect_navigation():
            form.get_by_role("button", name=name, exact=exact).first.click()

    for button in ("Viết tin luôn", "Tôi hiểu rồi", "Cho vay nặng lãi"):
        press(button)
    form.locator("textarea").fill("Ông Tư cho vay lãi cao ở cổng sau.")
    press("Tiếp")
    form.locator("textarea").fill("binh duong")
    press("Tiếp")
    for _ in ("place", "when", "who"):
        press("Bỏ qua")
    for button in ("Không có", "Không", "Công đoàn", "Gửi tin"):
        press(button, exact=True)
    expect(page.locator(".receipt .code")).to_have_text(re.compile(r"\d{4} \d{4} \d{4} \d{5}"))
    receipt = page.locator(".receipt .code").inner_text()
    press("Đã lưu")

    page.goto(quiet_house.worker_url + "hop-thu")
    page.locator("main input:visible, main textarea:visible").first.fill(receipt)
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Cho vay nặng lãi")
    assert receipt.replace(" ", "") not in page.url
