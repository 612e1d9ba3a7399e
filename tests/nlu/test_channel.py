"""The door lets in who knows the secret, takes no person's text for a payload, and repeats none of it."""

import json
from pathlib import Path

import pytest
import requests
from rasa.shared.exceptions import RasaException

from nlu.components.channel import MAX_BODY, MAX_MESSAGE, AntamInput, BadMessage, knock, safe_message
from tests.nlu.conftest import RasaServer

SENDER = "0123456789abcdef"


class TestKnock:
    def test_a_message_is_read(self) -> None:
        read = knock(json.dumps({"sender": SENDER, "message": " vay ", "metadata": {"lang": "en"}}).encode())
        assert (read.sender, read.message, read.language) == (SENDER, "vay", "en")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\xff\xfe",
            b"[]",
            b'"text"',
            b"{}",
            b'{"sender": "short", "message": "a"}',
            b'{"sender": "0123456789", "message": 1}',
            b'{"sender": "0123456789", "message": "a", "metadata": []}',
            b'{"sender": "0123456789", "message": "a", "metadata": {"lang": "fr"}}',
            b'{"sender": "../../etc/passwd", "message": "a"}',
        ],
    )
    def test_another_shape_is_refused_without_repeating_it(self, body: bytes) -> None:
        with pytest.raises(BadMessage) as refused:
            knock(body)
        assert "passwd" not in str(refused.value)


class TestSafeMessage:
    def test_a_payload_of_ours_stays(self) -> None:
        assert safe_message("/faq_bat_ho", human=False) == "/faq_bat_ho"

    @pytest.mark.parametrize("text", ["/faq_bat_ho", "//faq_bat_ho", "/ /faq_bat_ho", " /faq_bat_ho "])
    def test_what_a_person_typed_is_never_a_payload(self, text: str) -> None:
        assert safe_message(text, human=True) == "faq_bat_ho"

    @pytest.mark.parametrize("text", ["/Vay", "/vay nóng", '/greet{"lang":"en"}', "/", "/greet/x"])
    def test_what_is_no_payload_is_text(self, text: str) -> None:
        assert not safe_message(text, human=False).startswith("/")

    def test_a_long_message_is_cut(self) -> None:
        assert len(safe_message("a" * 100_000, human=True)) == MAX_MESSAGE


class TestSecret:
    def test_without_a_secret_there_is_no_door(self, tmp_path: Path) -> None:
        with pytest.raises(RasaException, match="antam keys init"):
            AntamInput.from_credentials({"token_file": str(tmp_path / "none")})

    def test_a_short_secret_is_none(self) -> None:
        with pytest.raises(RasaException, match="too short"):
            AntamInput("secret")


class TestServer:
    def test_a_wrong_secret_is_refused(self, server: RasaServer) -> None:
        for token in ("", "x", server.token[:-1]):
            answer = server.post("webhook", {"sender": SENDER, "message": "/greet"}, token=token)
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
            assert server.post("parse", {"text": "a"}, token=token).status_code == 401

    def test_an_oversized_body_is_refused(self, server: RasaServer) -> None:
        answer = server.post("webhook", {"sender": SENDER, "message": "a" * MAX_BODY})
        assert answer.status_code == 413

    def test_a_body_of_another_shape_is_refused_as_a_problem(self, server: RasaServer) -> None:
        answer = server.post("webhook", {"message": "a"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.headers["content-type"] == "application/problem+json"

    def test_rasas_own_interface_is_off(self, server: RasaServer) -> None:
        for path in (
            "/status",
            "/model/parse",
            "/domain",
            f"/conversations/{SENDER}/tracker",
            "/webhooks/rest",
        ):
            assert requests.get(f"{server.url}{path}", timeout=5).status_code == 404, path

    def test_a_click_needs_no_understanding(self, server: RasaServer) -> None:
        [said] = server.say("/greet", lang="vi")
        assert said["text"].startswith("Chào bạn, mình là An Tâm.")
        assert {"title": "Gửi tin ẩn danh", "payload": "/report_tip"} in said["buttons"]

    def test_in_english_the_answers_are_english(self, server: RasaServer) -> None:
        assert server.say("/goodbye", lang="en")[0]["text"].startswith("Goodbye")

    @pytest.mark.parametrize(
        ("payload", "custom"),
        [
            ("/report_tip", {"do": "start_tip", "category": None}),
            ("/tip_status", {"do": "open_mailbox"}),
            ("/delete_data", {"do": "forget"}),
            ("/human", {"do": "human"}),
            ("/emergency", {"do": "emergency"}),
        ],
    )
    def test_what_the_bot_does_itself_goes_back_to_it(
        self, server: RasaServer, payload: str, custom: dict[str, object]
    ) -> None:
        assert [message["custom"] for message in server.say(payload)] == [custom]

    def test_without_actions_there_is_no_answer_and_no_error(self, server: RasaServer) -> None:
        assert server.say("/faq_bat_ho") == []

    def test_a_typed_payload_is_text(self, server: RasaServer) -> None:
        clicked, typed = server.say("/affirm"), server.say("/affirm", human=True)
        assert clicked[0]["text"].startswith("Vâng.")
        assert typed != clicked

    def test_strange_messages_do_no_harm(self, server: RasaServer) -> None:
        for message in ("", " ", "/", "🍜", "1", "\x00\x07", "/unknown_intent", "{", "a" * 10_000):
            assert isinstance(server.say(message), list)

    def test_parsing_names_labels_of_the_project(self, server: RasaServer) -> None:
        read = server.post("parse", {"text": "boc bat ho la gi"}).json()
        assert read["label"] == "faq/bat_ho"
        assert read["decision"] == "answer"
        assert read["ranking"][0] == {"label": "faq/bat_ho", "confidence": read["confidence"]}
        assert not any(each["label"].startswith("followup") for each in read["ranking"])

    def test_what_was_written_is_in_no_output(self, server: RasaServer) -> None:
        secret = "chuyen-rieng-cua-toi"
        for message in (secret, f"/{secret}", "/chuyen_rieng_cua_toi", f'/greet{{"{secret}": "{secret}"}}'):
            server.say(message)
            server.post("parse", {"text": message})
            server.post("webhook", {"sender": secret, "message": message, "metadata": secret})
        requests.get(f"{server.url}/{secret}", timeout=5)
        requests.post(f"{server.url}/webhooks/antam/webhook", data=secret, timeout=5)
        printed = server.printed()
        assert "rasa.core.processor" in printed  # the actions are away, and that is said
        assert secret not in printed
        assert "chuyen_rieng" not in printed
