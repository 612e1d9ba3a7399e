"""What a liaison's question, hand-over and thanks are in chat, and taking a tip back."""

import pytest

from tests.bot.channel_contract import Seen
from tests.bot.liaison import Liaison
from tests.bot.web_driver import WebWorker

ANSWERED = "Đã gửi câu trả lời"


def labels(seen: Seen) -> list[str]:
    return [button.label for button in seen.buttons]


class TestQuestions:
    @pytest.mark.parametrize(
        ("said", "answer"), [("1", "yes"), ("không", "no"), ("khong nho", "unsure"), ("Có", "yes")]
    )
    def test_are_answered_by_a_digit_or_a_word(
        self, worker: WebWorker, liaison: Liaison, receipt: str, said: str, answer: str
    ) -> None:
        liaison.ask("Họ còn đến không?")
        assert labels(worker.say(receipt))[:3] == ["Có", "Không", "Không nhớ"]
        assert ANSWERED in worker.say(said).text
        assert liaison.read() == ["Họ còn đến không?", answer]

    def test_are_answered_by_a_tap_once(self, worker: WebWorker, liaison: Liaison, receipt: str) -> None:
        liaison.ask("Lúc nào?", own=("Buổi sáng", "Buổi tối"), ready="own")
        opened = worker.say(receipt)
        assert "Buổi tối" in worker.tap(opened.button("Buổi tối")).text
        assert "Nút đó" in worker.tap(opened.button("Buổi sáng")).text
        again = worker.say("xem lại")
        again = worker.tap(opened.button("Đóng hộp thư"))
        again = worker.say(receipt)
        assert "Buổi sáng" not in labels(again)
        assert liaison.read() == ["Lúc nào?", "Buổi tối"]

    def test_an_own_answer_goes_after_it_was_asked_about(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.ask("Họ còn đến không?")
        worker.say(receipt)
        assert "Gửi câu này" in worker.say("chỉ tối thứ bảy thôi").text
        assert "Đã gửi" in worker.say("gửi").text
        assert liaison.read() == ["Họ còn đến không?", "chỉ tối thứ bảy thôi"]

    def test_a_digit_sent_twice_does_not_answer_the_next_question(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.ask("Họ có mấy người, hơn hai không?")
        liaison.ask("Có ai bị đánh không?")
        worker.say(receipt)
        worker.say("1")
        assert "Có ai bị đánh không?" in worker.say("1").text
        assert liaison.read()[2:] == ["yes"]
        assert ANSWERED in worker.say("2").text
        assert liaison.read()[2:] == ["yes", "no"]

    def test_the_reporter_sees_what_was_read(self, worker: WebWorker, liaison: Liaison, receipt: str) -> None:
        worker.say(receipt)
        worker.say("họ lại tới")
        worker.say("gửi")
        assert "cán bộ đã đọc" not in worker.say(receipt).text
        liaison.read()
        assert "cán bộ đã đọc" in worker.say(receipt).text


class TestHandOver:
    def test_a_yes_is_given_by_its_word_and_by_no_digit(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.ask_consent("Công an tỉnh đang tìm nhóm này.")
        opened = worker.say(receipt)
        assert "Bạn có đồng ý cho công an đọc" in opened.text
        assert "Gửi câu này" in worker.say("1").text
        worker.say("không gửi")
        worker.tap(worker.say(receipt).button("Để sau"))
        worker.say("1")
        assert ANSWERED in worker.say("đồng ý").text
        assert liaison.read()[-1] == "yes"

    def test_a_no_is_understood(self, worker: WebWorker, liaison: Liaison, receipt: str) -> None:
        liaison.ask_consent("Công an tỉnh đang tìm nhóm này.")
        worker.say(receipt)
        assert ANSWERED in worker.say("không").text
        assert liaison.read()[-1] == "no"

    def test_a_hand_over_by_necessity_is_told(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        liaison.hand_over("life", "có người bị nhốt")
        seen = worker.say(receipt)
        assert "có người nguy hiểm tính mạng" in seen.text
        assert "bị nhốt" not in seen.text
        assert "Rút tin này" not in labels(seen)


def test_thanks_come_with_a_code(worker: WebWorker, liaison: Liaison, receipt: str) -> None:
    liaison.commend("Giấy khen, nhận tại công đoàn khu.")
    seen = worker.say(receipt)
    assert "Giấy khen, nhận tại công đoàn khu." in seen.text
    assert "Mã nhận của bạn" in seen.text


class TestWithdrawing:
    def test_is_asked_twice_and_then_the_receipt_opens_nothing(
        self, worker: WebWorker, liaison: Liaison, receipt: str
    ) -> None:
        opened = worker.say(receipt)
        first = worker.tap(opened.button("Rút tin này"))
        assert "hủy hết ngay" in first.text
        second = worker.tap(first.button("Tôi muốn rút"))
        assert "lần cuối" in second.text
        assert "Đã rút tin và hủy hết" in worker.tap(second.button("Rút hẳn")).text
        assert "Không có hộp thư" in worker.say(receipt).text

    def test_works_by_words(self, worker: WebWorker, receipt: str) -> None:
        worker.say(receipt)
        worker.say("rút tin")
        worker.say("tôi muốn rút")
        assert "Đã rút tin" in worker.say("rút hẳn").text

    @pytest.mark.parametrize("said", ["rút hẳn", "rút hẳn nhé", "ừ", "1"])
    def test_no_other_word_withdraws_at_the_first_question(
        self, worker: WebWorker, receipt: str, said: str
    ) -> None:
        worker.say(receipt)
        worker.say("rút tin")
        assert "Đã rút tin" not in worker.say(said).text
        worker.say("đóng hộp thư")
        worker.say("không gửi")
        assert "đến nơi" in WebWorker(str(worker._http.base_url)).say(receipt).text

    def test_keeping_it_is_one_digit_away_and_leaves_all_as_it_was(
        self, worker: WebWorker, receipt: str
    ) -> None:
        worker.say(receipt)
        worker.say("rút tin")
        assert "Bạn muốn làm gì" in worker.say("1").text
        assert "đến nơi" in worker.say(receipt).text

    def test_a_button_of_an_earlier_question_withdraws_nothing(self, worker: WebWorker, receipt: str) -> None:
        opened = worker.say(receipt)
        first = worker.tap(opened.button("Rút tin này"))
        second = worker.tap(first.button("Tôi muốn rút"))
        worker.tap(second.button("Giữ lại"))
        assert "Đã rút tin" not in worker.tap(second.button("Rút hẳn")).text
        assert "đến nơi" in worker.say(receipt).text


def test_a_page_that_cannot_be_called_offers_no_notice(worker: WebWorker, receipt: str) -> None:
    assert "Báo tôi khi có trả lời" not in labels(worker.say(receipt))
    assert "Gửi câu này" in worker.say("báo tôi").text
