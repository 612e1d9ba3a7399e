"""The receipt as the bot handles it: making one, showing one, recognising one in what was typed.

16 random digits and a Damm check digit (it catches every single wrong digit
and every swap of neighbours). The bot keeps a receipt only in the sealed draft until the worker has
noted it, and in memory while a mailbox is open.
"""

import re
import secrets
from typing import Final

from stdnum import damm

from backend.text.normalize import normalise

DIGITS: Final = 17
_GROUPS: Final = (4, 4, 4, 5)
# Digits with spaces, dots, dashes or underscores between them, standing apart from other digits.
_RUN: Final = re.compile(r"(?<![\d+])\d(?:[ .\-_–—]{0,3}\d){16}(?![ .\-_–—]{0,3}\d)")
_ONLY: Final = re.compile(r"[\d .\-_–—,:#]+")


def new_receipt() -> str:
    """A fresh receipt: 17 digits, the last one a check digit."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return body + damm.calc_check_digit(body)


def is_receipt(digits: str) -> bool:
    """Whether ``digits`` are 17 ASCII digits whose last one is right."""
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit() and bool(damm.is_valid(digits))


def shown(receipt: str) -> str:
    """4-4-4-5 with spaces, as it is written on paper."""
    parts, start = [], 0
    for size in _GROUPS:
        parts.append(receipt[start : start + size])
        start += size
    return " ".join(parts)


def find(text: str) -> str | None:
    """The 17 digits that look like a receipt anywhere in ``text``, right or wrong; a right one first.

    Spaces, dots and dashes between digits do not matter, nor does the script the digits are in.
    """
    runs = [re.sub(r"\D", "", match.group()) for match in _RUN.finditer(normalise(text))]
    return next((run for run in runs if is_receipt(run)), runs[0] if runs else None)


def is_only_receipt(text: str) -> bool:
    """Whether ``text`` is a right receipt and nothing else."""
    plain = normalise(text)
    return bool(_ONLY.fullmatch(plain)) and is_receipt(re.sub(r"\D", "", plain))
