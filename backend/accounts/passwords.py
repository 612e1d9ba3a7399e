"""What members know: one-time passwords, passwords, recovery keys, and the rules for them. Pure."""

import base64
import secrets
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

MIN_PASSWORD: Final = 14
MAX_PASSWORD: Final = 512
"""Characters; a longer one would only slow the server."""

_RECOVERY_BYTES: Final = 20
"""160 bits, 32 characters of base32: more than anybody can guess, so it needs no stretching."""
_GROUP: Final = 4
_ONE_TIME_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that a reader takes for a digit."""
_ONE_TIME_GROUPS: Final = 4


class PasswordFault(StrEnum):
    """Why a password is refused; each has a sentence in ``templates/accounts/parts.html``."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LIKE_LOGIN = "like_login"
    TOO_SIMPLE = "too_simple"
    NOT_REPEATED = "not_repeated"
    UNCHANGED = "unchanged"


_OBVIOUS: Final = (
    "password", "matkhau", "qwerty", "asdfgh", "antam", "congdoan", "congan", "vietnam", "123456", "abcdef",
    "iloveyou", "admin",
)  # fmt: skip
_OWN_PART: Final = MIN_PASSWORD // 2
"""Characters that must be left when the well-known pieces, or the person's own names, are taken out."""
_DISTINCT: Final = 6
"""A password of 14 characters with fewer different ones is a pattern, not a secret."""


def normal_password(text: str) -> bytes:
    """The bytes of a password as typed on any keyboard (NFKC, as RFC 8265 asks)."""
    return unicodedata.normalize("NFKC", text).encode()


def normal_login(text: str) -> str:
    """A login name as it is stored: no surrounding space, no invisible characters, lower case."""
    return printable(unicodedata.normalize("NFKC", text)).strip().lower()


def printable(text: str) -> str:
    """``text`` without control and other invisible characters, which no name has and no database takes."""
    return "".join(char for char in text if char.isprintable())


def password_fault(password: str, repeated: str, login: str, display_name: str = "") -> PasswordFault | None:
    """Why ``password`` cannot be chosen, or none."""
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < MIN_PASSWORD:
        return PasswordFault.TOO_SHORT
    if len(plain) > MAX_PASSWORD:
        return PasswordFault.TOO_LONG
    own_names = [name for name in (_bare(login), *map(_bare, display_name.split())) if len(name) > 1]
    if _own_part(plain, own_names) < _OWN_PART:
        return PasswordFault.LIKE_LOGIN
    if len(set(plain)) < _DISTINCT or _own_part(plain, _OBVIOUS) < _OWN_PART or _is_run(_bare(plain)):
        return PasswordFault.TOO_SIMPLE
    if password != repeated:
        return PasswordFault.NOT_REPEATED
    return None


def _bare(text: str) -> str:
    """Letters and digits alone, without marks: what somebody guessing would try."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    return "".join(char for char in decomposed if char.isalnum() and not unicodedata.combining(char))


def _own_part(plain: str, known: Sequence[str]) -> int:
    """How many characters are left once the ``known`` pieces are taken out."""
    bare = _bare(plain)
    signs = sum(not char.isalnum() and not char.isspace() for char in plain)
    for piece in known:
        bare = bare.replace(piece, "")
    return len(bare) + signs


def _is_run(bare: str) -> bool:
    """True for one ascending or descending run ("abcdef…", "987654…")."""
    steps = {ord(right) - ord(left) for left, right in pairwise(bare)}
    return bool(bare) and (steps <= {0, 1, -9} or steps <= {0, -1, 9})


def new_one_time_password() -> str:
    """Sixteen random characters in groups (79 bits), easy to read aloud."""
    groups = (
        "".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(_GROUP)) for _ in range(_ONE_TIME_GROUPS)
    )
    return "-".join(groups)


def normal_one_time_password(text: str) -> bytes:
    """A one-time password as typed: spaces, hyphens and case do not matter."""
    return "".join(text.split()).replace("-", "").lower().encode()


def new_recovery_key() -> bytes:
    """160 random bits."""
    return secrets.token_bytes(_RECOVERY_BYTES)


def recovery_key_text(key: bytes) -> str:
    """As printed: eight groups of four letters and digits."""
    text = base64.b32encode(key).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def recovery_key_from_text(text: str) -> bytes | None:
    """The key that was printed, or none if this cannot be one. 0, 1 and 8 are read as O, I and B."""
    bare = "".join(text.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        key = base64.b32decode(bare)
    except ValueError:
        return None
    return key if len(key) == _RECOVERY_BYTES else None
