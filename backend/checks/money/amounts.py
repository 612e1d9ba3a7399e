"""Finds the amounts of money in a text, with what has several readings or none at all. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from backend.checks.money.numbers import MOST_DIGITS, Numeral, is_counted, numeral
from backend.checks.money.tokens import Text
from backend.checks.money.units import HALF, SLANG, money_words, tail, unit_at

MOST_VND: Final = 10**15
"""More đồng than any loan or wage; above it a number is not taken for money."""

_ALONE: Final = ("triệu", "củ", "chai", "tỷ", "tỉ", "tr")
_ALONE_WITH_HALF: Final = ("lít", "tỏi", "lốp", "xị", "cành", "vạn")


@dataclass(frozen=True)
class Amount:
    """An amount in a text, from token ``first`` up to ``last`` (not included).

    ``vnd`` is set when it is certain. ``readings`` (đồng) when it must be asked. ``bare`` is a number without
    a unit, for the reader of the context. ``reason``: ``not_positive``, ``too_large``, ``vague``,
    ``foreign``, ``malformed``.
    """

    first: int
    last: int
    vnd: int | None = None
    readings: tuple[int, ...] = ()
    bare: Decimal | None = None
    reason: str | None = None


def amounts(text: Text) -> list[Amount]:
    """Every amount and every number without a unit that counts nothing else, in order."""
    found, at = [], 0
    while at < len(text.tokens):
        one = amount_at(text, at)
        if one is None:
            at += 1
        else:
            found.append(one)
            at = one.last
    return found


def amount_at(text: Text, at: int) -> Amount | None:
    """The amount that starts at a token, or ``None``."""
    return text.once(at, _amount_at)


def _amount_at(text: Text, at: int) -> Amount | None:
    before = text.at(at)
    if before is None:
        return None
    if before.typed in ("-", "+") or before.means("âm"):
        return _signed(text, at)
    if text.means(at, "nửa") and (unit := unit_at(text, at + 1, False)):
        return _finished(text, at, unit[1], Decimal(unit[0]) / 2)
    if text.means(at, "tờ") and (worth := _note(text, at + 1)):
        return _notes(at, 1, worth)
    if before.is_number and before.glued and text.means(at - 1, ".", ",") and _is_torn(text, at - 1):
        return replace(_unreadable(text, at), reason="malformed")
    number = numeral(text, at)
    if number is None:
        return _unreadable(text, at) if before.is_number else _implicit(text, at)
    if number.vague:
        return Amount(at, number.end, reason="vague") if unit_at(text, number.end, False) else None
    if text.means(number.end, "tờ") and (worth := _note(text, number.end + 1)):
        return _notes(at, int(number.value), worth)
    if ranged := _range(text, at, number):
        return ranged
    return _with_unit(text, at, number) or _bare(text, at, number)


def _is_torn(text: Text, sign: int) -> bool:
    """Whether a sign before a number is part of a broken number (".5", "1..5") and no comma between words."""
    before = text.at(sign - 1)
    return before is None or not text.tokens[sign].glued or not before.typed[0].isalpha()


def _signed(text: Text, at: int) -> Amount | None:
    sign, after = text.tokens[at], text.at(at + 1)
    before = text.at(at - 1)
    if after is None or not after.is_number or (sign.typed in "+-" and before and sign.glued):
        return None
    one = amount_at(text, at + 1)
    if one is None or sign.typed == "+":
        return one
    if sign.typed == "-" and not after.glued:
        return None
    return Amount(at, one.last, reason="not_positive")


def _unreadable(text: Text, at: int) -> Amount:
    end = at + 1
    if unit := unit_at(text, end, True):
        end = unit[1]
    digits = sum(char.isdecimal() for char in text.tokens[at].typed)
    return Amount(at, end, reason="too_large" if digits > MOST_DIGITS else "malformed")


def _implicit(text: Text, at: int) -> Amount | None:
    """A unit without a number: "triệu mốt", "củ rưỡi", "triệu hai"."""
    if text.tokens[at].glued or _is_company(text, at):
        return None
    if text.means(at, *_ALONE_WITH_HALF) and text.means(at + 1, *HALF):
        one = Numeral(Decimal(1), at)
        return _with_unit(text, at, one)
    unit = unit_at(text, at, False) if text.means(at, *_ALONE) else None
    if unit is None:
        return None
    total, end = tail(text, unit[1], unit[0])
    return _finished(text, at, end, unit[0] + total) if end > unit[1] else None


def _is_company(text: Text, at: int) -> bool:
    """Whether "ty" here is a company's ("công ty 3 triệu") and no thousand million."""
    return text.tokens[at].typed == "ty" and text.means(at - 1, "công")


