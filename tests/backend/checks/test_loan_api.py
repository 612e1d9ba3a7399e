"""The loan check over HTTP: one question at a time, the law only for who is bound by it, and a picture."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from backend.checks.loan.schemas import LoanAsk
from backend.checks.loan.service import answer

Answer = dict[str, Any]
PICTURE = "/internal/checks/loan/picture"
SHARK = "vay 10tr cầm về 9, góp 300k/ngày 40 ngày"


def talk(*messages: str, lang: str = "vi") -> Answer:
    """What is answered to the last of the messages, each said after the question before it."""
    body: Answer = {"lang": lang}
    said: Answer = {}
    for message in messages:
        said = answer(LoanAsk.model_validate(body | {"text": message})).model_dump()
        body |= {"known": said["understood"], "asked": said["ask"]["field"] if said["ask"] else None}
    return said


def keys(said: Answer) -> list[str]:
    return [sentence["key"] for sentence in said["sentences"]]


class TestDialogue:
    def test_a_telephone_that_called_in_the_evening_tells_nothing_of_a_loan(self) -> None:
        assert not talk("số 0912345678 tối qua gọi em")["told"]

    @pytest.mark.parametrize(
        "text",
        [
            "em trễ 987654321 tối rồi",
            "vay 10tr trả 300k/ngày 99999999 ngày",
            "vay 10tr trả 300k sau 99999999999999999999 ngày",
            "vay 10tr lãi 9999999999999999999% tháng",
            "cứ 9999999 ngày đóng 1tr",
            "9^99 ngày",
        ],
    )
    def test_numbers_larger_than_any_loans_are_handed_on_bounded(self, text: str) -> None:
        assert talk(text)["kind"] in ("incomplete", "invalid", "rate_only")
        assert talk(text, "40 ngày")["text"]

    def test_missing_numbers_are_asked_one_at_a_time(self) -> None:
        asked = []
        for told in range(1, 5):
            said = talk(*["tính lãi", "9 củ", "mỗi ngày 3 lít", "bốn chục ngày"][:told])
            asked.append(said["ask"]["field"])
        assert asked == ["received_vnd", "payment_vnd", "payments", "lender"]

    def test_what_was_understood_is_said_back_in_dong(self) -> None:
        said = talk(SHARK)
        assert (
            "Bạn nhận 9.000.000đ, trả 300.000đ × 40 lần (mỗi ngày) = 12.000.000đ. Đúng không?" in said["text"]
        )
        assert said["words"]["payment"] == "300k"

    def test_an_answer_may_tell_more_than_was_asked(self) -> None:
        said = talk("vay 10tr", "góp 300k mỗi ngày trong 40 ngày")
        assert said["kind"] == "instalment" and said["missing"] == []

    def test_the_term_of_a_single_repayment_is_asked(self) -> None:
        said = talk("vay 10tr", "trả 12tr", "1 tháng")
        assert (said["kind"], said["understood"]["interval_days"]) == ("bullet", 30)

    def test_an_amount_with_two_readings_is_asked(self) -> None:
        said = talk("vay 2 xị trả 3 chục ngàn sau 10 ngày")
        assert [choice["text"] for choice in said["ask"]["choices"]] == ["20.000đ", "200.000đ"]
        said = talk("vay 2 xị trả 30 ngàn sau 10 ngày", "20.000đ")
        assert said["understood"]["received_vnd"] == 20_000

    def test_what_tells_nothing_changes_nothing(self) -> None:
        before = talk("vay 10tr góp 300k/ngày")
        after = talk("vay 10tr góp 300k/ngày", "trời đất ơi")
        assert after["understood"] == before["understood"] and not after["told"]
        assert after["ask"]["field"] == "payments"


class TestLaw:
    def test_no_threshold_before_it_is_known_who_lends(self, internal_client: httpx.AsyncClient) -> None:
        said = talk(SHARK)
        assert said["ask"]["field"] == "lender" and "20%" not in said["text"]

    def test_a_loan_shark_is_held_to_the_civil_code(self) -> None:
        said = talk(SHARK, "informal")
        assert {"threshold.above_100", "lawful", "fee"} <= set(keys(said))
        assert "có dấu hiệu" in said["text"] and "197.260đ" in said["text"]
        assert (said["result"]["times_cap"], said["topic"]) == (15.2, "bat_ho")

    def test_a_bank_is_not(self) -> None:
        said = talk("vay FE 20tr góp 24 tháng mỗi tháng 1tr450")
        assert "threshold.licensed" in keys(said) and "threshold.above_20" not in keys(said)

    def test_who_does_not_know_the_lender_hears_both_rules(self, internal_client: httpx.AsyncClient) -> None:
        said = talk(SHARK, "không biết")
        assert keys(said)[-1] == "threshold.unknown" and said["ask"] is None

    def test_nothing_received_is_the_advance_fee_warning(self, internal_client: httpx.AsyncClient) -> None:
        said = talk("vay 5tr bị trừ 5tr phí, 30 ngày trả 6tr")
        assert (said["kind"], said["reason"]) == ("invalid", "nothing_received")
        assert (said["topic"], said["result"]) == ("upfront_fee_loan", None)

    @pytest.mark.parametrize("lang", ["vi", "en"])
    @pytest.mark.parametrize("lender", ["informal", "bank", "employer", "không biết", "hui", "pawnshop"])
    @pytest.mark.parametrize(
        "text", [SHARK, "8%/tháng", "đứng 10tr mỗi ngày đóng 50k tiền lãi", "vay 5tr trả 6tr 9 ngày"]
    )
    def test_no_answer_is_longer_than_a_message(self, text: str, lender: str, lang: str) -> None:
        said = talk(text, lender, lang=lang)
        assert 0 < len(said["text"]) <= 600
        assert "{" not in said["text"]


class TestPicture:
    async def test_it_is_a_png_for_a_small_phone_with_the_same_in_words(
        self, internal_client: httpx.AsyncClient
    ) -> None:
        said = (await internal_client.post("/internal/checks/loan", json={"text": SHARK})).json()
        drawn = await internal_client.post(
            "/internal/checks/loan/picture", json={"known": said["understood"]}
        )
        assert drawn.status_code == 200
        with Image.open(BytesIO(b64decode(drawn.json()["png"]))) as image:
            assert (image.format, image.width) == ("PNG", 640)
        assert "9.000.000đ" in drawn.json()["alt"] and "12.000.000đ" in drawn.json()["alt"]

    async def test_an_unfinished_loan_has_none(self, internal_client: httpx.AsyncClient) -> None:
        drawn = await internal_client.post(
            "/internal/checks/loan/picture", json={"known": {"received_vnd": 9}}
        )
        assert (drawn.status_code, drawn.json()["code"]) == (422, "invalid")


class TestBorders:
    async def test_only_a_service_with_the_scope_may_ask(self, internal_client: httpx.AsyncClient) -> None:
        internal_client.headers["authorization"] = "Bearer none"
        assert (await internal_client.post("/internal/checks/loan", json={"text": "x"})).status_code == 401

    @pytest.mark.parametrize(
        "known",
        [
            {
                "received_vnd": 0,
                "payment_vnd": 1,
                "interval_days": 0,
                "payments": 10_000,
                "shape": "instalment",
            },
            {"received_vnd": -5, "payment_vnd": 10**15, "interval_days": 10_000, "shape": "bullet"},
            {
                "received_vnd": 1,
                "payment_vnd": 10**15,
                "interval_days": 1,
                "payments": 9,
                "shape": "instalment",
            },
            {"rate_pct": -1, "rate_days": 30, "shape": "rate_only"},
        ],
    )
    def test_no_numbers_break_it(self, known: Answer) -> None:
        said = answer(LoanAsk.model_validate({"text": "", "known": known}))
        assert said.kind in ("invalid", "incomplete") or said.result is not None
