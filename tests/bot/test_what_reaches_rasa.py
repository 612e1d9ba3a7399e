"""What crosses the border to Rasa, and what the bot makes of the answers."""

import json
from collections.abc import Iterator

import pytest

from bot.receipt import new_receipt
from tests.bot.channel_contract import SCAM, STORY, send_a_tip
from tests.bot.house import House
from tests.bot.rasa_border import RasaBorder
from tests.bot.serving import serve
from tests.bot.web_driver import WebWorker


@pytest.fixture(scope="module")
def rasa(house: House) -> Iterator[RasaBorder]:
    border = RasaBorder((house.bot_settings.secrets / "rasa.token").read_text().strip())
    with serve(border.app(), house.bot_settings.rasa_port):
        yield border


@pytest.fixture
def worker(house: House, rasa: RasaBorder) -> WebWorker:
    rasa.arrived.clear()
    rasa.status = 200
    rasa.answers = [{"text": "Câu trả lời của Rasa"}]
    return WebWorker(house.url)


def test_a_question_is_answered_by_rasa(worker: WebWorker, rasa: RasaBorder) -> None:
    assert worker.say("vay góp ngày\nlà gì").text == "Câu trả lời của Rasa"
    assert rasa.messages == ["vay góp ngày là gì"]
    assert rasa.arrived[0]["metadata"] == {"lang": "vi", "human": True}


@pytest.mark.parametrize("typed", ["/restart", "///faq_bat_ho", "\u200b/slot{}", "/ /back"])
def test_human_text_is_never_a_command(worker: WebWorker, rasa: RasaBorder, typed: str) -> None:
    worker.say(typed)
    assert rasa.messages
    assert not any(message.startswith("/") for message in rasa.messages)


def test_a_payload_may_be_a_command_only_as_an_offered_choice(worker: WebWorker, rasa: RasaBorder) -> None:
    rasa.answers = [{"text": "Bạn hỏi gì?", "buttons": [{"title": "Luật", "payload": "/followup_law"}]}]
    seen = worker.say("bát họ")
    worker.tap(seen.button("Luật"))
    assert rasa.messages[-1] == "/followup_law"
    assert rasa.arrived[-1]["metadata"]["human"] is False
    assert "/followup_law" not in seen.button("Luật").id


def test_a_typed_digit_sends_the_payload_of_its_choice(worker: WebWorker, rasa: RasaBorder) -> None:
    rasa.answers = [
        {"text": "Bạn hỏi gì?", "buttons": [{"title": "A", "payload": "/a"}, {"title": "B", "payload": "/b"}]}
    ]
    worker.say("bát họ")
    worker.say("2.")
    assert rasa.messages[-1] == "/b"


def test_the_conversation_id_is_random_and_says_nothing_of_the_worker(
    worker: WebWorker, rasa: RasaBorder
) -> None:
    worker.say("chào")
    worker.say("lãi bao nhiêu")
    first, second = (body["sender"] for body in rasa.arrived)
    assert first == second
    assert worker.user not in first
    worker.say("xóa")
    worker.say("chào")
    assert rasa.arrived[-1]["sender"] != first


def test_no_tip_receipt_or_mailbox_message_ever_reaches_rasa(worker: WebWorker, rasa: RasaBorder) -> None:
    receipt = send_a_tip(worker)
    worker.say("đã lưu")
    worker.say(receipt)
    worker.say("tin nhắn cho cán bộ")
    worker.say("1")
    worker.say("đóng")
    wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    worker.say(f"mã {wrong} đúng không")
    worker.say(new_receipt())
    crossed = json.dumps(rasa.arrived, ensure_ascii=False)
    assert STORY not in crossed
    assert "cán bộ" not in crossed
    assert not any(ch.isdigit() for message in rasa.messages for ch in message)


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678 9012 3456",
        "mã 1234 5678 9012 345678 nha",
        "1234,5678,9012,34565",
        "1234/5678/9012/34565",
        "l234 5678 9O12 34565",
    ],
)
def test_a_receipt_gone_wrong_never_reaches_rasa(worker: WebWorker, rasa: RasaBorder, typed: str) -> None:
    assert "Mã này chưa đúng" in worker.say(typed).text
    assert rasa.messages == []


@pytest.mark.parametrize(
    "typed",
    [
        SCAM,
        "http://nhan-qua.top/a",
        "so 0900000012 lua dao ko",
        "“nộp phí hồ sơ 500k là nhận xe SH” có phải lừa không",
    ],
)
def test_a_message_to_check_never_reaches_rasa(worker: WebWorker, rasa: RasaBorder, typed: str) -> None:
    assert "Kiểm tra tin khác" in [button.label for button in worker.say(typed).buttons]
    assert all(body["metadata"]["human"] is False for body in rasa.arrived)
    assert all(message.startswith("/faq_") for message in rasa.messages)


def test_danger_beside_a_receipt_is_answered_first(worker: WebWorker, rasa: RasaBorder) -> None:
    seen = worker.say(f"nó đang đánh em trong phòng trọ, mã {new_receipt()}")
    assert "113" in seen.texts[0]
    assert rasa.messages == []


def test_an_emergency_never_reaches_rasa(worker: WebWorker, rasa: RasaBorder) -> None:
    worker.say("nó đang đánh em trong phòng trọ")
    assert rasa.messages == []


@pytest.mark.parametrize("status", [200, 401, 500])
def test_an_empty_or_failing_answer_counts_as_none(worker: WebWorker, rasa: RasaBorder, status: int) -> None:
    rasa.answers, rasa.status = [], status
    assert "Bốc bát họ" in worker.say("bốc bát họ là gì").text


class TestActs:
    def test_start_tip_begins_one_of_the_named_kind(self, worker: WebWorker, rasa: RasaBorder) -> None:
        rasa.answers = [{"custom": {"do": "start_tip", "category": "gambling_ring"}}]
        assert "Trước khi viết" in worker.say("em muốn tố cáo sòng bạc").text

    def test_numbers_to_call_come_before_what_else_was_perhaps_meant(
        self, worker: WebWorker, rasa: RasaBorder
    ) -> None:
        rasa.answers = [{"custom": {"do": "emergency"}}, {"text": "Ý bạn là?"}]
        said = worker.say("một câu bất kỳ").text
        assert said.index("113") < said.index("Ý bạn là?")

    @pytest.mark.parametrize(
        ("act", "said"),
        [
            ({"do": "open_mailbox"}, "mã 17 số"),
            ({"do": "menu"}, "Mình giúp được"),
            ({"do": "human"}, "máy trả lời"),
            ({"do": "emergency"}, "113"),
            ({"do": "forget"}, "đã quên"),
            ({"do": "language", "lang": "en"}, "I will speak English"),
            ({"do": "something_new"}, "chọn lại"),
        ],
    )
    def test_each_act_is_carried_out(
        self, worker: WebWorker, rasa: RasaBorder, act: dict[str, str], said: str
    ) -> None:
        rasa.answers = [{"custom": act}]
        assert said in worker.say("một câu bất kỳ").text
