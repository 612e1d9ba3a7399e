"""What was changed in the database is told kindly, in chat and on the page, and shuts nothing else."""

import pytest

from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.liaison import Liaison
from tests.bot.web_driver import WebWorker

ONE_MESSAGE = (
    "UPDATE tip_messages SET sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)"
    " WHERE tip_id = :tip AND number = 1"
)
THE_MAILBOX = (
    "UPDATE tip_seals SET sealed_key = set_byte(sealed_key, 30, get_byte(sealed_key, 30) # 1)"
    " WHERE tip_id = :tip AND desk_id IS NULL"
)


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house.url).open("/hop-thu")


def two_answers(liaison: Liaison) -> None:
    """The first one is damaged then."""
    liaison.answer("Họ hay tới lúc nào?")
    liaison.answer("Bạn giữ an toàn nhé.")
    liaison.damage(ONE_MESSAGE)


def test_one_damaged_message_in_chat_leaves_the_others_and_the_writing(
    worker: WebWorker, liaison: Liaison, receipt: str
) -> None:
    two_answers(liaison)
    shown = worker.say(receipt).text
    assert "Tin này bị hỏng" in shown and "Bạn giữ an toàn nhé." in shown
    worker.say("Họ tới buổi chiều.")
    assert "Đã gửi" in worker.say("gửi").text


def test_so_it_does_on_the_page(browser: Browser, liaison: Liaison, receipt: str) -> None:
    two_answers(liaison)
    browser.post(receipt=receipt)
    assert "Tin này bị hỏng" in browser.page and "Bạn giữ an toàn nhé." in browser.page
    assert "Đã gửi cho cán bộ" in browser.post(text="Họ tới buổi chiều.").page


def test_a_mailbox_that_does_not_open_is_said_to_be_damaged_and_the_receipt_to_be_right(
    worker: WebWorker, browser: Browser, liaison: Liaison, receipt: str
) -> None:
    liaison.damage(THE_MAILBOX)
    assert "Mã của bạn đúng" in worker.say(receipt).text
    assert "Mã của bạn đúng" in browser.post(receipt=receipt).page


def test_a_mailbox_that_is_damaged_while_it_is_open_says_so_at_every_act(
    worker: WebWorker, browser: Browser, liaison: Liaison, receipt: str
) -> None:
    worker.say(receipt)
    browser.post(receipt=receipt)
    liaison.damage(THE_MAILBOX)
    worker.say("Họ tới buổi chiều.")
    assert "hộp thư này bị hỏng" in worker.say("gửi").text
    worker.say("rút tin")
    worker.say("tôi muốn rút")
    assert "hộp thư này bị hỏng" in worker.say("rút hẳn").text
    assert "hộp thư này bị hỏng" in browser.post(withdraw="sure").page
