"""A message that was passed on: checked at once or asked for, told plainly, and never shown to Rasa."""

import datetime
import json
from collections.abc import Iterator

import pytest

from bot.backend import Backend, CheckedMessage, CheckedSign, ListedAddress
from bot.case import Case
from bot.envelope import Incoming, Language, Person
from bot.memory import Conversations
from bot.message_check import LONGEST, WAITS, MessageCheckRoom, told
from bot.phrases import Phrases
from bot.rasa import Rasa
from bot.talk import Talk
from tests.bot.house import House
from tests.bot.rasa_border import RasaBorder
from tests.bot.serving import serve
from tests.bot.telegram_driver import FORWARDED, Telegram, TelegramWorker
from tests.bot.web_driver import WebWorker

SCAM = (
    "[VCB] Tai khoan cua quy khach dang bi khoa. Dang nhap ngay tai http://vietcombank-xacthuc.top/dn "
    "va nhap ma OTP de mo khoa trong 24h."
)
HONEST = (
    "Vietcombank: Tu 1/12 khach hang chuyen tren 10 trieu can xac thuc khuon mat tai quay hoac trong app. "
    "Chi tiet vietcombank.com.vn, hotline 1900545413. Khong cung cap OTP cho bat ky ai."
)
THREAT = (
    "Chieu nay may khong tra 5tr thi tao den chem ca nha may. Xem anh may o day: http://boc-phot-no.top/a12"
)
TOLD = "trúng thưởng xe SH mà bảo nộp phí hồ sơ 500k trước"
PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]}


@pytest.fixture(scope="module")
def rasa(house: House) -> Iterator[RasaBorder]:
    border = RasaBorder((house.bot_settings.secrets / "rasa.token").read_text().strip())
    with serve(border.app(), house.bot_settings.rasa_port):
        yield border


@pytest.fixture
def worker(house: House, rasa: RasaBorder) -> WebWorker:
    rasa.arrived.clear()
    rasa.answers = [{"text": "Câu trả lời của Rasa"}]
    return WebWorker(house.url)


def typed(rasa: RasaBorder) -> list[str]:
    """What people wrote, of all that came to Rasa."""
    return [body["message"] for body in rasa.arrived if body["metadata"]["human"]]


