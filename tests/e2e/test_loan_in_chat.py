"""A loan is worked out in a running house: in the browser at phone size, and on Telegram.

``ANTAM_SCREENSHOTS=docs/screenshots`` renews the pictures.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.bot.channel_contract import PNG
from tests.bot.telegram_driver import TelegramWorker
from tests.e2e.conftest import NewPage
from tests.e2e.house import House
from tests.e2e.people import Worker
from tests.e2e.test_conversations import FITS, NEVER
from tests.fakes.telegram import FakeTelegram

IS_SHOWN = "picture => picture.complete && picture.naturalWidth > 0"
IS_READABLE = "picture => picture.naturalHeight > 0 && picture.clientWidth >= 300"
"""At this width the letters of 32 pixels of the picture's 640 are 15 points high."""
Picture = Callable[[Page, str], None]


@pytest.fixture
def worker(quiet_house: House, new_page: NewPage) -> Iterator[Worker]:
    worker = Worker(new_page(), quiet_house)
    yield worker
    assert worker.page.evaluate(FITS), "something runs over the edge"
    shown = worker.page.locator("#log").inner_text()
    assert [words for words in NEVER if words in shown] == []


def test_missing_numbers_are_asked_for_and_the_picture_is_seen(worker: Worker, picture: Picture) -> None:
    worker.press("Tính khoản vay")
    expect(worker.answer).to_contain_text("Bạn kể khoản vay trong một câu nhé")
    worker.say("vay 10 củ cầm về có 9 củ")
    expect(worker.answer).to_contain_text("Mỗi lần phải trả bao nhiêu")
    worker.say("3 lít")
    worker.say("mỗi ngày")
    expect(worker.answer).to_contain_text("Phải trả mấy lần")
    picture(worker.page, "loan-asked")
    worker.say("khong nho nua")
    expect(worker.answer).to_contain_text("áng chừng cũng được")
    worker.say("40")
    expect(worker.answer).to_contain_text("300.000đ × 40 lần (mỗi ngày) = 12.000.000đ")
    drawn = worker.page.locator(".bubble img.picture")
    expect(drawn).to_have_attribute(
        "alt", re.compile("cầm về 9.000.000đ, phải trả 12.000.000đ trong 40 ngày")
    )
    drawn.scroll_into_view_if_needed()
    assert drawn.evaluate(IS_SHOWN) and drawn.evaluate(IS_READABLE)
    picture(worker.page, "loan-picture")
    worker.say("1")
    expect(worker.answer).to_contain_text("có dấu hiệu cho vay lãi nặng")
    picture(worker.page, "loan-result")
    worker.press("Bốc bát họ, vay góp ngày")
    expect(worker.answer).to_contain_text("Bốc bát họ là vay rồi góp từng ngày")


def test_a_question_in_the_middle_is_answered_and_the_loan_goes_on(worker: Worker, picture: Picture) -> None:
    worker.say("tính giúp em: vay 5tr, mỗi ngày góp 150k")
    expect(worker.answer).to_contain_text("Phải trả mấy lần")
    worker.say("bị gọi lên công ty đòi nợ thì phải làm sao")
    expect(worker.page.locator("#log")).to_contain_text("đừng cho họ thông tin")
    expect(worker.answer).to_have_text(
        "Mình còn đang tính khoản vay của bạn: Phải trả mấy lần, hay trong bao lâu?"
    )
    worker.answer.scroll_into_view_if_needed()
    picture(worker.page, "loan-question-between")
    worker.say("5")
    expect(worker.answer).to_contain_text("trả ít hơn số đã nhận")
    worker.say("góp 150k trong 50 ngày")
    expect(worker.answer).to_contain_text("150.000đ × 50 lần")


def test_the_word_to_stop_ends_it_and_the_bin_forgets_the_picture(worker: Worker) -> None:
    worker.say("vay 10tr góp 300k một ngày, tính lãi giúp")
    worker.say("thôi")
    expect(worker.answer).to_contain_text("mình không tính nữa")
    worker.say("vay 10tr cầm về 9, góp 300k/ngày 40 ngày")
    worker.page.reload()
    expect(worker.page.locator(".bubble img.picture")).to_have_count(1)
    worker.page.locator("#forget").click()
    expect(worker.page.locator(".bubble img.picture")).to_have_count(0)
    assert worker.page.evaluate("() => JSON.stringify(sessionStorage)").count("data:image") == 0


def test_a_tab_keeps_three_pictures_and_the_words_of_the_others(worker: Worker) -> None:
    for days in (40, 41, 42, 43):
        worker.say(f"vay app 10tr cầm về 9, góp 300k/ngày {days} ngày")
    worker.page.reload()
    expect(worker.page.locator(".bubble img.picture")).to_have_count(3)
    expect(worker.page.locator("#log")).to_contain_text("phải trả 12.000.000đ trong 40 ngày")


def test_an_impossible_loan_is_asked_about(worker: Worker) -> None:
    worker.say("vay 10tr trả 5tr sau 30 ngày, tính lãi giúp em")
    expect(worker.answer).to_contain_text("trả ít hơn số đã nhận")
    worker.say("à 15tr")
    expect(worker.answer).to_contain_text("sau 30 ngày trả 15.000.000đ")


@pytest.mark.usefixtures("quiet_house")
def test_on_telegram_the_picture_comes_with_the_words(telegram: FakeTelegram) -> None:
    worker = TelegramWorker(telegram)
    menu = worker.say("menu")
    assert "Bạn kể khoản vay" in worker.tap(menu.button("Tính khoản vay")).text
    worker.say("vay 10tr cầm về 9, góp 300k mỗi ngày")
    between = worker.say("bốc bát họ là gì")
    assert "Bốc bát họ là vay rồi góp" in between.texts[0]
    assert between.texts[1].endswith("Phải trả mấy lần, hay trong bao lâu?")
    seen = worker.say("40")
    assert [png.startswith(PNG) for png in seen.pictures] == [True]
    assert "300.000đ × 40 lần" in seen.texts[-1]
    law = worker.tap(seen.button("Người, nhóm ngoài"))
    assert "có dấu hiệu cho vay lãi nặng" in law.text and law.pictures == []
    assert worker.tap(law.button("Tính khoản vay khác")).text.startswith("Bạn kể khoản vay")
    assert "không tính nữa" in worker.say("thôi").text
