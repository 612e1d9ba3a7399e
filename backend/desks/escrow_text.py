"""The private escrow key as it is printed and typed: letters and digits in groups, with a check. Pure."""

import base64
import hashlib
from typing import Final

from backend.kit.crypto import KEY_BYTES

_CHECK_BYTES: Final = 3
"""A wrong character is noticed (but for one in 16 million) before anything is tried."""
_GROUP: Final = 4


def printed(private_key: bytes) -> str:
    """Fourteen groups of four."""
    text = base64.b32encode(private_key + _check(private_key)).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def typed(text: str) -> bytes | None:
    """The key that was printed, or none if a character is wrong. 0, 1 and 8 are read as O, I and B."""
    bare = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        whole = base64.b32decode(bare)
    except ValueError:
        return None
    private_key, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    return private_key if len(private_key) == KEY_BYTES and check == _check(private_key) else None


def _check(private_key: bytes) -> bytes:
    return hashlib.sha256(b"escrow key" + private_key).digest()[:_CHECK_BYTES]
