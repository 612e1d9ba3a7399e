"""Reads time in a text about a loan: lengths, dates, how often and how many times. Pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from backend.checks.loan.facts import Item
from backend.checks.money.amounts import amount_at
from backend.checks.money.numbers import SCALES, Numeral, numeral
from backend.checks.money.tokens import Text

UNITS: Final = {
    "ngày": 1, "bữa": 1, "hôm": 1, "tối": 1, "chiều": 1, "sáng": 1, "đêm": 1, "day": 1, "days": 1, "ng": 1,
    "tuần": 7, "week": 7, "weeks": 7, "tháng": 30, "th": 30, "month": 30, "months": 30, "quý": 90,
    "năm": 365, "year": 365, "years": 365,
}  # fmt: skip
ONLY_BESIDE: Final = ("ng", "th")
TIMES: Final = ("lần", "kỳ", "kì", "đợt", "chuyến", "phiếu", "times", "chân")
_EVERY: Final = ("mỗi", "hàng", "hằng", "từng", "cứ", "per", "every", "a", "each")
_WEEKDAYS: Final = (("chủ", "nhật"), ("thứ", "hai"), ("thứ", "bảy"), ("thứ", "sáu"), ("cuối", "tuần"))
_LONGEST_COUNT: Final = 8
"""Digits."""
_DATE: Final = re.compile(r"\d{1,2}")


def unit_days(text: Text, at: int) -> int | None:
    """The days of the unit of time at a token."""
    if text.means(at, "năm") and any(text.means(at + 1, unit) for unit in (*UNITS, *SCALES) if unit != "năm"):
        return None
    token = text.at(at)
    if token is None or (token.typed == "toi" and not text.means(at - 1, "mỗi", "/", "chục", "mươi")):
        return None
    if not text.means(at, *UNITS) or (token.plain == "toi" and text.means(at + 1, "thiểu", "đa")):
        return None
    return next((days for unit, days in UNITS.items() if token.means(unit)), None)


def day_named(text: Text, at: int) -> Item | None:
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


def rhythm(text: Text, at: int) -> Item | None:
    """How often: "mỗi ngày", "hàng tháng", "cứ 5 bữa", "10 ngày một lần", "ngày nào cũng", "mỗi chủ nhật"."""
    every = text.means(at, *_EVERY)
    if every or text.means(at, "/"):
        for first, second in _WEEKDAYS:
            if text.means(at + 1, first) and text.means(at + 2, second):
                return Item("period", at, at + 3, days=7)
        start = at + 2 if every and text.means(at + 1, "một", "1", "đầu", "cuối") else at + 1
        if days := unit_days(text, start):
            return Item("period", at, start + 1, days=days, tags=frozenset({"slash"} if not every else ()))
        if text.means(at, "hàng", "hằng"):
            return None
        if (one := duration(text, at + 1)) and one.number and (every or text.tokens[at + 1].is_number):
            if not every and not text.means(at, "/"):
                return None
            last = one.last
            while text.means(last, "một", "1", "lần", "/", "kỳ"):
                last += 1
            return Item("period", at, last, days=int(one.number))
        if every and text.means(at + 1, *TIMES):
            return Item("period", at, at + 2, days=None, tags=frozenset({"each"}))
        return None
    if (days := unit_days(text, at)) and text.means(at + 1, "nào") and text.means(at + 2, "cũng"):
        return Item("period", at, at + 3, days=days)
    if text.means(at, "cách"):
        return _apart(text, at, at + 2 if text.means(at + 1, "nhau") else at + 1)
    one = duration(text, at)
    if one and one.number and text.means(one.last, "/", "một", "1") and text.means(one.last + 1, *TIMES):
        return Item("period", at, one.last + 2, days=int(one.number))
    return None


def _apart(text: Text, at: int, start: int) -> Item | None:
    """ "cách nhau 15 ngày", "cách 1 tuần", "cách ngày" (every other day)."""
    if one := duration(text, start):
        return Item("period", at, one.last, days=int(one.number))
    days = unit_days(text, start)
    return Item("period", at, start + 1, days=2 * days) if days else None


def per(text: Text, at: int, before: Item) -> Item | None:
    """ "một ngày", "1 tháng" right after money; "1 năm trả", "một tháng sau" are a term."""
    if before.kind != "money" or not text.means(at, "một", "1"):
        return None
    days = unit_days(text, at + 1)
    if days and days > 1 and text.means(at + 2, "sau", "nữa", "trả", "đóng", "chuộc", "hết", "phải"):
        return None
    return Item("period", at, at + 2, days=days, tags=frozenset({"one"})) if days else None


def duration(text: Text, at: int) -> Item | None:
    """A length of time; ``number`` in days, ``days`` of its unit: "40 ngày", "nửa tháng", "3 tháng rưỡi"."""
    if text.means(at, "nửa") and (unit := unit_days(text, at + 1)):
        return Item("count", at, at + 2, number=Decimal(unit // 2), days=unit)
    if (unit := unit_days(text, at)) and text.means(at + 1, "rưỡi", "rưởi"):
        return Item("count", at, at + 2, number=Decimal(unit) + unit // 2, days=unit)
    number = numeral(text, at)
    if number is None or number.vague or number.value != int(number.value) or _is_telephone(text, at):
        return None
    unit = unit_days(text, number.end)
    token = text.at(number.end)
    if unit is None or token is None:
        return None
    if token.plain in ONLY_BESIDE and not (token.plain == "th" and token.glued):
        unit = unit if text.means(number.end + 1, "sau", "nữa") else None
    if unit is None:
        return None
    end, days = number.end + 1, int(number.value) * unit
    if text.means(end, "rưỡi", "rưởi"):
        end, days = end + 1, days + unit // 2
    return Item("count", at, end, number=Decimal(days), days=unit)


def _is_telephone(text: Text, at: int) -> bool:
    """Whether the number is one that people call, so that "0912345678 tối qua" is no length of time."""
    typed = text.tokens[at].typed
    return typed[0] == "0" and len(typed) > _LONGEST_COUNT


def count(text: Text, at: int) -> Item | None:
    if (unit := unit_days(text, at)) and text.means(at + 1, "sau", "tới") and unit > 1:
        return Item("count", at, at + 2, number=Decimal(unit), days=unit)
    if text.means(at, "ngày") and text.means(at + 1, "mai"):
        return Item("count", at, at + 2, number=Decimal(1), days=1)
    if text.means(at, "mai") and text.means(at + 1, "trả", "đóng", "đưa"):
        return Item("count", at, at + 1, number=Decimal(1), days=1)
    if text.means(at, "x", "*", "×"):
        if one := duration(text, at + 1):
            return Item("count", at, one.last, number=one.number, days=one.days, tags=frozenset({"times"}))
        number = numeral(text, at + 1)
        if number and not _has_unit(text, number):
            return Item("times", at, number.end, number=number.value)
        return None
    number = numeral(text, at)
    if number and not number.vague and text.means(number.end, *TIMES):
        return Item("times", at, number.end + 1, number=number.value)
    if number and text.means(number.end, "x", "*", "×") and not number.vague:
        return Item("times", at, number.end + 1, number=number.value)
    return duration(text, at)


def _has_unit(text: Text, number: Numeral) -> bool:
    """Whether a unit of money follows the number."""
    one = amount_at(text, number.end - 1)
    return one is not None and one.bare is None and one.vnd is not None
