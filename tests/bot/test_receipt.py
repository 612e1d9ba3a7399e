"""The receipt as the bot makes, shows and recognises it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import damm

from bot.receipt import DIGITS, find, find_near, is_only_receipt, is_receipt, new_receipt, shown

receipts = st.text("0123456789", min_size=16, max_size=16).map(
    lambda digits: digits + damm.calc_check_digit(digits)
)
gaps = st.lists(st.sampled_from(["", " ", ".", "-", " - ", "  "]), min_size=DIGITS - 1, max_size=DIGITS - 1)


def spread(receipt: str, between: list[str]) -> str:
    return receipt[0] + "".join(gap + digit for gap, digit in zip(between, receipt[1:], strict=True))


def test_a_new_receipt_is_right() -> None:
    assert is_receipt(new_receipt())


@given(receipts)
def test_digits_with_their_check_digit_are_a_receipt(receipt: str) -> None:
    assert is_receipt(receipt)


@given(receipts)
def test_it_is_shown_in_groups_of_four_four_four_five(receipt: str) -> None:
    assert [len(group) for group in shown(receipt).split(" ")] == [4, 4, 4, 5]
    assert find(shown(receipt)) == receipt


@given(receipts, gaps)
def test_it_is_found_however_its_digits_are_spaced(receipt: str, between: list[str]) -> None:
    typed = spread(receipt, between)
    assert find(f"ma cua em la {typed} nha") == receipt
    assert is_only_receipt(typed)


@given(receipts, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(receipt: str, place: int, by: int) -> None:
    wrong = receipt[:place] + str((int(receipt[place]) + by) % 10) + receipt[place + 1 :]
    assert not is_receipt(wrong)
    assert find(wrong) == wrong


@given(receipts, st.integers(0, DIGITS - 2))
def test_two_swapped_neighbours_are_noticed(receipt: str, place: int) -> None:
    first, second = receipt[place], receipt[place + 1]
    swapped = receipt[:place] + second + first + receipt[place + 2 :]
    assert is_receipt(swapped) == (first == second)


@given(receipts, st.text("0123456789", min_size=1, max_size=5))
def test_a_longer_number_is_no_receipt(receipt: str, more: str) -> None:
    assert find(receipt + more) is None


def test_full_width_digits_count() -> None:
    receipt = new_receipt()
    assert find(receipt.translate({ord(str(n)): 0xFF10 + n for n in range(10)})) == receipt


def test_a_phone_number_is_no_receipt() -> None:
    assert find("gọi 0901 234 567 hoặc +84 901 234 567") is None


def test_a_right_receipt_comes_before_a_wrong_number() -> None:
    receipt = new_receipt()
    wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    assert find(f"{wrong}, {receipt}") == receipt


NEARLY = [
    "1234 5678 9012 3456",
    "1234 5678 9012 345678",
    "123456789012345",
    "1234,5678,9012,34565",
    "1234, 5678, 9012, 34565",
    "1234/5678/9012/3456",
    "1234|5678|9012|34565",
    "1234:5678:9012:34565",
    "1234+5678+9012+34565",
    "1234;5678*9012=34565",
    "1234 - 5678 - 9012 - 3456",
    "l234 5678 9O12 34565",
    "1234 5678 9o12 3456l",
    "1234 OOOO 9012 34565",
    "1 2 3 4 o 6 7 8 9 0 1 2 3 4 5 6",
    "ma1234 5678 9012 3456",
    "mã:1234.5678.9012.3456nha",
    "1234\n5678\n9012\n3456",
    "①②③④ 5678 9012 3456",
]
NUMBERS = [
    "gọi 0901234567, 0912345678 giúp em",
    "0901 234 567 hoặc 0912 345 678",
    "stk 19034567890123 techcombank",
    "stk 9704 1234 5678 90 lo qua",
    "vay 10.000.000-20.000.000 lãi 5%",
    "từ 20/11/2026-20/12/2026",
    "vay 10tr 300k 40 ngay 5k 1tr 1 ngay",
    "vay 10000000 nhận 8500000 góp 300000",
    "lo oi la lo, Ol lo",
    "1900 1234",
    "00012345678901234567890123",
]


@pytest.mark.parametrize("text", NEARLY)
def test_a_receipt_gone_wrong_is_still_taken_for_one(text: str) -> None:
    assert find_near(f"mã em là {text}")
    assert find_near(f"{text} đúng không")


@pytest.mark.parametrize("text", NUMBERS)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_near(text) is None


@given(receipts, st.sampled_from([",", "/", "|", ":", "+", " ", ", ", " / "]))
def test_a_right_receipt_is_found_through_unusual_signs(receipt: str, sign: str) -> None:
    typed = sign.join(shown(receipt).split())
    assert find_near(f"mã của em {typed} nha") == receipt
    assert find_near(typed.replace("0", "o").replace("1", "l")) == receipt


@pytest.mark.parametrize("receipt", ["1010 2345 6789 01019", "5678 2345 1100 00112"])
def test_a_group_of_ones_and_zeros_may_be_typed_as_letters(receipt: str) -> None:
    assert find_near(receipt.replace("0", "o").replace("1", "l"))


@given(receipts, st.integers(0, DIGITS - 1))
def test_a_receipt_with_a_digit_lost_or_doubled_is_noticed(receipt: str, place: int) -> None:
    assert find_near(receipt[:place] + receipt[place + 1 :])
    assert find_near(shown(receipt[: place + 1] + receipt[place:]))


@given(st.text("0123456789oOlI ,.-/k", max_size=60))
def test_any_text_can_be_asked(text: str) -> None:
    digits = find_near(text)
    assert digits is None or digits.isdigit()
