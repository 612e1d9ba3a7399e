"""Reads numbers as workers write them: digits ("1.500.000", "1,5"), words ("hai trăm rưỡi", "hai lăm").

A numeral is read at a token. What the number counts is not decided here. Pure.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from backend.checks.money.tokens import Text, Token, by_plain

MOST_DIGITS: Final = 20
"""A run of more digits is no number that anybody means."""

_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_GROUPED_LATE: Final = re.compile(r"[1-9]\d{3}[.,]\d{3}")
_GROUPED_DECIMAL: Final = re.compile(
    r"([1-9]\d{0,2}(?:\.\d{3})+),(\d{1,2})|([1-9]\d{0,2}(?:,\d{3})+)\.(\d{1,2})"
)
_DECIMAL: Final = re.compile(r"(\d+)[.,](\d+)")
_MOST_GROUPS: Final = MOST_DIGITS // 3 + 1
"""Groups of three digits that are read on from a number: with more it has more digits than any."""
_MOST_VAGUE: Final = 4
"""Words that may follow "vài": a text of nothing else is no number, and is not read again from each word."""


@dataclass(frozen=True)
class Numeral:
    """A number and the token after it. ``readings`` has more than one value when the writer left it open.

    ``scale`` is the last power of ten named (a following "rưỡi" is half of it); ``digits`` tells how many
    digits were typed, 0 for words; ``vague`` is "vài", "mấy".
    """

    value: Decimal
    end: int
    digits: int = 0
    scale: int = 1
    readings: tuple[Decimal, ...] = ()
    vague: bool = False


def digits_value(typed: str) -> tuple[Decimal, ...]:
    """The readings of a written number, the likelier first; none when it is malformed or too long.

    "1.500" is 1500, and 1.5 where a unit follows that makes it likely.
    """
    if sum(char.isdecimal() for char in typed) > MOST_DIGITS:
        return ()
    if typed.isdecimal():
        return (Decimal(typed),)
    if _GROUPED.fullmatch(typed):
        whole = Decimal(re.sub("[.,]", "", typed))
        one_sign = len(re.findall("[.,]", typed)) == 1
        return (whole, Decimal(typed.replace(",", "."))) if one_sign else (whole,)
    if _GROUPED_LATE.fullmatch(typed):
        return (Decimal(re.sub("[.,]", "", typed)),)
    if match := _GROUPED_DECIMAL.fullmatch(typed):
        whole_part, rest = (match[1], match[2]) if match[1] else (match[3], match[4])
        return (Decimal(re.sub("[.,]", "", whole_part) + "." + rest),)
    if _DECIMAL.fullmatch(typed):
        return (Decimal(typed.replace(",", ".")),)
    return ()


_DIGITS: Final = {
    **{"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9},
}
_TAIL_DIGITS: Final = {**_DIGITS, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "răm": 5}
_ONLY_TAIL: Final = ("mốt", "tư", "lăm", "nhăm")
SCALES: Final = (
    "trăm",
    "mươi",
    "chục",
    "nghìn",
    "ngàn",
    "triệu",
    "tỷ",
    "tỉ",
    "k",
    "tr",
    "củ",
    "lít",
    "chai",
    "xị",
    "cành",
    "tỏi",
    "vạn",
    "tờ",
)
COUNTED: Final = (
    "ngày", "tháng", "tuần", "năm", "bữa", "hôm", "lần", "kỳ", "kì", "đợt", "tối", "chiều",
    "sáng", "buổi", "người", "giờ", "phút", "%", "phần", "phân", "cái", "chiếc", "cục", "suất", "ly", "ký",
    "kg", "tuổi", "đêm", "chuyến", "nhà", "chỗ", "chủ", "đứa", "món", "gói", "chân", "quý", "ng", "th",
    "days", "day", "weeks", "week", "months", "month", "years", "year", "times",
)  # fmt: skip
"""What numbers count besides money."""
_KIN: Final = ("bà", "ông", "chị", "anh", "chú", "cô", "dì", "cậu", "thím", "mợ", "thằng", "út", "thứ")


def _word_digit(text: Text, at: int, table: dict[str, int]) -> int | None:
    token = text.at(at)
    if token is None or token.is_number:
        return None
    if token.typed == "sau" and not (
        text.at(at + 1) is None
        or text.means(at + 1, *SCALES, *COUNTED)
        or text.means(at - 1, "mươi", "mười", "trăm", "chục", "lẻ", "linh")
    ):
        return None
    return next(
        (table[word] for word in by_plain(tuple(table)).get(token.plain, ()) if token.means(word)), None
    )


def _digit(text: Text, at: int) -> int | None:
    """1 to 9 as a word or a typed digit."""
    token = text.at(at)
    if (
        token is not None
        and token.typed.isdecimal()
        and 0 < int(token.typed[:3]) < 10
        and len(token.typed) == 1
    ):
        return int(token.typed)
    return _word_digit(text, at, _DIGITS)


def is_counted(text: Text, at: int) -> bool:
    """Whether the token counts something that is no money: "ngày", "lần", "%"."""
    token = text.at(at)
    if token is not None and token.typed == "toi":
        return False  # "tôi" or "tới" far more often than "tối"
    return text.means(at, *COUNTED)


def _is_year(text: Text, at: int) -> bool:
    """Whether "năm" here is a year and not five: no scale follows it."""
    return text.means(at, "năm") and not text.means(at + 1, *SCALES)


def numeral(text: Text, at: int) -> Numeral | None:
    """The number that starts at a token, as long as it goes; ``None`` when there is none."""
    return text.once(at, _numeral)


def _numeral(text: Text, at: int) -> Numeral | None:
    token = text.at(at)
    if token is None:
        return None
    if token.is_number and not (len(token.typed) == 1 and text.means(at + 1, "trăm", "chục", "mươi")):
        return _typed(text, at)
    if text.means(at, "đôi") and text.means(at + 1, "ba"):
        return Numeral(Decimal(0), at + 2, vague=True)
    if text.means(at, "vài", "mấy", "dăm") or (token.typed == "mươi" and text.means(at + 1, *SCALES)):
        end = at + 1
        while end <= at + _MOST_VAGUE and text.means(end, "ba", "trăm", "chục", "mươi", "bảy"):
            end += 1
        return Numeral(Decimal(0), end, vague=True)
    return _hundreds(text, at) or _tens(text, at)


def _typed(text: Text, at: int) -> Numeral | None:
    token = text.tokens[at]
    digits, end = token.typed, at + 1
    if digits.isdecimal() and len(digits) <= 3 and digits[0] != "0":
        groups = 0
        while groups < _MOST_GROUPS and (more := text.at(end)) and _is_group(more):
            digits, end, groups = digits + more.typed, end + 1, groups + 1
        after = text.at(end)
        if (groups == 1 and not text.means(end, "đ", "đồng", "vnd", "vnđ", "₫")) or (
            after and is_counted(text, end)
        ):
            digits, end = token.typed, at + 1
    readings = digits_value(digits)
    if not readings:
        return None
    if (
        text.means(end, "^")
        and (power := text.at(end + 1))
        and power.typed.isdecimal()
        and len(power.typed) <= 2
    ):
        readings, end = (readings[0] ** min(int(power.typed), 30),), end + 2
    count = sum(char.isdecimal() for char in digits)
    if text.means(end, "chục", "trăm") and not text.means(end + 1, *COUNTED):
        scale = 10 if text.means(end, "chục") else 100
        return Numeral(readings[0] * scale, end + 1, 0, scale)
    return Numeral(readings[0], end, count, 1, readings if len(readings) > 1 else ())


def _is_group(token: Token) -> bool:
    return token.typed.isdecimal() and len(token.typed) == 3 and not token.glued


def _hundreds(text: Text, at: int) -> Numeral | None:
    digit = 0 if text.means(at, "không") else _digit(text, at)
    if digit is not None and text.means(at + 1, "trăm"):
        base, end = digit * 100, at + 2
    elif text.means(at, "trăm") and not text.means(at - 1, "phần", "phân"):
        base, end = 100, at + 1
    else:
        return None
    if text.means(end, "rưỡi", "rưởi"):
        return Numeral(Decimal(base + 50), end + 1)
    if text.means(end, "linh", "lẻ"):
        rest = _tens(text, end + 1)
        return Numeral(base + rest.value, rest.end) if rest else Numeral(Decimal(base), end, 0, 100)
    typed = text.at(end)
    if typed and re.fullmatch(r"[1-9]\d", typed.typed) and not is_counted(text, end + 1):
        return Numeral(Decimal(base + int(typed.typed)), end + 1)
    if (tens := _tens(text, end)) and tens.value >= 10 and not tens.readings:
        return Numeral(base + tens.value, tens.end)
    tail = _word_digit(text, end, _TAIL_DIGITS)
    if tail is not None and not is_counted(text, end + 1) and not text.means(end + 1, *SCALES[:3]):
        return Numeral(Decimal(base + tail * 10), end + 1)
    return Numeral(Decimal(base), end, 0, 100)


def _tens(text: Text, at: int) -> Numeral | None:
    if text.means(at, "mười"):
        return _with_ones(text, at + 1, 10)
    if text.means(at, "chục"):
        return _half_ten(text, at + 1, 10)
    if text.means(at, "hăm", "băm") and _word_digit(text, at + 1, _TAIL_DIGITS):
        return _with_ones(text, at + 1, 20 if text.means(at, "hăm") else 30)
    digit = _digit(text, at)
    if digit is None:
        return None
    if text.means(at + 1, "mươi"):
        return _with_ones(text, at + 2, digit * 10)
    if text.means(at + 1, "chục"):
        return _half_ten(text, at + 2, digit * 10)
    before = text.at(at - 1)
    if before is not None and any(before.means(kin) for kin in _KIN) and not text.means(at + 1, *SCALES):
        return None
    if text.tokens[at].is_number:
        return Numeral(Decimal(digit), at + 1, 1)
    return _two_digits(text, at, digit)


def _half_ten(text: Text, at: int, base: int) -> Numeral:
    if text.means(at, "rưỡi", "rưởi") and not text.means(at + 1, *SCALES[3:]):
        return Numeral(Decimal(base + base // 10 * 5 if base == 10 else base + 5), at + 1)
    if text.means(at, "mấy"):
        return Numeral(Decimal(base), at + 1, vague=True)
    return _with_ones(text, at, base)


def _with_ones(text: Text, at: int, base: int) -> Numeral:
    if text.means(at, "mấy"):
        return Numeral(Decimal(base), at + 1, vague=True)
    ones = _word_digit(text, at, _TAIL_DIGITS)
    if ones is None or _is_year(text, at) or (base % 10 == 0 and text.means(at + 1, *SCALES[:3])):
        return Numeral(Decimal(base), at, 0, 10)
    if text.means(at, "một", "1") and is_counted(text, at + 1) and base > 10:
        return Numeral(Decimal(base), at, 0, 10)
    return Numeral(Decimal(base + ones), at + 1)


def _two_digits(text: Text, at: int, digit: int) -> Numeral | None:
    """One digit as a word, or two spoken without "mươi": "hai lăm" is 25, "hai ba" is two or three."""
    if text.means(at, "năm") and _is_year(text, at) and not is_counted(text, at + 1):
        return None
    second = _word_digit(text, at + 1, _TAIL_DIGITS)
    if second is None or text.tokens[at + 1].typed == "một" or _is_year(text, at + 1):
        return Numeral(Decimal(digit), at + 1)
    sure = text.means(at + 1, *_ONLY_TAIL)
    if not sure and text.means(at + 2, *SCALES[:3]):
        return Numeral(Decimal(digit), at + 1)
    if not sure and (second == digit + 1 or (digit, second) == (5, 7)):
        return Numeral(Decimal(digit), at + 2, 0, 1, (Decimal(digit), Decimal(second)))
    if digit == 1:
        return Numeral(Decimal(1), at + 1)
    return Numeral(Decimal(digit * 10 + second), at + 2)
