"""A message of nothing but numbers is read through once, however many rules look at each of its numbers."""

from collections import Counter

import pytest

from backend.checks.loan.check import check
from backend.checks.money import amounts, numbers
from backend.checks.money.reading import money
from backend.checks.money.tokens import Text, tokenise

TEXTS = ["1/" * 5_000, "1/1 " * 2_500, "5 triệu 3 ngày " * 600]


@pytest.mark.parametrize("text", TEXTS, ids=["slashes", "fractions", "amounts"])
def test_no_number_and_no_amount_is_read_twice(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[tuple[str, int, int]] = Counter()
    seen: list[Text] = []
    numeral, amount = numbers._numeral, amounts._amount_at

    def read_number(text: Text, at: int) -> numbers.Numeral | None:
        seen.append(text)
        asked["number", id(text), at] += 1
        return numeral(text, at)

    def read_amount(text: Text, at: int) -> amounts.Amount | None:
        asked["amount", id(text), at] += 1
        return amount(text, at)

    monkeypatch.setattr(numbers, "_numeral", read_number)
    monkeypatch.setattr(amounts, "_amount_at", read_amount)
    check(text)
    money(text)
    assert {what for what, _, _ in asked} == {"number", "amount"}
    assert max(asked.values()) == 1
    assert seen


def test_what_was_read_belongs_to_its_text_alone() -> None:
    found = [numbers.numeral(text, 1) for text in (tokenise("vay 5 triệu"), tokenise("vay 7 triệu"))]
    assert [number.value for number in found if number] == [5, 7]


def test_a_text_that_was_read_is_equal_to_one_that_was_not() -> None:
    read = tokenise("vay 5 triệu")
    numbers.numeral(read, 1)
    assert read == tokenise("vay 5 triệu")
    assert "Numeral" not in repr(read)
