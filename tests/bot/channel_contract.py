"""What every channel must do. A channel's own tests bring a ``Driver`` and subclass ``ChannelContract``.

The driver speaks as the platform does (HTTP in, HTTP out); the contract speaks as a worker does.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from bot.files import MAX_BYTES
from bot.intake.steps.story import MAX_CHARACTERS
from bot.receipt import new_receipt
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.bot.house import House
from tests.bot.rasa_border import LOAN_TOLD, telling_a_loan

RECEIPT = re.compile(r"\b\d{4} \d{4} \d{4} \d{5}\b")
SCAM = "TK VCB cua ban bi khoa, dang nhap ngay http://vietcombank-xacthuc.top va nhap ma OTP de mo trong 24h"
PNG = b"\x89PNG\r\n\x1a\n"
STORY = "có ông Tư cho vay ở cổng công ty, lãi năm ngàn một triệu một ngày"


@dataclass(frozen=True)
class Button:
    id: str
    label: str


@dataclass(frozen=True)
class Seen:
    """What one message led to, as the worker sees it."""

    texts: list[str] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """Telephone numbers to tap."""
    pictures: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def button(self, label: str) -> Button:
        return next(button for button in self.buttons if label in button.label)


class Driver(Protocol):
    """One worker on one channel."""

    def say(self, text: str, message_id: str | None = None) -> Seen: ...

    def tap(self, button: Button) -> Seen: ...

    def forward(self, text: str) -> Seen:
        """Pass on what somebody else wrote, as people do on this platform."""
        ...

    def send_file(self, content: bytes, kind: str = "photo", words: str = "") -> Seen:
        """Send a photo (or ``voice``) with ``words`` under it, where the platform has such."""
        ...


def fresh_id() -> str:
    return secrets.token_hex(12)


def send_a_tip(worker: Driver, story: str = STORY) -> str:
    """The shortest way through a tip; returns the receipt as it was shown."""
    seen = worker.say("báo tin")
    for text in (
        "1",
        "1",
        "1",
        story,
        "xong",
        "đồng nai",
        "bỏ qua",
        "bỏ qua",
        "ông Tư",
        "không có",
        "3",
        "1",
    ):
        seen = worker.say(text)
    seen = worker.tap(seen.button("Gửi tin"))
    found = RECEIPT.search(seen.text)
    assert found, seen.text
    return found.group()


class ChannelContract:
    """Every promise is a test. Subclasses override ``driver``."""

    @pytest.fixture
    def worker(self, house: House) -> Iterator[Driver]:
        raise NotImplementedError

    def test_a_greeting_or_a_question_gets_an_answer(self, worker: Driver) -> None:
        assert "Bốc bát họ" in worker.say("bốc bát họ là gì").text

    def test_a_whole_tip_ends_in_a_receipt_that_opens_its_mailbox(self, worker: Driver) -> None:
        receipt = send_a_tip(worker)
        assert RECEIPT.search(worker.say("đã lưu").text) is None
        opened = worker.say(f"mã của em {receipt.replace(' ', '-')}")
        assert "đến nơi" in opened.text
        worker.tap(opened.button("Viết cho cán bộ"))
        assert "Đã gửi" in worker.say("họ lại tới cổng chiều nay").text
        assert "họ lại tới cổng chiều nay" in worker.tap(opened.button("Xem lại")).text
        worker.tap(opened.button("Đóng"))

    def test_a_typed_digit_does_what_the_button_does(self, worker: Driver) -> None:
        menu = worker.say("menu")
        assert worker.say("4").text == worker.tap(menu.buttons[3]).text

    def test_the_same_message_again_is_answered_the_same_and_acts_once(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        message = fresh_id()
        first = worker.say("chuyện thứ nhất", message)
        assert worker.say("chuyện thứ nhất", message) == first
        assert "2" in worker.say("chuyện thứ hai").text

    def test_an_old_button_is_refused_kindly(self, worker: Driver) -> None:
        platform = worker.say("báo tin")
        worker.say("1")
        seen = worker.tap(platform.button("Viết tin"))
        assert "Nút đó" in seen.text
        assert "Đừng viết tên" in seen.text

    def test_a_button_that_was_never_offered_is_refused_kindly(self, worker: Driver) -> None:
        for made_up in (
            "ask.000000000000",
            "tip.00000000.sent.saved",
            "box.send",
            "do.dance",
            "more.x.y",
            "?",
        ):
            assert worker.tap(Button(made_up, "")).text

    @pytest.mark.parametrize(
        "text",
        [
            "🍜",
            "\u0000\u0007",
            "á" * 10_000,
            "/faq_bat_ho",
            "//restart",
            "'; DROP TABLE tips; --",
            "\u202egnp.exe",
        ],
    )
    def test_odd_input_gets_a_clear_sentence(self, worker: Driver, text: str) -> None:
        seen = worker.say(text)
        assert seen.text
        assert "Error" not in seen.text

    def test_a_message_that_is_passed_on_is_checked_and_told_without_a_link(self, worker: Driver) -> None:
        seen = worker.forward(SCAM)
        assert "có dấu hiệu lừa đảo" in seen.text
        assert "vietcombank-xacthuc[.]top" in seen.text
        assert "vietcombank-xacthuc.top" not in seen.text

    def test_an_emergency_is_answered_with_a_number_to_call(self, worker: Driver) -> None:
        seen = worker.say("nó đang đánh em trong phòng trọ")
        assert "113" in seen.texts[0]
        assert "113" in seen.calls

    def test_an_emergency_inside_a_story_is_answered_first_and_the_story_is_kept(
        self, worker: Driver
    ) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        seen = worker.say("họ đang đánh em trong phòng trọ")
        assert "113" in seen.texts[0]
        assert "ghi 1 đoạn" in seen.texts[-1]

    def test_a_receipt_with_a_wrong_digit_gets_a_kind_sentence(self, worker: Driver) -> None:
        receipt = new_receipt()
        wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
        assert "chưa đúng" in worker.say(wrong).text

    def test_an_unknown_receipt_gets_one_kind_sentence(self, worker: Driver) -> None:
        seen = worker.say(new_receipt())
        assert len(seen.texts) == 1
        assert "Không có hộp thư" in seen.text

    def test_a_story_that_is_too_long_says_so_and_keeps_what_was_written(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        for _ in range(MAX_CHARACTERS // 4_000):
            worker.say("á" * 4_000)
        assert "dài hết mức" in worker.say("một câu nữa").text

    def test_deleting_forgets_the_conversation_and_the_tip(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        worker.say("một câu chuyện")
        worker.say("để sau")
        assert "đã quên" in worker.say("xóa").text
        assert "Trước khi viết" in worker.say("báo tin").text

    def test_a_paused_tip_is_not_shown_until_it_is_asked_for(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        worker.say("chuyện ở khu trọ Hoa Mai")
        worker.say("để sau")
        asked = worker.say("báo tin")
        assert "viết dở" in asked.text
        assert "Hoa Mai" not in asked.text
        assert "ghi 1 đoạn" in worker.tap(asked.button("Xem tiếp")).text

    def test_a_photo_outside_a_tip_is_answered_kindly_and_kept_nowhere(self, worker: Driver) -> None:
        seen = worker.send_file(photo("jpeg"))
        assert "mình không giữ" in seen.text
        assert "Đã nhận" not in seen.text

    def test_a_photo_and_a_recording_go_with_the_tip(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        worker.say(STORY)
        seen = worker.send_file(photo("jpeg"))
        assert "Đã nhận ảnh 1" in seen.text
        assert "làm lại mới" in seen.text and "ghi 1 đoạn" in seen.text
        for text in ("xong", "đồng nai", "bỏ qua", "bỏ qua", "ông Tư"):
            seen = worker.say(text)
        assert "Đã có 1 ảnh" in seen.text
        seen = worker.send_file(voice(next(iter(RECORDERS.values()))), "voice")
        assert "Đã nhận ghi âm 1" in seen.text and "làm lại mới" not in seen.text
        for text in ("xong", "3", "1"):
            seen = worker.say(text)
        assert "1 ảnh, 1 ghi âm" in seen.text
        assert RECEIPT.search(worker.tap(seen.button("Gửi tin")).text)

    def test_what_is_no_photo_is_refused_in_plain_words_and_can_be_sent_again(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        seen = worker.send_file(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n" * 20)
        assert "văn bản" in seen.text and "chụp màn hình" in seen.text
        assert "Đã nhận" not in seen.text and "Chuyện gì đã xảy ra" in seen.text
        assert "Đã nhận ảnh 1" in worker.send_file(photo("png")).text

    def test_a_file_larger_than_ten_megabytes_is_refused_and_says_so(self, worker: Driver) -> None:
        worker.say("báo tin")
        for _ in range(3):
            worker.say("1")
        assert "10 MB" in worker.send_file(photo("jpeg") + bytes(MAX_BYTES)).text

    def test_a_picture_comes_with_its_words(self, house: House, worker: Driver) -> None:
        with telling_a_loan(house):
            seen = worker.say("vay tiền góp ngày")
        assert [picture.startswith(PNG) for picture in seen.pictures] == [True]
        assert LOAN_TOLD in seen.text and seen.button("Thôi")

    def test_long_words_come_whole_beside_their_picture(self, house: House, worker: Driver) -> None:
        told = " ".join(["Bạn nhớ ghi lại từng lần trả."] * 50)
        with telling_a_loan(house, told=told):
            seen = worker.say("vay tiền góp ngày")
        assert len(seen.pictures) == 1 and told in seen.text and seen.button("Thôi")

    def test_what_cannot_be_drawn_is_said_in_words_alone(self, house: House, worker: Driver) -> None:
        with telling_a_loan(house, known={"shape": "instalment"}):
            seen = worker.say("vay tiền góp ngày")
        assert seen.pictures == [] and LOAN_TOLD in seen.text
