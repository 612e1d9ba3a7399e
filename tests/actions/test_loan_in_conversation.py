"""The loan dialogue through the real Rasa, the real actions and the real loan check."""

from typing import Any

import pytest

from tests.actions.conftest import Conversation


def texts(said: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in said if message.get("text")]


def is_drawn(said: list[dict[str, Any]]) -> bool:
    return any((message.get("custom") or {}).get("do") == "loan_picture" for message in said)


def test_a_question_in_the_middle_is_answered_and_the_number_after_it_goes_on(
    conversation: Conversation,
) -> None:
    conversation.say("tính giúp em lãi khoản vay này với")
    conversation.say("cầm về 9 củ")
    conversation.say("mỗi ngày góp 3 lít")
    [topic, reminder] = texts(conversation.say("bốc bát họ là gì"))
    assert topic.startswith("Bốc bát họ là vay rồi góp từng ngày")
    assert reminder.endswith("Phải trả mấy lần, hay trong bao lâu?")
    said = conversation.say("40")
    assert "300.000đ × 40 lần" in texts(said)[0] and is_drawn(said)


def test_a_part_of_the_topic_can_be_asked_for_as_well(conversation: Conversation) -> None:
    conversation.say("/check_loan")
    conversation.say("bốc bát họ là gì")
    [part, reminder] = texts(conversation.say("phạt bao nhiêu"))
    assert part.startswith("Luật nói gì:") and "vẫn chờ" in reminder


def test_the_word_to_stop_ends_it(conversation: Conversation) -> None:
    for word in ("thôi", "Thôi, không tính nữa", "/cancel"):
        conversation.say("/check_loan")
        conversation.say("9tr")
        assert texts(conversation.say(word)) == [
            "Ừ, mình không tính nữa. Khi nào cần thì mình tính lại từ đầu nhé."
        ]
        assert "Mình chưa hiểu" in texts(conversation.say("40"))[0]


def test_after_the_result_the_next_question_is_about_its_topic(conversation: Conversation) -> None:
    conversation.say("vay 10tr cầm về 9, góp 300k/ngày 40 ngày")
    conversation.say("informal")
    assert texts(conversation.say("luật nói gì"))[0].startswith("Luật nói gì:")


def test_a_tip_in_the_middle_is_the_bots_affair_and_the_form_waits(conversation: Conversation) -> None:
    conversation.say("/check_loan")
    conversation.say("vay 10tr góp 300k mỗi ngày")
    assert conversation.say("em muốn gửi tin ẩn danh") == [{"custom": {"do": "start_tip", "category": None}}]
    assert "40 lần" in texts(conversation.say("40 ngày"))[0]


@pytest.mark.parametrize(
    "described",
    [
        "vay 10tr cầm về 9, góp 300k/ngày 40 ngày",
        "bốc 10 ăn 8 trả 50 ngày mỗi ngày 2 lít",
        "vay nong 3tr tra 3tr6 trong 10 ngay",
        "đứng 10tr mỗi ngày đóng 50k tiền lãi",
        "fe credit vay 30tr 24 tháng trả 2tr1 1 tháng",
        "bốc họ 5tr góp 55 ngày mỗi ngày 100k",
        "cam xe 8tr moi thang dong 800k tien loi",
        "bốc họ app 5tr góp 55 ngày mỗi ngày 100k",
    ],
)
def test_a_loan_described_without_a_question_is_worked_out(
    conversation: Conversation, described: str
) -> None:
    said = conversation.say(described)
    assert len(texts(said)) == 1 and "Lãi khoảng" in texts(said)[0] and is_drawn(said)


def test_an_impossible_loan_is_asked_about(conversation: Conversation) -> None:
    said = texts(conversation.say("vay 10tr trả 5tr sau 30 ngày, tính lãi giúp em"))
    assert "trả ít hơn số đã nhận" in said[0]
    assert "15.000.000đ" in texts(conversation.say("trả 15tr"))[0]
