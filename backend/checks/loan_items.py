"""Reads a text as what matters in a loan: amounts, rates, terms, rhythms, and words that tell their roles.

A flat list in the order of the text; who plays which role is decided by ``loan_roles``. Pure.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, Literal

from backend.checks.money import Amount, amount_at
from backend.checks.numbers import SCALES, Numeral, Text, numeral
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import strip_marks

Kind = Literal["money", "rate", "count", "times", "period", "cue", "stop", "date", "word"]


@dataclass(frozen=True)
class Item:
    """``amount`` of money; ``number`` is percent, days or times; ``days`` those of a unit or a rhythm.

    A rate without ``days`` did not say its period. ``tags`` are the roles that a word can point to.
    """

    kind: Kind
    first: int
    last: int
    amount: Amount | None = None
    number: Decimal = Decimal(0)
    days: int | None = None
    tags: frozenset[str] = frozenset()
    day: date | None = None


UNITS: Final = {
    "ngày": 1, "bữa": 1, "hôm": 1, "tối": 1, "chiều": 1, "sáng": 1, "đêm": 1, "day": 1, "days": 1, "ng": 1,
    "tuần": 7, "week": 7, "weeks": 7, "tháng": 30, "th": 30, "month": 30, "months": 30, "quý": 90,
    "năm": 365, "year": 365, "years": 365,
}  # fmt: skip
_ONLY_BESIDE: Final = ("ng", "th")
_TIMES: Final = ("lần", "kỳ", "kì", "đợt", "chuyến", "phiếu", "times", "chân")
_EVERY: Final = ("mỗi", "hàng", "hằng", "từng", "cứ", "per", "every", "a", "each")
_WEEKDAYS: Final = (("chủ", "nhật"), ("thứ", "hai"), ("thứ", "bảy"), ("thứ", "sáu"), ("cuối", "tuần"))
_JOINS: Final = (
    "/",
    "một",
    "1",
    "mỗi",
    "trên",
    "cho",
    "tính",
    "là",
    "lãi",
    "của",
    "trong",
    ",",
    "-",
    "ăn",
    "per",
    "a",
)
_MILLION: Final = ("triệu", "tr", "củ", "chai", "million")
_MOST_PER_MILLION: Final = 100_000
_DATE: Final = re.compile(r"\d{1,2}")


def items(text: Text) -> list[Item]:
    """Everything of the text in order."""
    found: list[Item] = []
    at = 0
    while at < len(text.tokens):
        one = _item(text, at, found[-1] if found else None)
        found.append(one)
        at = one.last
    return found


def _item(text: Text, at: int, before: Item | None) -> Item:
    token = text.tokens[at]
    for reader in (_phrase, _date, _rhythm):
        if one := reader(text, at):
            return one
    if before and (one := _per(text, at, before)):
        return one
    for reader in (_per_million, _percent, _count, _money):
        if one := reader(text, at):
            return one
    if tags := cues(text, at, 1):
        return Item("cue", at, at + 1, tags=tags)
    if (days := unit_days(text, at)) and token.plain not in _ONLY_BESIDE:
        return Item("period", at, at + 1, days=days, tags=frozenset({"bare"}))
    if token.typed in ".;:!?\n" or token.typed in (",", "(", ")", "=>", "→"):
        return Item("stop", at, at + 1, tags=frozenset({"soft"} if token.typed in ",()" else ()))
    return Item("word", at, at + 1)


@cache
def _vocabulary() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    data = read_mapping(data_folder() / "checks" / "loan.yml")
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for tag, phrases in data.items():
        for phrase in phrases:
            parts = tuple(phrase.split())
            index.setdefault(strip_marks(parts[0]), []).append((parts, tag))
    return index


def cues(text: Text, at: int, length: int) -> frozenset[str]:
    """The tags of the phrase of so many words that stands here."""
    entries = _vocabulary().get(text.tokens[at].plain, ())
    return frozenset(
        tag
        for parts, tag in entries
        if len(parts) == length and all(text.means(at + step, part) for step, part in enumerate(parts))
    )


def _phrase(text: Text, at: int) -> Item | None:
    for length in (5, 4, 3, 2):
        if at + length <= len(text.tokens) and (tags := cues(text, at, length)):
            return Item("cue", at, at + length, tags=tags)
    return None


def unit_days(text: Text, at: int) -> int | None:
    """The days of the unit of time at a token."""
    if text.means(at, "năm") and any(text.means(at + 1, unit) for unit in (*UNITS, *SCALES) if unit != "năm"):
        return None
    return next((days for unit, days in UNITS.items() if text.means(at, unit)), None)


def _date(text: Text, at: int) -> Item | None:
    """ "ngày 1/3", "từ 1/3/2026"."""
    start = at + 1 if text.means(at, "ngày", "từ", "đến", "tới", "hôm", "mùng", "mồng") else at
    if start == at or not _DATE.fullmatch((text.at(start) or text.tokens[at]).typed):
        return None
    slash, month, slash2, year = (text.at(start + step) for step in range(1, 5))
    if not (slash and slash.typed in "/-" and slash.glued and month and _DATE.fullmatch(month.typed)):
        return None
    whole = bool(slash2 and slash2.typed == slash.typed and year and re.fullmatch(r"20\d\d", year.typed))
    try:
        day = date(
            int(year.typed) if whole and year else 2026, int(month.typed), int(text.tokens[start].typed)
        )
    except ValueError:
        return None
    return Item("date", at, start + (5 if whole else 3), day=day)


def _rhythm(text: Text, at: int) -> Item | None:
    """How often: "mỗi ngày", "hàng tháng", "cứ 5 bữa", "10 ngày một lần", "ngày nào cũng", "mỗi chủ nhật"."""
    every = text.means(at, *_EVERY)
    if every or text.means(at, "/"):
        for first, second in _WEEKDAYS:
            if text.means(at + 1, first) and text.means(at + 2, second):
                return Item("period", at, at + 3, days=7)
        start = at + 2 if every and text.means(at + 1, "một", "1", "đầu", "cuối") else at + 1
        if days := unit_days(text, start):
            return Item("period", at, start + 1, days=days, tags=frozenset({"slash"} if not every else ()))
        if (one := _duration(text, at + 1)) and one.number and (every or text.tokens[at + 1].is_number):
            if not every and not text.means(at, "/"):
                return None
            last = one.last
            while text.means(last, "một", "1", "lần", "/", "kỳ"):
                last += 1
            return Item("period", at, last, days=int(one.number))
        if every and text.means(at + 1, *_TIMES):
            return Item("period", at, at + 2, days=None, tags=frozenset({"each"}))
        return None
    if (days := unit_days(text, at)) and text.means(at + 1, "nào") and text.means(at + 2, "cũng"):
        return Item("period", at, at + 3, days=days)
    one = _duration(text, at)
    if one and one.number and text.means(one.last, "/", "một", "1") and text.means(one.last + 1, *_TIMES):
        return Item("period", at, one.last + 2, days=int(one.number))
    return None


def _per(text: Text, at: int, before: Item) -> Item | None:
    """ "một ngày", "1 tháng" right after money or a percentage."""
    if before.kind != "money" or not text.means(at, "một", "1"):
        return None
    days = unit_days(text, at + 1)
    return Item("period", at, at + 2, days=days, tags=frozenset({"one"})) if days else None


def _duration(text: Text, at: int) -> Item | None:
    """A length of time; ``number`` in days, ``days`` of its unit: "40 ngày", "nửa tháng", "3 tháng rưỡi"."""
    if text.means(at, "nửa") and (unit := unit_days(text, at + 1)):
        return Item("count", at, at + 2, number=Decimal(unit // 2), days=unit)
    if (unit := unit_days(text, at)) and text.means(at + 1, "rưỡi", "rưởi"):
        return Item("count", at, at + 2, number=Decimal(unit) + unit // 2, days=unit)
    number = numeral(text, at)
    if number is None or number.vague or number.value != int(number.value):
        return None
    unit = unit_days(text, number.end)
    token = text.at(number.end)
    if unit is None or token is None or (token.plain in _ONLY_BESIDE and not token.glued):
        return None
    end, days = number.end + 1, int(number.value) * unit
    if text.means(end, "rưỡi", "rưởi"):
        end, days = end + 1, days + unit // 2
    return Item("count", at, end, number=Decimal(days), days=unit)


def _count(text: Text, at: int) -> Item | None:
    if (unit := unit_days(text, at)) and text.means(at + 1, "sau", "tới") and unit > 1:
        return Item("count", at, at + 2, number=Decimal(unit), days=unit)
    if text.means(at, "ngày") and text.means(at + 1, "mai"):
        return Item("count", at, at + 2, number=Decimal(1), days=1)
    if text.means(at, "x", "*", "×"):
        if one := _duration(text, at + 1):
            return Item("count", at, one.last, number=one.number, days=one.days, tags=frozenset({"times"}))
        number = numeral(text, at + 1)
        if number and not amount_unit(text, number):
            return Item("times", at, number.end, number=number.value)
        return None
    number = numeral(text, at)
    if number and not number.vague and text.means(number.end, *_TIMES):
        return Item("times", at, number.end + 1, number=number.value)
    if number and text.means(number.end, "x", "*", "×") and not number.vague:
        return Item("times", at, number.end + 1, number=number.value)
    return _duration(text, at)


def amount_unit(text: Text, number: Numeral) -> bool:
    """Whether a unit of money follows the number."""
    one = amount_at(text, number.end - 1)
    return one is not None and one.bare is None and one.vnd is not None


def _money(text: Text, at: int) -> Item | None:
    amount = amount_at(text, at)
    return Item("money", at, amount.last, amount=amount) if amount else None


def _percent(text: Text, at: int) -> Item | None:
    """ "8%/tháng", "0,83% một ngày", "lãi 10 phân" (a month, as people say it)."""
    number = numeral(text, at)
    if number is None or number.vague:
        return None
    end, default = number.end, None
    value = number.readings[-1] if number.readings and number.digits else number.value
    if text.means(end, "rưỡi"):
        value, end = value + Decimal("0.5"), end + 1
    if text.means(end, "%", "percent"):
        end += 1
    elif text.means(end, "phần", "phân") and text.means(end + 1, "trăm"):
        end += 2
    elif text.means(end, "phân", "phần", "chấm") and not text.means(end + 1, "vàng"):
        end, default = end + 1, 30
    else:
        return None
    if text.means(end, "rưỡi"):
        value, end = value + Decimal("0.5"), end + 1
    days, end = _rate_period(text, end)
    return Item("rate", at, end, number=value, days=days or default)


def _rate_period(text: Text, at: int) -> tuple[int | None, int]:
    start = at
    while text.means(at, *_JOINS, "mỗi", "hàng") and at - start < 2:
        at += 1
    if (one := _duration(text, at)) and one.number and at > start:
        return int(one.number), one.last
    days = unit_days(text, at)
    return (days, at + 1) if days else (None, start)


def _per_million(text: Text, at: int) -> Item | None:
    """ "3k/triệu/ngày", "5 ngàn một triệu một ngày", "5 ngàn 1 ngày 1 triệu", "15k/10tr/ngày"."""
    amount = amount_at(text, at)
    if amount is None or (amount.vnd or 0) > _MOST_PER_MILLION:
        return None
    vnd = amount.vnd or (int(amount.bare * 1_000) if amount.bare and amount.bare < 100 else None)
    if vnd is None:
        return None
    base, end = _base(text, amount.last)
    days: int | None = None
    if base is not None:
        days, end = _rate_period(text, end)
    elif amount.bare is None:
        days, after = _rate_period(text, amount.last)
        base, end = _base(text, after) if days else (None, after)
    if base is None or vnd >= base:
        return None
    if days is None and vnd > 20_000:
        return None
    return Item(
        "rate", at, end, number=Decimal(vnd) * 100 / base, days=days or 1, tags=frozenset({"per_million"})
    )


def _base(text: Text, at: int) -> tuple[int | None, int]:
    start = at
    while text.means(at, "/", "trên", "cho", "mỗi", "tính", "per", "của", "một", "1") and at - start < 3:
        if text.means(at, "một", "1") and text.means(at + 1, *_MILLION):
            break
        at += 1
    at += 1 if text.means(at, "một", "1") else 0
    if text.means(at, *_MILLION) and (at > start or text.at(at) is not None):
        return 1_000_000, at + 1
    if (
        at > start
        and (one := amount_at(text, at))
        and one.vnd
        and one.vnd >= 1_000_000
        and text.means(start, "/")
    ):
        return one.vnd, one.last
    return None, start
