"""The main job, end to end, on Telegram: through ``antam up``, with a stand-in for Telegram alone.

A worker asks; sends an anonymous tip by buttons and words and gets a receipt; a liaison finds it in Chromium,
reads it and answers; the worker reads the answer with the receipt and writes back.
"""

import re

from playwright.sync_api import Page, expect

from tests.bot.channel_contract import RECEIPT
from tests.bot.telegram_driver import TelegramWorker
from tests.e2e.house import House
from tests.e2e.people import open_queue
from tests.fakes.telegram import FakeTelegram


def test_the_whole_story(house: House, story_telegram: FakeTelegram, liaison: Page) -> None:
    worker = TelegramWorker(story_telegram)
    asks_about_a_tactic(worker)
    receipt = sends_a_tip(worker)

    open_queue(liaison, house)
    liaison_answers(liaison)

    reads_the_answer_and_writes_back(worker, receipt)
    liaison.reload()
    expect(liaison.locator("#tip")).to_contain_text("dạ từ tháng trước")

    told = "\n".join(house.lines)
    assert story_telegram.token not in told
    assert str(worker.user) not in told


def asks_about_a_tactic(worker: TelegramWorker) -> None:
    assert "mình là An Tâm" in worker.say("/start").text
    assert "gọi đòi nợ em" in worker.say("bi doi no goi ca ngay len cty phai lam sao").text
    assert re.search("20.{1,8}40 triệu", worker.say("phat bao nhieu?").text)


def sends_a_tip(worker: TelegramWorker) -> str:
    seen = worker.say("tôi muốn báo tin")
    assert "Telegram biết bạn nhắn cho mình" in seen.text
    for label in ("Viết tin luôn", "Tôi hiểu rồi", "Cho vay nặng lãi"):
        seen = worker.tap(seen.button(label))
    worker.say("Có ông Tư cho vay trước cổng, lãi 5 ngàn một triệu một ngày.")
    seen = worker.tap(worker.say("ai vay cung bi giu the luong").button("Xong"))
    for text in ("binh duong", "cổng số 2", "chiều nào cũng có", "ông Tư, xe 61A-123.45"):
        seen = worker.say(text)
    for label in ("Không có", "Không", "Công đoàn"):
        seen = worker.tap(seen.button(label))
    assert "Gửi luôn, hay sửa dòng nào?" in seen.text
    found = RECEIPT.search(worker.tap(seen.button("Gửi tin")).text)
    assert found
    assert "xóa đoạn chat" in worker.say("đã lưu").text
    return found.group()


def liaison_answers(page: Page) -> None:
    page.locator("tbody a").first.click()
    expect(page.locator("#tip")).to_contain_text("ai vay cung bi giu the luong")
    expect(page.locator("#tip")).to_contain_text("ông Tư, xe 61A-123.45")
    page.get_by_label("Trả lời người báo tin").fill("Cảm ơn bạn. Thẻ lương bị giữ từ khi nào?")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#tip")).to_contain_text("Đã gửi trả lời")


def reads_the_answer_and_writes_back(worker: TelegramWorker, receipt: str) -> None:
    opened = worker.say(receipt)
    assert "Thẻ lương bị giữ từ khi nào?" in opened.text
    worker.tap(opened.button("Viết cho cán bộ"))
    written = worker.say("dạ từ tháng trước")
    assert "Đã gửi cho cán bộ" in written.text
    worker.tap(written.button("Đóng hộp thư"))
