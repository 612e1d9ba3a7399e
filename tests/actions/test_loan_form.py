"""The loan form, called as Rasa calls it, in front of the real loan check."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.actions.conftest import ActionServer, Rejected

SHARK = "vay 10tr cầm về 9, góp 300k/ngày 40 ngày"


@dataclass
class Form:
    """One worker's form: what Rasa keeps of it between two messages."""

    server: ActionServer
    slots: dict[str, Any] = field(default_factory=dict)
    running: bool = False

    def hear(self, text: str, intent: str = "nlu_fallback", lang: str = "vi") -> list[dict[str, Any]]:
        """What is said to a message. Raises ``Rejected`` when it is left to another rule."""
        return self._run(text, intent, "action_listen", lang)

    def comes_back(self, intent: str) -> list[dict[str, Any]]:
        """What is said after another action has answered."""
        return self._run("một câu hỏi", intent, "action_answer_topic", "vi")

    def _run(self, text: str, intent: str, latest_action: str, lang: str) -> list[dict[str, Any]]:
        done = self.server.run(
            "loan_form",
            intent,
            text=text,
            lang=lang,
            slots=self.slots,
            form="loan_form" if self.running else None,
            latest_action=latest_action,
        )
        for event in done["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
            elif event["event"] == "active_loop":
                self.running = event["name"] == "loan_form"
        responses: list[dict[str, Any]] = done["responses"]
        return responses


@pytest.fixture
def form(action_server: ActionServer) -> Form:
    return Form(action_server)


def titles(said: list[dict[str, Any]]) -> list[str]:
    return [button["title"] for message in said for button in message["buttons"]]


def drawn(said: list[dict[str, Any]]) -> bool:
    return any((message.get("custom") or {}).get("do") == "loan_picture" for message in said)


class TestAsking:
    def test_the_button_asks_for_the_loan(self, form: Form) -> None:
        [said] = form.hear("/check_loan", "check_loan")
        assert said["text"].startswith("Bạn kể khoản vay") and form.running

    def test_who_asks_without_a_number_hears_the_rule_first(self, form: Form) -> None:
        [said] = form.hear("lãi vậy có cao quá không", "check_loan")
        assert "20%/năm" in said["text"].splitlines()[0] and "Bạn kể khoản vay" in said["text"]

    def test_missing_numbers_are_asked_one_at_a_time_in_any_words(self, form: Form) -> None:
        asked = [
            form.hear(text, intent)[0]["text"].splitlines()[-1]
            for text, intent in (
                ("vay 10tr cầm về 9 củ", "check_loan"),
                ("3 lít", "nlu_fallback"),
                ("mỗi ngày", "faq_bat_ho"),
                ("bốn chục", "chitchat"),
            )
        ]
        assert [line.split()[0] for line in asked] == ["Mỗi", "Phải", "Phải", "Ai"]

    def test_a_question_for_a_number_leaves_every_digit_to_the_answer(self, form: Form) -> None:
        [said] = form.hear("vay 10tr góp 300k mỗi ngày", "check_loan")
        assert [button["kind"] for button in said["buttons"]] == ["way"]
        assert form.hear("5")[0]["text"].startswith("Theo câu này thì bạn trả ít hơn")
        assert "300.000đ × 40 lần" in form.hear("300k trong 40 ngày")[0]["text"]

    def test_an_amount_with_two_readings_is_chosen_from_its_readings(self, form: Form) -> None:
        [said] = form.hear("vay 2 xị trả 30 ngàn sau 10 ngày", "check_loan")
        assert titles([said])[:2] == ["20.000đ", "200.000đ"]
        assert "20.000đ" in form.hear(said["buttons"][0]["payload"])[0]["text"]

    def test_who_does_not_know_a_number_is_told_where_to_look(self, form: Form) -> None:
        form.hear("vay 10tr góp 300k mỗi ngày", "check_loan")
        [said] = form.hear("không nhớ", "deny")
        assert "áng chừng" in said["text"] and said["text"].endswith("hay trong bao lâu?")

    def test_after_two_useless_answers_it_offers_to_stop(self, form: Form) -> None:
        form.hear("vay 10tr", "check_loan")
        assert "chưa đọc được con số" in form.hear("hihi")[0]["text"]
        assert "dừng ở đây cũng được" in form.hear("haha", "chitchat")[0]["text"]
        assert "Mình hiểu" in form.hear("mỗi ngày 300k")[0]["text"]
        assert "chưa đọc được con số" in form.hear("hihi")[0]["text"]

    def test_in_english_everything_is_said_in_english(self, form: Form) -> None:
        [said] = form.hear("borrow 10tr, receive 9tr", "check_loan", "en")
        assert said["text"].endswith("How much is each payment, and how often?")
        assert titles([said]) == ["Stop the calculation"]


class TestResult:
    def test_the_numbers_are_said_back_with_a_picture_and_the_question_who_lends(self, form: Form) -> None:
        said = form.hear(SHARK, "check_loan")
        assert "9.000.000đ, trả 300.000đ × 40 lần" in said[0]["text"] and drawn(said)
        assert "Tiệm cầm đồ" in titles(said)

    def test_who_lends_ends_it_with_the_law_and_what_to_do_next(self, form: Form) -> None:
        form.hear(SHARK, "check_loan")
        said = form.hear("informal")
        assert "có dấu hiệu cho vay lãi nặng" in said[0]["text"] and not drawn(said)
        assert titles(said) == ["Bốc bát họ, vay góp ngày", "Gửi tin ẩn danh", "Tính khoản vay khác"]
        assert not form.running and form.slots["last_topic"] == "bat_ho"

    def test_nothing_of_a_loan_is_kept_when_it_is_done(self, form: Form) -> None:
        form.hear(SHARK, "check_loan")
        form.hear("informal")
        assert {value for key, value in form.slots.items() if key.startswith("loan_")} == {None}

    def test_who_does_not_know_the_lender_hears_both_rules(self, form: Form) -> None:
        form.hear(SHARK, "check_loan")
        assert "Nếu là người ngoài" in form.hear("chịu, không biết")[0]["text"]

    def test_a_wrong_number_is_put_right(self, form: Form) -> None:
        form.hear(SHARK, "check_loan")
        [asked] = form.hear("không phải", "deny")
        assert "số nào chưa đúng" in asked["text"] and "Tiệm cầm đồ" not in titles([asked])
        said = form.hear("cầm về 8tr")
        assert "Bạn nhận 8.000.000đ" in said[0]["text"] and drawn(said)

    def test_an_impossible_loan_is_asked_about_and_never_has_a_rate(self, form: Form) -> None:
        said = form.hear("vay 10tr trả 5tr sau 30 ngày", "check_loan")
        assert "trả ít hơn số đã nhận" in said[0]["text"] and "%" not in said[0]["text"]
        assert form.running and "15.000.000đ" in form.hear("15tr")[0]["text"]

    def test_a_fee_before_the_money_is_warned_of(self, form: Form) -> None:
        said = form.hear("vay 10tr chưa nhận được đồng nào, đòi đóng phí 2tr", "check_loan")
        assert "đừng chuyển thêm" in said[0]["text"] and not form.running


class TestInBetween:
    @pytest.mark.parametrize("intent", ["faq_debt_terror", "followup_law", "report_tip", "hotlines"])
    def test_a_question_is_left_to_its_own_rule(self, form: Form, intent: str) -> None:
        form.hear("vay 10tr", "check_loan")
        with pytest.raises(Rejected):
            form.hear("bị gọi lên công ty phải làm sao", intent)

    def test_a_long_question_that_names_a_lender_is_still_a_question(self, form: Form) -> None:
        form.hear(SHARK, "check_loan")
        with pytest.raises(Rejected):
            form.hear("nó gọi lên công ty em chửi bới thì phải làm sao", "faq_debt_terror")
        assert "cho vay lãi nặng" in form.hear("ông Tư cho vay", "faq_loan_shark")[0]["text"]

    def test_danger_comes_before_numbers(self, form: Form) -> None:
        form.hear("vay 10tr", "check_loan")
        with pytest.raises(Rejected):
            form.hear("nó đòi 5 triệu không là đánh chết", "emergency")

    def test_afterwards_one_line_leads_back_and_the_next_number_goes_on(self, form: Form) -> None:
        form.hear("vay 10tr cầm về 9, góp 300k", "check_loan")
        [said] = form.comes_back("faq_debt_terror")
        assert said["text"] == "Mình còn đang tính khoản vay của bạn: Phải trả mấy lần, hay trong bao lâu?"
        assert "40 lần" in form.hear("40 ngày")[0]["text"]

    def test_who_has_told_nothing_yet_is_not_told_the_whole_question_again(self, form: Form) -> None:
        form.hear("/check_loan", "check_loan")
        assert form.comes_back("faq_bat_ho")[0]["text"].startswith("Khoản vay của bạn mình vẫn chờ")

    @pytest.mark.parametrize("intent", ["report_tip", "emergency", "menu", "check_message"])
    def test_it_waits_without_a_word_where_the_bot_goes_on_itself(self, form: Form, intent: str) -> None:
        form.hear("vay 10tr", "check_loan")
        assert form.comes_back(intent) == [] and form.running

    @pytest.mark.parametrize(
        ("text", "intent"), [("thôi", "cancel"), ("/cancel", "cancel"), ("bye", "goodbye")]
    )
    def test_who_wants_to_stop_is_let_go(self, form: Form, text: str, intent: str) -> None:
        form.hear("vay 10tr", "check_loan")
        assert "không tính nữa" in form.hear(text, intent)[0]["text"]
        assert not form.running and form.slots["loan_known"] is None

    def test_thanks_get_the_question_again_and_no_reproach(self, form: Form) -> None:
        form.hear("vay 10tr", "check_loan")
        assert form.hear("cảm ơn", "thank")[0]["text"] == "Mỗi lần phải trả bao nhiêu, bao lâu trả một lần?"

    def test_without_the_backend_it_says_nothing(self, lonely_action_server: ActionServer) -> None:
        assert Form(lonely_action_server).hear("vay 10tr", "check_loan") == []


class TestDescribedUnderAnotherIntent:
    def test_under_a_topic_of_what_loans_cost_the_form_answers(self, action_server: ActionServer) -> None:
        done = action_server.run("action_answer_topic", "faq_bat_ho", text=SHARK)
        assert done["responses"] == []
        assert [(event["event"], event.get("name")) for event in done["events"]] == [
            ("followup", "loan_form")
        ]

    def test_in_doubt_the_form_answers(self, action_server: ActionServer) -> None:
        done = action_server.run("action_suggest", "nlu_fallback", text=SHARK)
        assert done["events"][0]["event"] == "followup"

    def test_under_another_topic_it_is_one_click_away(self, action_server: ActionServer, form: Form) -> None:
        text = f"{SHARK}, nó bắt em ký giấy bán xe"
        done = action_server.run("action_answer_topic", "faq_debt_terror", text=text)
        assert done["responses"][0]["buttons"][0] == {"title": "Tính khoản vay này", "payload": "/check_loan"}
        form.slots = {event["name"]: event["value"] for event in done["events"]}
        assert "300.000đ × 40 lần" in form.hear("/check_loan", "check_loan")[0]["text"]

    @pytest.mark.parametrize(
        "text", ["bốc bát họ 10 triệu là sao", "lãi 5% hay 8% thì hợp pháp", "gọi 113 hay 115"]
    )
    def test_a_question_with_numbers_is_no_loan(self, action_server: ActionServer, text: str) -> None:
        [said] = action_server.run("action_answer_topic", "faq_bat_ho", text=text)["responses"]
        assert said["text"].startswith("Bốc bát họ là")
