"""A receipt stands for one mailbox and one key pair, and for nothing under another pepper."""

from stdnum import damm

from backend.tips.receipts import derive, is_receipt

PEPPER = b"p" * 32
RECEIPT = "1234567890123456" + damm.calc_check_digit("1234567890123456")


def test_a_receipt_has_seventeen_digits_and_a_right_check_digit() -> None:
    assert is_receipt(RECEIPT)


def test_every_single_wrong_digit_is_noticed() -> None:
    for at in range(17):
        for digit in set("0123456789") - {RECEIPT[at]}:
            assert not is_receipt(RECEIPT[:at] + digit + RECEIPT[at + 1 :])


def test_swapped_neighbours_are_noticed() -> None:
    for at in range(16):
        swapped = RECEIPT[:at] + RECEIPT[at + 1] + RECEIPT[at] + RECEIPT[at + 2 :]
        assert swapped == RECEIPT or not is_receipt(swapped)


def test_other_writing_systems_digits_are_no_receipt() -> None:
    assert not is_receipt("١" * 17)


async def test_the_same_receipt_gives_the_same_mailbox_and_keys() -> None:
    assert await derive(RECEIPT, 1, PEPPER) == await derive(RECEIPT, 1, PEPPER)


async def test_the_mailbox_id_tells_nothing_of_the_key() -> None:
    keys = await derive(RECEIPT, 1, PEPPER)
    assert keys.lookup not in (keys.public_key, keys.private_key)


async def test_another_pepper_gives_another_mailbox() -> None:
    one, other = await derive(RECEIPT, 1, PEPPER), await derive(RECEIPT, 2, b"q" * 32)
    assert one.lookup != other.lookup
    assert one.public_key != other.public_key
