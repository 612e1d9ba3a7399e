"""Answers in the middle of the loan dialogue: what is not known, what is none, what must be said again."""

import pytest

from tests.backend.checks.test_loan_api import talk

DAILY = ("vay 10tr cầm về 9", "300k", "mỗi ngày")


@pytest.mark.parametrize(
    "answer", ["không nhớ", "ko biet", "em quên mất rồi", "họ chưa nói", "hông rõ nữa", "I do not remember"]
)
def test_who_does_not_know_a_number_is_told_where_to_look(answer: str) -> None:
    said = talk(*DAILY, answer)
    assert said["forgot"] and not said["told"]
    assert said["ask"]["field"] == "payments" and "áng chừng cũng được" in said["text"]


@pytest.mark.parametrize(
    "between", ["bị gọi lên công ty phải làm sao", "không nhớ", "app nào cũng vậy hả", "trời ơi"]
)
def test_a_message_between_changes_nothing_of_the_loan(between: str) -> None:
    assert talk(*DAILY, between)["understood"] == talk(*DAILY)["understood"]
    assert talk(*DAILY, between, "40")["kind"] == "instalment"


@pytest.mark.parametrize(
    "who", ["ông Tư cho vay", "chi Hoa ban ve so", "mấy anh ngoài cổng", "a man at the gate"]
)
def test_a_person_who_lends_is_a_private_lender(who: str) -> None:
    assert talk(*DAILY, "40", who)["understood"]["lender"] == "informal"


@pytest.mark.parametrize(
    "between", ["anh ơi vậy có bị đi tù không", "bốc họ là gì", "ông ấy dọa giết em thì sao?"]
)
def test_a_question_names_nobody_who_lends(between: str) -> None:
    assert talk(*DAILY, "40", between)["understood"]["lender"] == "unknown"


def test_a_payment_smaller_than_the_loan_is_one_of_several() -> None:
    said = talk("vay 10tr", "500k")
    assert (said["understood"]["shape"], said["ask"]["field"]) == ("instalment", "payments")


def test_too_little_repaid_is_asked_for_again() -> None:
    said = talk("vay 10tr trả 5tr sau 30 ngày")
    assert (said["kind"], said["reason"], said["ask"]["field"]) == ("invalid", "repays_less", "payment_vnd")
    said = talk("vay 10tr trả 5tr sau 30 ngày", "15tr")
    assert (said["kind"], said["understood"]["payment_vnd"]) == ("bullet", 15_000_000)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lấy 10 triệu, trừ 1 triệu phí, 41 ngày mỗi ngày 300", "instalment"),
        ("lãi 3k/triệu/ngày, vay 10tr 50 ngày hết mấy đồng", "rate_only"),
    ],
)
def test_a_term_after_a_fee_and_a_question_for_the_sum_are_read(text: str, kind: str) -> None:
    assert talk(text)["kind"] == kind
