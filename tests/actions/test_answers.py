"""Actions answer with what is published, and put the next questions under it as buttons."""

from typing import Any

from tests.actions.conftest import ActionServer


def buttons(response: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in response["buttons"]]


class TestAnswerTopic:
    def test_a_topic_is_answered_with_its_published_text(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_answer_topic", "faq_bat_ho")["responses"]
        assert said["text"].startswith("Bốc bát họ là vay rồi góp từng ngày")
        assert "{hotline" not in said["text"]

    def test_sections_and_the_tip_are_one_click_away(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_answer_topic", "faq_bat_ho")["responses"]
        assert buttons(said) == [
            "/followup_do_now",
            "/followup_signs",
            "/followup_law",
            "/followup_help",
            "/check_loan",
            "/report_tip",
        ]

    def test_only_topics_of_loans_lead_to_the_loan_check(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_answer_topic", "faq_fake_authority")["responses"]
        assert "/check_loan" not in buttons(said)

    def test_the_topic_is_remembered_for_the_next_question(self, action_server: ActionServer) -> None:
        [event] = action_server.run("action_answer_topic", "faq_bat_ho")["events"]
        assert (event["event"], event["name"], event["value"]) == ("slot", "last_topic", "bat_ho")

    def test_in_english_the_short_version_is_said(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_answer_topic", "faq_bat_ho", lang="en")["responses"]
        assert said["text"].startswith('"Bốc bát họ" is a loan')
        assert said["buttons"][-1]["title"] == "Send an anonymous tip"

    def test_a_labour_dispute_gets_what_the_union_can_do(self, action_server: ActionServer) -> None:
        done = action_server.run("action_answer_topic", "labour_dispute")
        assert done["events"][0]["value"] == "union_help"

    def test_an_unwritten_topic_offers_the_nearest_and_remembers_nothing(
        self, action_server: ActionServer
    ) -> None:
        done = action_server.run("action_answer_topic", "faq_ponzi_crypto", text="bốc bát họ góp ngày")
        [said] = done["responses"]
        assert "/faq_bat_ho" in buttons(said)
        assert done["events"] == []

    def test_what_the_same_message_asks_besides_is_the_first_button(
        self, action_server: ActionServer
    ) -> None:
        text = "em bốc bát họ có sao không? với lại lãi bao nhiêu là hợp pháp? giờ em run quá"
        [said] = action_server.run("action_answer_topic", "faq_bat_ho", text=text)["responses"]
        assert buttons(said)[0] == "/faq_interest_law"
        assert "/faq_bat_ho" not in buttons(said)
        assert "chuyện kia ở nút bên dưới" in said["text"]

    def test_one_question_is_one_answer(self, action_server: ActionServer) -> None:
        text = "lãi bao nhiêu là hợp pháp? chị ơi?"
        [said] = action_server.run("action_answer_topic", "faq_bat_ho", text=text)["responses"]
        assert buttons(said)[0] == "/followup_do_now"


class TestFollowUp:
    def test_a_section_of_the_last_topic_is_told(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_follow_up", "followup_law", last_topic="bat_ho")["responses"]
        assert said["text"].startswith("Luật nói gì:\n")
        assert "Điều 468" in said["text"]
        assert "/followup_law" not in buttons(said)
        assert any(payload.startswith("/faq_") for payload in buttons(said))

    def test_without_a_topic_it_asks_for_one(self, action_server: ActionServer) -> None:
        done = action_server.run(
            "action_follow_up", "followup_law", ranking={"followup_law": 0.7, "faq_interest_law": 0.2}
        )
        [said] = done["responses"]
        assert buttons(said)[0] == "/faq_interest_law"
        assert len(buttons(said)) == 5
        assert done["events"] == []

    def test_in_english_it_repeats_the_short_version(self, action_server: ActionServer) -> None:
        done = action_server.run("action_follow_up", "followup_law", last_topic="bat_ho", lang="en")
        [first] = action_server.run("action_answer_topic", "faq_bat_ho", lang="en")["responses"]
        assert done["responses"][0]["text"] == first["text"]


class TestSuggest:
    def test_two_close_labels_are_both_offered(self, action_server: ActionServer) -> None:
        ranking = {"faq_bat_ho": 0.41, "faq_interest_law": 0.38, "greet": 0.1}
        [said] = action_server.run("action_suggest", "nlu_fallback", doubt="close", ranking=ranking)[
            "responses"
        ]
        assert buttons(said) == ["/faq_bat_ho", "/faq_interest_law"]
        assert said["buttons"][0]["title"] == "Bốc bát họ, vay góp ngày"

    def test_an_unpublished_topic_is_never_offered(self, action_server: ActionServer) -> None:
        ranking = {"faq_ponzi_crypto": 0.3, "faq_bat_ho": 0.2, "check_loan": 0.1}
        [said] = action_server.run("action_suggest", "nlu_fallback", ranking=ranking)["responses"]
        assert buttons(said) == ["/faq_bat_ho", "/check_loan"]

    def test_a_section_is_offered_only_after_a_topic(self, action_server: ActionServer) -> None:
        ranking = {"followup_law": 0.3, "faq_bat_ho": 0.2}
        [without] = action_server.run("action_suggest", "nlu_fallback", ranking=ranking)["responses"]
        [after] = action_server.run("action_suggest", "nlu_fallback", ranking=ranking, last_topic="bat_ho")[
            "responses"
        ]
        assert buttons(without) == ["/faq_bat_ho"]
        assert "/followup_law" in buttons(after)

    def test_in_doubt_about_the_last_topic_its_parts_are_offered_first(
        self, action_server: ActionServer
    ) -> None:
        ranking = {"faq_bat_ho": 0.4, "faq_interest_law": 0.3}
        done = action_server.run("action_suggest", "nlu_fallback", ranking=ranking, last_topic="bat_ho")
        [said] = done["responses"]
        assert "Bốc bát họ, vay góp ngày" in said["text"]
        assert buttons(said) == [
            "/followup_do_now",
            "/followup_signs",
            "/followup_law",
            "/followup_help",
            "/faq_interest_law",
        ]

    def test_doubt_about_other_topics_leaves_the_last_one_alone(self, action_server: ActionServer) -> None:
        ranking = {"faq_fake_authority": 0.4, "faq_interest_law": 0.3}
        done = action_server.run("action_suggest", "nlu_fallback", ranking=ranking, last_topic="bat_ho")
        assert buttons(done["responses"][0]) == ["/faq_fake_authority", "/faq_interest_law"]

    def test_a_greeting_is_never_offered_and_one_candidate_is_called_one(
        self, action_server: ActionServer
    ) -> None:
        ranking = {"emergency": 0.25, "greet": 0.2, "goodbye": 0.1}
        [said] = action_server.run("action_suggest", "nlu_fallback", ranking=ranking)["responses"]
        assert buttons(said) == ["/emergency"]
        assert "hai" not in said["text"]

    def test_with_nothing_likely_it_says_that_it_did_not_understand(
        self, action_server: ActionServer
    ) -> None:
        [said] = action_server.run("action_suggest", "nlu_fallback", ranking={"faq_bat_ho": 0.03})[
            "responses"
        ]
        assert said["text"].startswith("Mình chưa hiểu ý này.")
        assert buttons(said) == ["/menu", "/report_tip"]


class TestOtherTopics:
    QUESTION = (
        "faq_bat_ho",
        {"faq_bat_ho": 0.6, "faq_interest_law": 0.2, "check_loan": 0.1, "faq_debt_terror": 0.05}
        | {"faq_ponzi_crypto": 0.02, "faq_already_borrowed": 0.01},
    )
    NO = ("deny", {"deny": 0.9, "cancel": 0.1})

    def after(self, action_server: ActionServer, *before: tuple[str, dict[str, float]]) -> list[str]:
        """The buttons that a "no" gets after these messages."""
        [said] = action_server.run("action_other_topics", "deny", before=before)["responses"]
        return buttons(said)

    def test_a_wrong_answer_gets_the_next_two_published_topics_and_a_person(
        self, action_server: ActionServer
    ) -> None:
        assert self.after(action_server, self.QUESTION) == [
            "/faq_interest_law",
            "/faq_debt_terror",
            "/human",
        ]

    def test_a_second_no_goes_on_in_the_ranking(self, action_server: ActionServer) -> None:
        assert self.after(action_server, self.QUESTION, self.NO) == ["/faq_already_borrowed", "/human"]

    def test_a_topic_that_was_read_since_is_not_offered_again(self, action_server: ActionServer) -> None:
        read = ("faq_interest_law", {"faq_interest_law": 1.0})
        assert self.after(action_server, self.QUESTION, read)[0] == "/faq_debt_terror"

    def test_two_candidates_that_were_refused_are_not_offered_again(
        self, action_server: ActionServer
    ) -> None:
        ranking = {"faq_bat_ho": 0.4, "faq_interest_law": 0.3, "faq_debt_terror": 0.2}
        assert self.after(action_server, ("nlu_fallback", ranking)) == ["/faq_debt_terror", "/human"]

    def test_when_the_ranking_is_used_up_a_person_is_left(self, action_server: ActionServer) -> None:
        done = action_server.run("action_other_topics", "deny", before=[self.QUESTION, self.NO, self.NO])
        [said] = done["responses"]
        assert buttons(said) == ["/human"]
        assert "công đoàn" in said["text"]

    def test_a_no_without_a_question_asks_for_the_story(self, action_server: ActionServer) -> None:
        hello = ("greet", {"greet": 0.9, "thank": 0.1})
        assert self.after(action_server, hello) == ["/menu"]


class TestHotlines:
    def test_numbers_are_listed_with_their_use(self, action_server: ActionServer) -> None:
        [said] = action_server.run("action_hotlines", "faq_hotlines")["responses"]
        assert "Công an (khẩn cấp): 113." in said["text"]


class TestSwitchLanguage:
    def test_the_named_language_wins_over_the_other_one(self, action_server: ActionServer) -> None:
        for text, lang, wanted in [
            ("nói tiếng Việt đi", "vi", "vi"),
            ("speak english pls", "vi", "en"),
            ("doi ngon ngu", "vi", "en"),
            ("đổi ngôn ngữ", "en", "vi"),
            ("/switch_language", "en", "vi"),
        ]:
            done = action_server.run("action_switch_language", "switch_language", text=text, lang=lang)
            assert done["responses"][0]["custom"] == {"do": "language", "lang": wanted}, text


class TestSilence:
    def test_without_a_backend_an_action_says_nothing(self, lonely_action_server: ActionServer) -> None:
        for action, intent in [
            ("action_answer_topic", "faq_bat_ho"),
            ("action_follow_up", "followup_law"),
            ("action_suggest", "nlu_fallback"),
            ("action_other_topics", "deny"),
            ("action_hotlines", "faq_hotlines"),
        ]:
            done = lonely_action_server.run(action, intent, last_topic="bat_ho")
            assert done == {"events": [], "responses": []}, action

    def test_what_a_worker_wrote_is_in_no_output(
        self, action_server: ActionServer, lonely_action_server: ActionServer
    ) -> None:
        secret = "chuyện riêng của tôi"
        for server in (action_server, lonely_action_server):
            server.run("action_suggest", "nlu_fallback", text=secret)
            server.run("action_answer_topic", "faq_ponzi_crypto", text=secret)
            assert secret not in server.output.read_text(encoding="utf-8")
            assert "httpx" not in server.output.read_text(encoding="utf-8")
