"""Amounts of money that are certain ("10tr", "1tr2", "500k", "2 củ", "15.000.000đ"), in đồng.

What has two readings ("xị", "cành", a bare number) is left out: asking about it is a conversation's work.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View
from backend.text.marks import fits
from backend.text.normalize import normalise, strip_marks

_MEANT: Final[dict[str, int]] = {
    **dict.fromkeys(("k", "ka", "ngàn", "nghìn", "ngàn đồng", "nghìn đồng"), 1_000),
    **dict.fromkeys(("lít", "lốp", "sọi"), 100_000),
    **dict.fromkeys(("tr", "triệu", "củ", "chai", "triệu đồng", "trđ"), 1_000_000),
    **dict.fromkeys(("tỷ", "tỉ", "tỏi"), 1_000_000_000),
    **{"thousand": 1_000, "million": 1_000_000, "mil": 1_000_000, "billion": 1_000_000_000},
    **dict.fromkeys(("đ", "đồng", "vnd", "vnđ"), 1),
}
_UNITS: Final = {strip_marks(unit): (unit, worth) for unit, worth in _MEANT.items()}
_UNIT: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_ONLY_WITH_MARKS: Final = frozenset({"toi", "lop", "soi"})
"""Without diacritics these are other words ("tôi", "lớp")."""
_NO_MONEY: Final = r"(?!(?<=cu) (?:khoai|hanh|toi))(?!(?<=chai|.lit) (?:xang|nuoc|ruou|dau|bia|mau))"
"""Roots and bottles that are counted with the words for money."""
_NUMBER: Final = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d{1,2})?"
_DIGIT_WORDS: Final = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7,
    "tam": 8, "chin": 9,
}  # fmt: skip
_DIGIT: Final = "|".join(_DIGIT_WORDS)
_SAID_NUMBER: Final = (
    rf"(?:(?P<hundreds>{_DIGIT}) tram ?)?"
    rf"(?:(?:(?P<tens>{_DIGIT}) (?:muoi|chuc)|(?P<ten>muoi)) ?)?(?P<ones>{_DIGIT})?"
)
_SAID_UNIT: Final = "ngan|nghin|trieu|ty|ti|cu|chai|million"
_COUNTED: Final = (
    rf"\s?(?:(?:{_UNIT}|%|ngay|thang|nam|lan|nguoi|ng|ky|tuan|gio|phut|h|cai|chiec|tuoi|dua|tai khoan|tk"
    r"|suat|the|so|don|phong|phan|bua|hom|month|months|day|days|week|weeks|people|times)(?!\w))"
)
_AMOUNT: Final = re.compile(
    rf"(?<![\w.,+/])(?P<number>{_NUMBER})\s?(?P<unit>{_UNIT})"
    rf"(?P<rest>\s?\d{{1,3}}(?!\d|[.,]\d|{_COUNTED}))?(?P<half> ?ruoi)?(?!\w){_NO_MONEY}"
)
_SAID: Final = re.compile(
    rf"(?<!\w)(?=(?:{_DIGIT}|muoi) ){_SAID_NUMBER} ?(?<= )(?P<unit>{_SAID_UNIT})"
    rf"(?: (?P<more>{_DIGIT})(?=[.,;)]|$)|(?P<half> ruoi))?(?!\w){_NO_MONEY}"
)
_HALF: Final = re.compile(r"(?<!\w)nua (?P<unit>trieu|ty|cu|chai)(?!\w)")
_LARGEST: Final = 10**13


def amounts(text: View) -> Iterator[Found]:
    """Amounts in a text; the value is a whole number of đồng."""
    for match in _AMOUNT.finditer(text.folded):
        value = _value(match) if _is_meant(match, text) else None
        if value is not None and 0 < value <= _LARGEST:
            yield Found("amount", str(value), match.start(), match.end())
    for match in _SAID.finditer(text.folded):
        if _is_meant(match, text):
            yield Found("amount", str(_said_value(match)), match.start(), match.end())
    for match in _HALF.finditer(text.folded):
        worth = _UNITS[match["unit"]][1] // 2
        yield Found("amount", str(worth), match.start(), match.end())


def _is_meant(match: re.Match[str], text: View) -> bool:
    unit = match["unit"]
    typed = normalise(text.slice(*match.span("unit"))).lower()
    return fits(typed, _UNITS[unit][0]) and not (unit in _ONLY_WITH_MARKS and typed.isascii())


def _said_value(match: re.Match[str]) -> int:
    """What "hai trăm năm mươi triệu", "một tỷ hai" or "hai triệu rưỡi" is in đồng."""
    hundreds, tens, ones = (_DIGIT_WORDS.get(match[place] or "", 0) for place in ("hundreds", "tens", "ones"))
    worth = _UNITS[match["unit"]][1]
    tenths = 5 if match["half"] else _DIGIT_WORDS.get(match["more"] or "", 0)
    return (hundreds * 100 + (1 if match["ten"] else tens) * 10 + ones) * worth + worth // 10 * tenths


def _value(match: re.Match[str]) -> int | None:
    number, unit = match["number"], match["unit"]
    worth = _UNITS[unit][1]
    grouped = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", number)
    if worth == 1 and not grouped and len(number) < 4:
        return None
    amount = Decimal(re.sub(r"[.,]", "", number)) if grouped else Decimal(number.replace(",", "."))
    total = amount * worth
    rest = (match["rest"] or "").strip()
    if rest:
        if worth < 1_000_000 or grouped or (match["rest"].startswith(" ") and len(rest) > 1):
            return None
        total += Decimal(rest) * worth / (10 ** len(rest))
    if match["half"]:
        total += Decimal(worth) / 2
    return int(total) if total == int(total) else None