def _note(text: Text, at: int) -> Amount | None:
    """What one bank note is worth: an amount that is no number of notes itself."""
    number = numeral(text, at)
    if number is None or number.vague:
        return None
    return _with_unit(text, at, number) or _bare(text, at, number)


def _notes(at: int, count: int, worth: Amount) -> Amount:
    """Bank notes: "2 tờ 500"."""
    vnd = worth.vnd
    if vnd is None and worth.bare in (10, 20, 50, 100, 200, 500):
        vnd = int(worth.bare) * 1_000
    return replace(worth, first=at, vnd=vnd * count if vnd else None, bare=None)


def _range(text: Text, at: int, number: Numeral) -> Amount | None:
    """ "3-4tr", "5 đến 6 triệu": one of the two, to be asked."""
    if not text.means(number.end, "-", "~", "đến", "tới", "hoặc", "hay"):
        return None
    other = numeral(text, number.end + 1)
    if other is None or other.value <= number.value or other.vague:
        return None
    unit = unit_at(text, other.end, True)
    if unit is None:
        return None
    return Amount(at, unit[1], readings=tuple(int(one * unit[0]) for one in (number.value, other.value)))


def _with_unit(text: Text, at: int, number: Numeral) -> Amount | None:
    glued = bool((token := text.at(number.end)) and token.glued and number.digits)
    if text.means(number.end, *HALF) and (unit := unit_at(text, number.end + 1, False)):
        return _finished(text, at, unit[1], (number.value + Decimal(number.scale) / 2) * unit[0])
    unit = unit_at(text, number.end, glued)
    if unit is None:
        return _asked(text, at, number, glued)
    worth, end = unit
    if text.means(end, "mấy"):
        return Amount(at, end + 1, reason="vague")
    if len(number.readings) > 1:
        if worth < 1_000_000 and number.digits:
            return _finished(text, at, end, number.value * worth)
        readings = sorted({int(one * worth) for one in number.readings})
        return Amount(at, end, readings=tuple(one for one in readings if one <= MOST_VND))
    rest, end = tail(text, end, worth)
    return _finished(text, at, end, number.value * worth + rest)


def _asked(text: Text, at: int, number: Numeral, glued: bool) -> Amount | None:
    """ "2 xị", "5 cành": words that mean different sums to different people; and foreign money."""
    words = money_words()
    if text.means(number.end, *words.foreign):
        return Amount(at, number.end + 1, reason="foreign")
    for word, worths in words.ambiguous:
        if text.means(number.end, word) and (glued or word not in words.touching_digit):
            end = number.end + 1
            value = number.value
            if text.means(end, *HALF):
                value, end = value + Decimal("0.5"), end + 1
            return Amount(at, end, readings=tuple(int(value * worth) for worth in worths))
    return None


def _bare(text: Text, at: int, number: Numeral) -> Amount | None:
    end = number.end
    if is_counted(text, end) or (
        text.means(end, *SLANG) and not text.means(end, *money_words().only_with_marks)
    ):
        return None
    if number.readings and not number.digits:
        readings = tuple(int(one * scale) for scale in (1_000, 1_000_000) for one in number.readings)
        return Amount(at, end, readings=readings)
    if not number.digits and 100 <= number.value < 1_000:
        return Amount(at, end, vnd=int(number.value * 1_000), bare=number.value)
    if number.value == 0:
        return Amount(at, end, reason="not_positive")
    if number.value > MOST_VND:
        return Amount(at, end, reason="too_large")
    return Amount(at, end, bare=number.value)


def _finished(text: Text, at: int, end: int, vnd: Decimal) -> Amount:
    if vnd > MOST_VND:
        return Amount(at, end, reason="too_large")
    whole = int(vnd.to_integral_value())
    return Amount(at, end, vnd=whole) if whole > 0 else Amount(at, end, reason="not_positive")
