"""The main job, end to end, on Zalo: through ``antam up``, with a stand-in for the Zalo Bot Platform alone.

Everything is typed, for there is nothing to press: a worker asks; sends an anonymous tip by digits and words
and gets a receipt; a liaison finds it in Chromium, reads it and answers; the worker reads the answer with the
receipt and writes back.
"""

import re

from playwright.sync_api import Page, expect

from tests.bot.zalo_driver import ORIGIN, ZaloWorker
from tests.e2e.house import House
from tests.e2e.people import open_queue
from tests.fakes.zalo import FakeZalo

STORY = ("Có ông Tư cho vay trước cổng, lãi 5 ngàn một triệu một ngày.", "ai vay cung bi giu the luong")
QUESTION = "Cảm ơn bạn. Thẻ lương bị giữ từ khi nào?"


def test_the_whole_story(house: House, story_zalo: FakeZalo, liaison: Page) -> None:
    worker = ZaloWorker.new(lambda: house.worker_url, story_zalo)
    asks_about_a_tactic(worker)
    receipt = sends_a_tip(worker)

    open_queue(liaison, house)
    liaison_answers(liaison)

    reads_the_answer_and_writes_back(worker, receipt)
    liaison.reload()
    expect(liaison.locator("#tip")).to_contain_text("dạ từ tháng trước")

    told = "\n".join(house.lines)
    for hidden in (story_zalo.token, worker.user, receipt):
        assert hidden not in told


def asks_about_a_tactic(worker: ZaloWorker) -> None:
    worker.ask("xin chào", "mình là An Tâm")
    answer = worker.ask("bi doi no goi ca ngay len cty phai lam sao", "gọi đòi nợ em")
    law = re.search(r"^(\d)\. Luật nói gì", answer, re.MULTILINE)
    assert law, answer
    worker.ask(law[1], "Nghị định")
    assert re.search("20.{1,8}40 triệu", worker.ask("phat bao nhieu?", "triệu"))


def sends_a_tip(worker: ZaloWorker) -> str:
    asked = worker.ask("tôi muốn báo tin", "1. Viết tin luôn")
    assert "Zalo biết bạn nhắn cho mình" in asked
    assert f"{ORIGIN}/bao-tin" in asked
    worker.ask("hủy tin", "1. Bỏ và xóa")
    worker.ask("1", "1. Gửi tin ẩn danh")
    receipt = worker.send_a_tip(*STORY, place="cổng số 2", who="ông Tư, xe 61A-123.45")
    assert "xóa đoạn chat" in worker.ask("đã lưu", "đã quên mã")
    return receipt


def liaison_answers(page: Page) -> None:
    page.locator("tbody a").first.click()
    expect(page.locator("#tip")).to_contain_text("ai vay cung bi giu the luong")
    expect(page.locator("#tip")).to_contain_text("ông Tư, xe 61A-123.45")
    page.get_by_label("Trả lời người báo tin").fill(QUESTION)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator("#tip")).to_contain_text("Đã gửi trả lời")


def reads_the_answer_and_writes_back(worker: ZaloWorker, receipt: str) -> None:
    opened = worker.ask(receipt.replace(" ", ""), "1. Viết cho cán bộ")
    assert QUESTION in opened
    worker.ask("1", "Bạn viết đi")
    worker.ask("dạ từ tháng trước", "Đã gửi cho cán bộ")
    worker.ask("đóng hộp thư", "quên mã")