class TestPasted:
    def test_a_scam_is_told_with_its_signs_its_tactic_and_what_to_do(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        seen = worker.say(SCAM)
        assert seen.text.startswith("⚠️ Tin này có dấu hiệu lừa đảo.")
        assert "nhái tên" in seen.text
        assert "lời lẽ" in seen.text
        assert "OTP" in seen.texts[0].splitlines()[1]
        assert len(seen.text) <= LONGEST
        labels = [button.label for button in seen.buttons]
        assert labels[1:] == ["Gửi tin ẩn danh", "Kiểm tra tin khác", "Về đầu"]
        assert "ngân hàng" in worker.tap(seen.buttons[0]).text
        assert typed(rasa) == []

    def test_nothing_in_the_answer_can_be_tapped(self, worker: WebWorker) -> None:
        said = worker.say(SCAM).text
        assert "vietcombank-xacthuc[.]top" in said
        assert ".top" not in said
        assert "://" not in said

    def test_rasa_hears_the_topic_so_that_the_next_question_is_about_it(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        worker.say(SCAM)
        assert rasa.messages == ["/faq_fake_bank"]
        worker.say("thế phải làm gì")
        assert typed(rasa) == ["thế phải làm gì"]
        assert "xacthuc" not in json.dumps(rasa.arrived)

    def test_an_honest_notice_is_not_accused_and_not_called_safe(self, worker: WebWorker) -> None:
        seen = worker.say(HONEST)
        assert "chưa thấy dấu hiệu" in seen.text
        assert "không có nghĩa là an toàn" in seen.text

    def test_an_unknown_number_alone_is_not_called_either(self, worker: WebWorker, rasa: RasaBorder) -> None:
        assert "chưa rõ" in worker.say("số 0900000012 lừa đảo ko").text
        assert rasa.arrived == []

    def test_a_threat_gets_the_number_to_call_first_and_then_the_check(self, worker: WebWorker) -> None:
        seen = worker.say(THREAT)
        assert "113" in seen.texts[0]
        assert "113" in seen.calls
        assert "dấu hiệu" in seen.texts[-1]

    def test_what_frightens_in_others_words_hides_no_answer(self, worker: WebWorker) -> None:
        seen = worker.say(f"{THREAT}. Con may dang cap cuu, chuyen 20tr gap")
        assert "Nếu là lời dọa" in seen.texts[0]
        assert seen.texts[-1].startswith("⚠️ Tin này có dấu hiệu lừa đảo.")

    @pytest.mark.parametrize(
        "cry",
        [
            "em đang bị nó cầm dao chém ở xưởng 3, định vị https://maps.app.goo.gl/aE12 gọi công an giúp em",
            "cứu em với, tụi nó đang nhốt em, fb của nó là https://facebook.com/abc123, nó đang đánh em",
            "nó đang đánh em trong phòng, sđt nó 0912345678 của ai",
        ],
    )
    def test_a_cry_with_a_link_or_a_number_is_the_workers_own(
        self, worker: WebWorker, rasa: RasaBorder, cry: str
    ) -> None:
        seen = worker.say(cry)
        assert "Gọi 113 ngay" in seen.texts[0]
        assert len(seen.texts) == 1
        assert rasa.arrived == []

    @pytest.mark.parametrize("number", ["9704 3600 1234 5678", "9704360012345678901"])
    def test_a_cards_number_in_it_is_no_receipt_gone_wrong(self, worker: WebWorker, number: str) -> None:
        seen = worker.say(f"Quy khach nap 500k vao the {number} de mo khoa khoan vay http://fe-vay.top/a")
        assert "có dấu hiệu lừa đảo" in seen.text

    def test_who_speaks_of_dying_is_believed_whoever_passes_it_on(self, telegram: Telegram) -> None:
        seen = TelegramWorker(telegram.fake).forward("tao muốn chết cho rồi, đừng tìm tao nữa")
        assert "115" in seen.calls
        assert "Mình lo cho bạn" in seen.texts[0]

    def test_it_is_answered_in_english(self, house: House, rasa: RasaBorder) -> None:
        rasa.arrived.clear()
        seen = WebWorker(house.url, lang="en").say(SCAM)
        assert seen.text.startswith("⚠️ This shows signs of a scam.")
        assert seen.button("Check another message")

    def test_in_a_tip_it_belongs_to_the_tip(self, worker: WebWorker, rasa: RasaBorder) -> None:
        for text in ("báo tin", "1", "1", "1"):
            worker.say(text)
        assert "ghi 1 đoạn" in worker.say(SCAM).text
        assert rasa.arrived == []

    @pytest.mark.parametrize(
        "text",
        [
            "http://vietcombank-xacthuc.top " * 10,
            "\u202ehttp://vietcombank-xacthuc.top\u202c nhập OTP",
            "ti\u200bền thưởng http://nhan-qua.top/\u200b",
            "vіetcombаnk-хacthuc.top nhập mã OTP ngay, trễ là bị khóa tài khoản nha anh chị",
            f"{SCAM} " + "đừng chậm trễ " * 250,
        ],
    )
    def test_odd_letters_hide_nothing(self, worker: WebWorker, text: str) -> None:
        assert "có dấu hiệu lừa đảo" in worker.say(text).text


class TestAskedFor:
    def test_the_next_text_is_checked_whatever_it_looks_like(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        asked = worker.tap(worker.say("menu").button("Kiểm tra tin nhắn"))
        assert "dán tin đó vào đây" in asked.text
        assert "có dấu hiệu lừa đảo" in worker.say(TOLD).text
        assert typed(rasa) == []
        worker.say("bốc bát họ là gì")
        assert typed(rasa) == ["bốc bát họ là gì"]

    @pytest.mark.parametrize("word", ["1", "dán đâu", "dạ"])
    def test_a_word_is_no_message_and_the_question_is_asked_again(
        self, worker: WebWorker, rasa: RasaBorder, word: str
    ) -> None:
        worker.tap(worker.say("menu").button("Kiểm tra tin nhắn"))
        assert "dán tin đó vào đây" in worker.say(word).text
        assert "có dấu hiệu lừa đảo" in worker.say(TOLD).text
        assert typed(rasa) == []

    def test_a_command_or_a_button_ends_the_waiting(self, worker: WebWorker, rasa: RasaBorder) -> None:
        menu = worker.say("menu")
        worker.tap(menu.button("Kiểm tra tin nhắn"))
        assert "Mình giúp được" in worker.say("menu").text
        worker.say("họ nói sao")
        worker.tap(menu.button("Kiểm tra tin nhắn"))
        worker.tap(menu.button("Số cần gọi"))
        worker.say("rồi sao nữa")
        assert typed(rasa) == ["họ nói sao", "rồi sao nữa"]

    @pytest.mark.parametrize("word", ["thôi", "không", "hủy", "để sau"])
    def test_who_has_none_after_all_says_so(self, worker: WebWorker, rasa: RasaBorder, word: str) -> None:
        worker.tap(worker.say("menu").button("Kiểm tra tin nhắn"))
        assert "Mình giúp được" in worker.say(word).text
        worker.say("họ nói sao")
        assert typed(rasa) == ["họ nói sao"]

    def test_danger_ends_the_waiting(self, worker: WebWorker, rasa: RasaBorder) -> None:
        worker.tap(worker.say("menu").button("Kiểm tra tin nhắn"))
        assert "113" in worker.say("nó đang đánh em trong phòng trọ").text
        worker.say("cảm ơn")
        assert typed(rasa) == ["cảm ơn"]

    def test_a_picture_is_not_read_and_the_words_are_still_waited_for(self, telegram: Telegram) -> None:
        worker = TelegramWorker(telegram.fake)
        worker.tap(worker.say("/menu").button("Kiểm tra tin nhắn"))
        seen = worker.hand_in(worker.fake.message(worker.user, **PHOTO))
        assert "chưa xem được ảnh" in seen.text
        assert "có dấu hiệu lừa đảo" in worker.say(TOLD).text

    def test_it_comes_before_a_tip_that_the_page_does_not_show(self, worker: WebWorker) -> None:
        for text in ("báo tin", "1", "1", "1", "một câu chuyện"):
            worker.say(text)
        worker.forget_room()
        worker.tap(worker.say("menu").button("Kiểm tra tin nhắn"))
        assert "có dấu hiệu lừa đảo" in worker.say(TOLD).text
        assert "viết dở" in worker.say("rồi sao nữa").text

    async def test_after_ten_minutes_a_text_is_a_question_again(self, phrases: Phrases) -> None:
        clock = Clock()
        backend = Backend("http://127.0.0.1:9", "")
        room = MessageCheckRoom(backend, Talk(Rasa("http://127.0.0.1:9", ""), backend), phrases, clock=clock)
        async with Conversations(clock).open(b"a") as conversation:
            incoming = Incoming(Person("web", "a"), "1", text=TOLD)
            case = Case(conversation, incoming, Language.VI, phrases.spoken(Language.VI))
            room.ask(case)
            clock.now += WAITS - 1
            assert room.takes(case, TOLD)
            clock.now += 2
            assert not room.takes(case, TOLD)

    def test_when_rasa_hears_the_wish_the_message_in_it_is_checked(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        rasa.answers = [{"custom": {"do": "check_message"}}]
        assert "có dấu hiệu lừa đảo" in worker.say(f"có người nhắn vầy: {TOLD}").text

    def test_when_rasa_hears_the_wish_alone_the_message_is_asked_for(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        rasa.answers = [{"custom": {"do": "check_message"}}]
        assert "dán tin đó vào đây" in worker.say("xem giúp tin nhắn này có lừa đảo không").text
        assert "có dấu hiệu lừa đảo" in worker.say(TOLD).text


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def telegram(house: House, rasa: RasaBorder) -> Iterator[Telegram]:
    with Telegram.account(house) as account, account.bot():
        yield account


class TestForwarded:
    @pytest.fixture
    def forwarder(self, telegram: Telegram, rasa: RasaBorder) -> TelegramWorker:
        rasa.arrived.clear()
        return TelegramWorker(telegram.fake)

    @pytest.mark.parametrize(
        ("text", "verdict"),
        [(TOLD, "có dấu hiệu lừa đảo"), ("Mai tăng ca tới 8h nha mọi người", "chưa thấy dấu hiệu")],
    )
    def test_whatever_it_says_it_is_checked(
        self, forwarder: TelegramWorker, rasa: RasaBorder, text: str, verdict: str
    ) -> None:
        assert verdict in forwarder.forward(text).text
        assert typed(rasa) == []

    def test_the_caption_of_a_picture_is_checked(self, forwarder: TelegramWorker) -> None:
        picture = forwarder.fake.message(forwarder.user, **PHOTO, caption=TOLD, **FORWARDED)
        seen = forwarder.hand_in(picture)
        assert "chưa xem được ảnh" in seen.texts[0]
        assert "có dấu hiệu lừa đảo" in seen.texts[-1]

    @pytest.mark.parametrize("text", ["/xoa", "xóa", "báo tin", "1"])
    def test_what_others_wrote_commands_nothing(
        self, forwarder: TelegramWorker, rasa: RasaBorder, text: str
    ) -> None:
        forwarder.say("/menu")
        assert "dấu hiệu" in forwarder.forward(text).text

    def test_while_a_tip_is_written_it_belongs_to_the_tip(self, forwarder: TelegramWorker) -> None:
        for text in ("báo tin", "1", "1", "1"):
            forwarder.say(text)
        assert "ghi 1 đoạn" in forwarder.forward(SCAM).text


def test_without_the_backend_three_rules_and_the_numbers_are_said(worker: WebWorker, house: House) -> None:
    house.stop_backend()
    try:
        seen = worker.say(SCAM)
    finally:
        house.start_backend()
    assert "chưa xem được tin đó" in seen.texts[0]
    assert "OTP" in seen.texts[0]
    assert "113" in seen.text
    assert seen.buttons


def checked(*signs: CheckedSign, verdict: str = "scam", listed: int = 0) -> CheckedMessage:
    day = datetime.date(2026, 11, 20)
    address = ListedAddress(written="nhan-qua.top", source="Chống lừa đảo", listed_on=day)
    return CheckedMessage(
        verdict=verdict,
        title="Kết luận.",
        tactic=None,
        signals=list(signs),
        listed=[address] * listed,
        next_step="Làm gì đó.",
    )


def sign(code: str, weight: float, words: str = "chữ") -> CheckedSign:
    return CheckedSign(code=code, label=f"Nhãn {code}", words=words, weight=weight)


class TestTold:
    """How an answer reads, whatever the check has found."""

    @pytest.fixture
    def tell(self, phrases: Phrases) -> "Tell":
        return Tell(phrases)

    def test_at_most_four_signs_are_named_the_strongest_first(self, tell: "Tell") -> None:
        signs = [sign(f"s{at}", 5.0 - at / 2, f"chữ {at}") for at in range(6)]
        lines = tell(checked(*signs)).splitlines()
        assert [line for line in lines if line.startswith("- ")] == [
            f"- Nhãn s{at}: “chữ {at}”" for at in range(4)
        ]

    def test_the_same_words_are_quoted_once(self, tell: "Tell") -> None:
        said = tell(checked(sign("lookalike", 4.0, "a.top"), sign("cheap_domain", 2.0, "a.top")))
        assert said.count("a[.]top") == 1

    def test_signs_give_way_to_what_to_do(self, tell: "Tell") -> None:
        signs = [sign("s" * 60, 3.0, f"{at} lời dài " * 40) for at in range(4)]
        said = tell(checked(*signs, listed=2), Language.EN)
        assert len(said) <= LONGEST
        assert said.splitlines()[1] == "Do this now: Làm gì đó."

    def test_a_list_is_named_with_its_day(self, tell: "Tell") -> None:
        said = tell(checked(sign("listed", 6.0), listed=1))
        assert "“nhan-qua[.]top” đã bị báo xấu: danh sách Chống lừa đảo, ngày 20/11/2026" in said
        assert "Nhãn listed" not in said

    @pytest.mark.parametrize(
        ("weight", "share"),
        [(0.2, "một phần nhỏ"), (1.0, "một phần tư"), (3.0, "một nửa"), (9.0, "phần lớn")],
    )
    def test_what_the_wording_counted_is_said_in_words(self, tell: "Tell", weight: float, share: str) -> None:
        assert share in tell(checked(sign("hurry", 3.0), sign("wording", weight)))

    def test_wording_that_speaks_against_the_verdict_is_said_to(self, tell: "Tell") -> None:
        assert "bình thường, nhưng" in tell(checked(sign("hurry", 6.0), sign("wording", -1.0)))

    def test_what_speaks_against_a_scam_is_told_where_nothing_is_found(self, tell: "Tell") -> None:
        assert "- Bớt nghi: Nhãn no_fee (“chữ”)" in tell(checked(sign("no_fee", -2.0), verdict="no_sign"))


class Tell:
    """The answer to a check, in a language."""

    def __init__(self, phrases: Phrases) -> None:
        self._phrases = phrases

    def __call__(self, found: CheckedMessage, language: Language = Language.VI) -> str:
        return told(found, self._phrases.spoken(language))
