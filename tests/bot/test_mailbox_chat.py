"""Writing to the liaisons in chat: what is agreed to is sent, and nothing that the channel refuses."""

import pytest

from tests.bot.channel_contract import Button, send_a_tip
from tests.bot.house import House
from tests.bot.web_driver import WebWorker

STRIKE = "công nhân xưởng 2 đang rủ nhau đình công thứ hai này"


@pytest.fixture(scope="module")
def receipt(house: House) -> str:
    worker = WebWorker(house.url)
    found = send_a_tip(worker)
    worker.say("đã lưu")
    return found


@pytest.fixture
def worker(house: House, receipt: str) -> WebWorker:
    """A worker whose mailbox is open."""
    found = WebWorker(house.url)
    assert "đến nơi" in found.say(receipt).text
    return found


def stored(worker: WebWorker, receipt: str) -> str:
    """Every message of the mailbox, as a new look at it shows them."""
    worker.say("đóng hộp thư")
    return worker.say(receipt).text


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_text_about_a_strike_is_refused_and_goes_to_nobody(
    worker: WebWorker, receipt: str, asked_first: bool
) -> None:
    if not asked_first:
        worker.tap(Button("box.write", ""))
    seen = worker.say(STRIKE)
    assert "không nhận tin về đình công" in seen.text
    assert "Gửi câu này" not in seen.text
    assert seen.buttons
    assert STRIKE not in stored(worker, receipt)


def test_how_somebody_looks_and_lives_may_be_written(worker: WebWorker, receipt: str) -> None:
    told = "nó đội nón màu đen nói giọng nghệ an hay ngồi quán cà phê"
    assert "Gửi câu này" in worker.say(told).text
    assert "Đã gửi" in worker.say("gửi").text
    assert told in stored(worker, receipt)


@pytest.mark.parametrize("no", ["thôi", "không", "đừng", "dung", "ko", "thôi không gửi nữa"])
def test_a_no_to_sending_is_understood(worker: WebWorker, receipt: str, no: str) -> None:
    assert "Gửi câu này" in worker.say("câu này tôi đổi ý").text
    assert "Mình không gửi" in worker.say(no).text
    assert "câu này tôi đổi ý" not in stored(worker, receipt)


def test_a_second_sentence_before_the_yes_joins_the_first(worker: WebWorker, receipt: str) -> None:
    worker.say("chiều qua họ tới cổng")
    asked = worker.say("họ đi xe màu đỏ").text
    assert "chiều qua họ tới cổng\nhọ đi xe màu đỏ" in asked
    assert "Đã gửi" in worker.say("gửi").text
    assert "chiều qua họ tới cổng\nhọ đi xe màu đỏ" in stored(worker, receipt)


def test_a_refused_second_sentence_leaves_the_first_as_it_was(worker: WebWorker, receipt: str) -> None:
    worker.say("tôi có ảnh cái xe")
    seen = worker.say(STRIKE).text
    assert "không nhận tin về đình công" in seen
    assert seen.endswith("tôi có ảnh cái xe")
    assert "Đã gửi" in worker.say("đúng").text
    assert STRIKE not in stored(worker, receipt)


def test_an_answer_of_one_word_is_a_message_once_it_was_said_to_write(
    worker: WebWorker, receipt: str
) -> None:
    worker.tap(Button("box.write", ""))
    assert "Đã gửi" in worker.say("chưa").text


def test_an_emoji_leaves_the_open_question_of_the_mailbox(worker: WebWorker) -> None:
    asked = worker.say("họ lại tới")
    assert worker.say("🙏").buttons == asked.buttons
