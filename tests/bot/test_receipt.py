"""The receipt as the bot makes, shows and recognises it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.receipt import DIGITS, find, is_only_receipt, is_receipt, new_receipt, shown

receipts = st.builds(lambda _: new_receipt(), st.integers())
gaps = st.lists(st.sampled_from(["", " ", ".", "-", " - ", "  "]), min_size=DIGITS - 1, max_size=DIGITS - 1)


def spread(receipt: str, between: list[str]) -> str:
    return receipt[0] + "".join(gap + digit for gap, digit in zip(between, receipt[1:], strict=True))


@given(receipts)
def test_a_new_receipt_is_right(receipt: str) -> None:
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
