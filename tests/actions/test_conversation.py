"""A conversation through the real Rasa, the real actions and the real internal API."""

from typing import Any

from tests.actions.conftest import Conversation


def payloads(said: list[dict[str, Any]]) -> list[str]:
    return [button["payload"] for message in said for button in message.get("buttons", [])]


def text(said: list[dict[str, Any]]) -> str:
    return "\n".join(message.get("text", "") for message in said)


def test_a_question_without_diacritics_gets_the_published_answer(conversation: Conversation) -> None:
    assert text(conversation.say("boc bat ho la gi")).startswith("Bốc bát họ là vay rồi góp từng ngày")


def test_questions_about_the_last_topic_need_not_name_it(conversation: Conversation) -> None:
    conversation.say("bốc bát họ là gì")
    assert text(conversation.say("phạt bao nhiêu")).startswith("Luật nói gì:")
    assert text(conversation.say("the phai lam sao")).startswith("Làm gì ngay bây giờ:")
    assert text(conversation.say("/followup_signs")).startswith("Dấu hiệu nhận biết:")


def test_a_new_topic_takes_the_place_of_the_last_one(conversation: Conversation) -> None:
    conversation.say("/faq_bat_ho")
    conversation.say("/faq_interest_law")
    about_interest = text(conversation.say("/followup_law"))
    conversation.say("/faq_bat_ho")
    assert about_interest != text(conversation.say("/followup_law"))


def test_a_follow_up_without_a_topic_asks_for_one(conversation: Conversation) -> None:
    said = conversation.say("thế phải làm sao")
    assert text(said).startswith("Bạn đang hỏi về chuyện gì")
    assert payloads(said)


def test_a_wrong_answer_leads_to_the_two_next_topics_and_a_person(conversation: Conversation) -> None:
    conversation.say("bốc bát họ là gì")
    said = payloads(conversation.say("bot trả lời sai"))
    assert "/faq_bat_ho" not in said
    assert said[-1] == "/human"
    assert [payload for payload in said if not conversation.say(payload)] == []


def test_every_button_leads_somewhere(conversation: Conversation) -> None:
    offered = payloads(conversation.say("/greet")) + payloads(conversation.say("/faq_bat_ho"))
    assert [payload for payload in offered if not conversation.say(payload)] == []


def test_a_text_of_nothing_gets_a_question_and_never_an_error(conversation: Conversation) -> None:
    for message in ("1", "🍜", "..."):
        assert text(conversation.say(message)).startswith("Mình chưa hiểu ý này."), message


def test_a_command_of_another_program_is_said_to_be_out_of_scope(conversation: Conversation) -> None:
    said = conversation.say("/no_such_thing")
    assert text(said).startswith("Chuyện này mình không rành")
    assert "/menu" in payloads(said)


def test_in_english_both_responses_and_topics_are_english(conversation: Conversation) -> None:
    assert text(conversation.say("/greet", lang="en")).startswith("Hello")
    assert "is a loan repaid every day" in text(conversation.say("/faq_bat_ho", lang="en"))


def test_a_tip_goes_back_to_the_bot_untouched(conversation: Conversation) -> None:
    [said] = conversation.say("/report_tip")
    assert said == {"custom": {"do": "start_tip", "category": None}}
