"""What the people of a story do in the browser: a worker in the chat, staff signing in."""

import re

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.e2e.house import House

PASSWORD = "con đường về khu trọ số 14"


class Worker:
    """A worker with the chat page open."""

    def __init__(self, page: Page, house: House) -> None:
        self.page = page
        page.goto(house.worker_url)

    def say(self, text: str) -> None:
        """Write a message and wait for the answer to it."""
        mine = self.page.locator(".bubble.me").count()
        answers = self.page.locator(".bubble.them:not(.typing)").count()
        self.page.locator("#text").fill(text)
        self.page.locator("#send").click()
        expect(self.page.locator(".bubble.me")).to_have_count(mine + 1)
        self._answered(answers)

    def press(self, label: str) -> None:
        """Press the choice with this label and wait for the answer."""
        answers = self.page.locator(".bubble.them:not(.typing)").count()
        self.page.locator(".choices button", has_text=label).first.click()
        self._answered(answers)

    def _answered(self, before: int) -> None:
        self.page.wait_for_function(
            "count => document.querySelectorAll('.bubble.them:not(.typing)').length > count"
            " && !document.querySelector('.typing') && !document.querySelector('.state')",
            arg=before,
        )

    @property
    def answer(self) -> Locator:
        """The last thing An Tâm said."""
        return self.page.locator(".bubble.them").last

    @property
    def answer_text(self) -> str:
        return self.answer.inner_text()

    def receipt(self) -> str:
        """The receipt that is shown, as it is shown."""
        found = re.search(r"\d{4} \d{4} \d{4} \d{5}", self.page.locator("#log").inner_text())
        assert found, "no receipt is shown"
        return found[0]

    def send_tip(
        self, story: list[str], *, readers: str = "Công đoàn", who: str = "ông Tư, xe 61A-123.45"
    ) -> str:
        """The whole tip conversation, to the receipt, which is noted but not yet confirmed."""
        self.say("tôi muốn báo tin")
        self.press("Viết tin luôn")
        self.press("Tôi hiểu rồi")
        self.press("Cho vay nặng lãi")
        for part in story:
            self.say(part)
        self.say("xong")
        self.say("binh duong")
        self.say("cổng số 2")
        self.say("chiều nào cũng có")
        self.say(who)
        self.press("Không có")
        self.press("Không")
        self.page.locator(".choices button").filter(has_text=re.compile(rf"^\d?\s*{readers}$")).click()
        expect(self.answer).to_contain_text("Gửi luôn, hay sửa dòng nào?")
        self.press("Gửi tin")
        return self.receipt()


def open_queue(page: Page, house: House) -> None:
    """The queue of a liaison who is signed in, with the tip that nobody has opened yet at its head."""
    page.goto(f"{house.staff_url}queue")


def sign_in_first_time(page: Page, house: House, role: str) -> Page:
    """The first sign-in of a demo account, to its first working page."""
    login, one_time = house.accounts()[role]
    page.goto(house.staff_url)
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(one_time)
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_label("Nhập lại lần nữa").fill(PASSWORD)
    page.get_by_role("button", name="Tiếp tục").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Mã 6 số").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Hiện mã khôi phục").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Vào làm việc").click()
    expect(page).not_to_have_url(re.compile("sign-in"))
    return page
