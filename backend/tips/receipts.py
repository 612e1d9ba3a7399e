"""The receipt: the only thing a reporter has, and what is derived from it.

16 random digits and a Damm check digit (catches every single wrong digit and every swap of
neighbours). Argon2id over HMAC(pepper, receipt) gives the mailbox's lookup id and the seed of the
reporter's key pair; neither tells the other. A receipt is never stored.
"""

from dataclasses import dataclass, field

from stdnum import damm

from backend.kit import argon2_queue
from backend.kit.crypto import KEY_BYTES, derive_key, key_pair_from_seed, keyed_hash

DIGITS = 17


@dataclass(frozen=True)
class ReporterKeys:
    """What a receipt stands for, under one version of the pepper."""

    pepper_version: int
    lookup: bytes
    public_key: bytes
    private_key: bytes = field(repr=False)


def is_receipt(digits: str) -> bool:
    """Whether ``digits`` are 17 ASCII digits whose last one is right."""
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit() and bool(damm.is_valid(digits))


async def derive(
    receipt: str, pepper_version: int, pepper: bytes, *, row: argon2_queue.Row = "receipts"
) -> ReporterKeys:
    """The mailbox id and key pair of a receipt (17 digits, checked before).

    Args:
        row: where to wait: somebody sending a tip does not stand behind a flood of receipts.

    Takes a tenth of a second or more, in the bounded row of ``argon2_queue``; right and wrong
    receipts take the same.
    """
    peppered = keyed_hash(pepper, b"receipt", receipt.encode())
    salt = derive_key(pepper, "receipt salt", length=argon2_queue.SALT_BYTES)
    stretched = await argon2_queue.derive(peppered, salt, 2 * KEY_BYTES, row=row)
    public_key, private_key = key_pair_from_seed(stretched[KEY_BYTES:])
    return ReporterKeys(pepper_version, stretched[:KEY_BYTES], public_key, private_key)
