"""The main job, end to end, in a real browser through all processes.

A worker asks; sends an anonymous tip and gets a receipt; a liaison finds it, reads it and answers; the
worker reads the answer; a trainer corrects a topic and the next worker sees it.
"""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.house import House
from tests.e2e.people import Worker, open_queue, sign_in_first_time

Picture = Callable[[Page, str], None]


def test_the_whole_story(house: House, liaison: Page, new_page: NewPage, picture: Picture) -> None:
    worker = Worker(new_page(), house)
    picture(worker.page, "chat-start")
    asks_about_a_tactic(worker, picture)
    receipt = sends_a_tip(worker, picture)

    open_queue(liaison, house)
    liaison_answers(liaison, picture)

    reads_the_answer(Worker(new_page(), house), receipt, picture)
    liaison_reads_the_reply(liaison)

    trainer = sign_in_first_time(new_page(phone=False), house, "trainer")
    trainer_corrects_a_topic(trainer, picture)
    next_worker = Worker(new_page(), house)
    next_worker.say("bốc bát họ là gì")
    expect(next_worker.page.locator("#log")).to_contain_text("Câu mới của người biên soạn.")


def asks_about_a_tactic(worker: Worker, picture: Picture) -> None:
    worker.say("bi doi no goi ca ngay len cty phai lam sao")
    expect(worker.answer).to_contain_text("gọi đòi nợ em")
    picture(worker.page, "chat-answer")
    worker.say("phat bao nhieu?")
    expect(worker.answer).to_contain_text(re.compile("20.{1,8}40 triệu"))
    picture(worker.page, "chat-follow-up")


def sends_a_tip(worker: Worker, picture: Picture) -> str:
    receipt = worker.send_tip(
        ["Có ông Tư cho vay trước cổng, lãi 5 ngàn một triệu một ngày.", "ai vay cung bi giu the luong"]
    )
    picture(worker.page, "tip-receipt")
    worker.say("đã lưu")
    expect(worker.answer).not_to_contain_text(receipt)
    return receipt


def liaison_answers(page: Page, picture: Picture) -> None:
    picture(page, "staff-queue")
    page.locator("tbody a").first.click()
    expect(page.locator("#tip")).to_contain_text("ai vay cung bi giu the luong")
    expect(page.locator("#tip")).to_contain_text("ông Tư, xe 61A-123.45")
    page.get_by_label("Trả lời người báo tin").fill("Cảm ơn bạn. Thẻ lương bị giữ từ khi nào?")
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#tip")).to_contain_text("Đã gửi trả lời")
    picture(page, "staff-tip")


def reads_the_answer(worker: Worker, receipt: str, picture: Picture) -> None:
    worker.say(receipt)
    expect(worker.page.locator("#log")).to_contain_text("Thẻ lương bị giữ từ khi nào?")
    picture(worker.page, "mailbox-answer")
    worker.press("Viết cho cán bộ")
    worker.say("dạ từ tháng trước")
    worker.page.reload()
    expect(worker.page.locator("#log")).not_to_contain_text("Thẻ lương bị giữ từ khi nào?")


def liaison_reads_the_reply(page: Page) -> None:
    page.reload()
    expect(page.locator("#tip")).to_contain_text("dạ từ tháng trước")


def trainer_corrects_a_topic(page: Page, picture: Picture) -> None:
    page.get_by_role("link", name=re.compile("Bốc bát họ")).first.click()
    answer = page.locator("textarea[name=answer]")
    answer.fill("Câu mới của người biên soạn.\n" + answer.input_value().split("\n", 1)[1])
    expect(page.locator("#preview")).to_contain_text("Câu mới của người biên soạn.")
    picture(page, "studio-editor")
    page.get_by_role("button", name="Đăng cho công nhân đọc").click()
    expect(page.locator("body")).to_contain_text("Đã đăng.")
