"""Telephone numbers of Viet Nam in every spelling, and foreign ones written with their plus.

Numbering plan: mobile 03, 05, 07, 08, 09 with ten digits; fixed 02 with eleven; 1800/1900 with eight or ten.
"""

import re
from collections.abc import Iterator
from typing import Final

from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View

_GROUP: Final = re.compile(r"(?<![\w@/])(?:[oqli]?\d[\doqli]*|[+(]{1,2}\d+)(?!\w)")
_GAP: Final = re.compile(r"[ .\-–_()]{1,3}")
_MOST_DIGITS: Final = 15
_WORDS: Final = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_WORD: Final = "|".join(_WORDS)
_SPELT: Final = re.compile(rf"(?<!\w)(?:(?:{_WORD}|\d{{1,4}})[ .,\-]+){{5,10}}(?:{_WORD}|\d{{1,4}})(?!\w)")
_DIALLED: Final = re.compile(r"0[35789]\d{8}|02\d{9}|1[89]00\d{4}(?:\d\d)?")
_FOREIGN: Final = re.compile(r"\+(?!84)[1-9]\d{8,14}")
_MISREAD: Final = str.maketrans("oqli", "0911")


def phones(text: View) -> Iterator[Found]:
    """Telephone numbers, as 0xxxxxxxxx; foreign ones as +…"""
    yield from _in_digits(text.folded)
    for match in _SPELT.finditer(text.folded):
        parts = re.split(r"[ .,\-]+", match.group())
        value = dialled("".join(_WORDS.get(part, part) for part in parts))
        if value is not None and any(part in _WORDS for part in parts):
            yield Found("phone", value, match.start(), match.end())


def dialled(written: str) -> str | None:
    """The number as it is dialled inside Viet Nam, or None when it is no Vietnamese telephone number."""
    digits = re.sub(r"\D", "", written.translate(_MISREAD))
    digits = re.sub(r"^(?:00)?84(?=0?[235789]\d{8})0?", "0", digits)
    return digits if _DIALLED.fullmatch(digits) else None


def _in_digits(folded: str) -> Iterator[Found]:
    """Joins neighbouring groups of digits into the longest number that can be dialled."""
    groups = list(_GROUP.finditer(folded))
    index = 0
    while index < len(groups):
        last, value = index, None
        joined = ""
        for ahead in range(index, len(groups)):
            if ahead > index and not _GAP.fullmatch(folded, groups[ahead - 1].end(), groups[ahead].start()):
                break
            joined += groups[ahead].group().replace("(", "")
            if len(joined) > _MOST_DIGITS + 1:
                break
            number = _FOREIGN.fullmatch(joined)
            candidate = number.group() if number else dialled(joined)
            if candidate is not None:
                last, value = ahead, candidate
        if value is not None:
            yield Found("phone", value, groups[index].start(), groups[last].end())
        index = last + 1
