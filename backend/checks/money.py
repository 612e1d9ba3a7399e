"""Reads amounts of money in đồng as workers write them, and writes them back. Pure.

What has several readings is given with all of them, to be asked, not guessed; what is no amount says why.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from backend.checks.numbers import MOST_DIGITS, Numeral, Text, is_counted, numeral, tokenise
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import strip_marks

MOST_VND: Final = 10**15
"""More đồng than any loan or wage; above it a number is not taken for money."""

_SLANG: Final = ("lít", "củ", "chai", "tỏi", "lốp", "sọi", "m")
_ALONE: Final = ("triệu", "củ", "chai", "tỷ", "tỉ", "tr")
_CURRENCY: Final = ("đ", "đồng", "vnd", "vnđ", "₫", "bạc")
_HALF: Final = ("rưỡi", "rưởi")
_NAME_AFTER: Final = ("em", "tôi", "tui", "mình", "má", "mẹ", "con", "chồng", "nó", "tao")
_YEAR_AFTER: Final = ("ngoái", "nay", "trước", "sau", "kia", "rồi", "tới")
_PER: Final = ("mỗi", "một", "1", "moi")


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


@dataclass(frozen=True)
class Money:
    """What a whole text says as an amount; ``words`` are those it was read from."""

    vnd: int | None
    ambiguous: tuple[int, ...] = ()
    reason: str | None = None
    words: str = ""


@dataclass(frozen=True)
class _Words:
    units: tuple[tuple[str, int], ...]
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...]
    only_with_marks: tuple[str, ...]
    touching_digit: tuple[str, ...]
    not_money_before: tuple[str, ...]
    foreign: tuple[str, ...]


@cache
def _words() -> _Words:
    data = read_mapping(data_folder() / "checks" / "money.yml")
    units = [(word, worth) for worth, words in data["units"].items() for word in words]
    return _Words(
        tuple(units),
        tuple((word, tuple(readings)) for word, readings in data["ambiguous"].items()),
        *(tuple(data[key]) for key in ("only_with_marks", "touching_digit", "not_money_before", "foreign")),
    )


@cache
def _plain_units() -> frozenset[str]:
    words = _words()
    return frozenset(strip_marks(word) for word, _ in (*words.units, *words.ambiguous))


def written(vnd: int) -> str:
    """``1500000`` as "1.500.000đ"."""
    return f"{vnd:,}đ".replace(",", ".")


def money(text: str) -> Money:
    """The amount that a text says. Several different amounts, or one with several readings, must be asked."""
    read = tokenise(text)
    found = amounts(read)
    if not found:
        return Money(None, reason="malformed" if any(one.is_number for one in read.tokens) else "none")
    sure = [one for one in found if one.bare is None] or found
    words = read.words(sure[0].first, sure[-1].last)
    bad = next((one.reason for one in sure if one.reason), None)
    readings = tuple(dict.fromkeys(reading for one in sure for reading in _readings(one)))
    if bad and not readings:
        return Money(None, (), bad, words)
    return (
        Money(readings[0], (), None, words)
        if len(readings) == 1
        else Money(None, readings, "ambiguous", words)
    )


def _readings(one: Amount) -> tuple[int, ...]:
    if one.vnd is not None:
        return (one.vnd,)
    return one.readings or (bare_readings(one.bare) if one.bare is not None else ())


def bare_readings(number: Decimal) -> tuple[int, ...]:
    """What a number without a unit may mean in đồng: "500" is thousands or millions, "1500000" itself."""
    if number >= 10_000 and number == int(number):
        return (int(number),)
    scales = (1, 1_000_000) if number >= 1_000 else (1_000, 1_000_000)
    return tuple(int(number * scale) for scale in scales)


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
    before = text.at(at)
    if before is None:
        return None
    if before.typed in ("-", "+") or before.means("âm"):
        return _signed(text, at)
    if text.means(at, "nửa") and (unit := _unit(text, at + 1, False)):
        return _finished(text, at, unit[1], Decimal(unit[0]) / 2)
    if text.means(at, "tờ") and (worth := amount_at(text, at + 1)):
        return _notes(at, 1, worth)
    number = numeral(text, at)
    if number is None:
        return _unreadable(text, at) if before.is_number else _implicit(text, at)
    if number.vague:
        return Amount(at, number.end, reason="vague") if _unit(text, number.end, False) else None
    if text.means(number.end, "tờ") and (worth := amount_at(text, number.end + 1)):
        return _notes(at, int(number.value), worth)
    if ranged := _range(text, at, number):
        return ranged
    return _with_unit(text, at, number) or _bare(text, at, number)


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
    if unit := _unit(text, end, True):
        end = unit[1]
    digits = sum(char.isdecimal() for char in text.tokens[at].typed)
    return Amount(at, end, reason="too_large" if digits > MOST_DIGITS else "malformed")


def _implicit(text: Text, at: int) -> Amount | None:
    """A unit without a number: "triệu mốt", "củ rưỡi", "triệu hai"."""
    if not text.means(at, *_ALONE) or text.tokens[at].glued:
        return None
    unit = _unit(text, at, False)
    if unit is None or len(unit[0:1]) == 0:
        return None
    total, end = _tail(text, unit[1], unit[0])
    return _finished(text, at, end, unit[0] + total) if end > unit[1] else None


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
    unit = _unit(text, other.end, True)
    if unit is None:
        return None
    return Amount(at, unit[1], readings=tuple(int(one * unit[0]) for one in (number.value, other.value)))


def _with_unit(text: Text, at: int, number: Numeral) -> Amount | None:
    glued = bool((token := text.at(number.end)) and token.glued and number.digits)
    if text.means(number.end, *_HALF) and (unit := _unit(text, number.end + 1, False)):
        return _finished(text, at, unit[1], (number.value + Decimal(number.scale) / 2) * unit[0])
    unit = _unit(text, number.end, glued)
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
    rest, end = _tail(text, end, worth)
    return _finished(text, at, end, number.value * worth + rest)


def _asked(text: Text, at: int, number: Numeral, glued: bool) -> Amount | None:
    """ "2 xị", "5 cành": words that mean different sums to different people; and foreign money."""
    words = _words()
    if text.means(number.end, *words.foreign):
        return Amount(at, number.end + 1, reason="foreign")
    for word, worths in words.ambiguous:
        if text.means(number.end, word) and (glued or word not in words.touching_digit):
            end = number.end + 1
            value = number.value
            if text.means(end, *_HALF):
                value, end = value + Decimal("0.5"), end + 1
            return Amount(at, end, readings=tuple(int(value * worth) for worth in worths))
    return None


def _unit(text: Text, at: int, glued: bool) -> tuple[int, int] | None:
    """What the unit at a token is worth in đồng, and the token after it."""
    token = text.at(at)
    if token is None or token.plain not in _plain_units():
        return None
    words = _words()
    for word, worth in words.units:
        if not token.means(word) or (word in words.touching_digit and not glued):
            continue
        if word in words.only_with_marks and token.typed.isascii() and not _nothing_follows(text, at):
            continue
        if word in _SLANG and text.means(at + 1, *words.not_money_before):
            return None
        return worth, _after_currency(text, at + 1) if worth > 1 else at + 1
    return None


def _after_currency(text: Text, at: int) -> int:
    return at + 1 if text.means(at, *_CURRENCY) else at


def _nothing_follows(text: Text, at: int) -> bool:
    token = text.at(at + 1)
    return token is None or not token.typed[0].isalpha() or text.means(at + 1, *_HALF)


def _tail(text: Text, at: int, worth: int) -> tuple[Decimal, int]:
    """What follows a unit and belongs to it: "rưỡi", "200 nghìn", "2" in "1tr2". Đồng, and the next token."""
    nothing = Decimal(0), at
    if worth == 1:
        return nothing
    if text.means(at, *_HALF):
        return Decimal(worth) / 2, _after_currency(text, at + 1)
    if (
        text.means(at, "mốt", "tư")
        and not is_counted(text, at + 1)
        and not (text.means(at, "tư") and text.at(at + 1) and _is_name(text, at))
    ):
        return Decimal(worth) / 10 * (1 if text.means(at, "mốt") else 4), at + 1
    if text.means(at, "linh", "lẻ"):
        part = _with_part(text, at + 1, worth)
        return part if part else nothing
    number = numeral(text, at)
    if number is None or number.vague or number.readings:
        return nothing
    return _with_part(text, at, worth) or _loose(text, at, number, worth) or nothing


def _is_name(text: Text, at: int) -> bool:
    return text.means(at - 1, "bà", "ông", "chị", "anh", "chú", "cô")


def _with_part(text: Text, at: int, worth: int) -> tuple[Decimal, int] | None:
    """A smaller amount with a unit of its own: "1 triệu 200 nghìn"."""
    number = numeral(text, at)
    if number is None:
        return None
    glued = bool((token := text.at(number.end)) and token.glued and number.digits)
    if unit := _unit(text, number.end, glued):
        smaller = number.value * unit[0]
        if unit[0] == 1 and smaller < 1_000:
            return None
        if not 0 < smaller < worth or _is_paid_per(text, unit[1]):
            return None
        rest, end = _tail(text, unit[1], unit[0])
        return (smaller + rest, end) if smaller + rest < worth else None
    return None


def _is_paid_per(text: Text, at: int) -> bool:
    """Whether what ends here is a payment of its own: "10tr 300k/ngày", "10tr 300k x 40"."""
    if text.means(at, "x", "*", "×"):
        return True
    return text.means(at, "/", *_PER) and is_counted(text, at + 1)


def _loose(text: Text, at: int, number: Numeral, worth: int) -> tuple[Decimal, int] | None:
    """Digits or words without a unit after one: "1tr2", "2 triệu 650", "một triệu hai", "triệu hai lăm"."""
    end, value = number.end, number.value
    if is_counted(text, end) or text.means(end, "x", "*", "×", "^") or value != int(value) or value < 0:
        return None
    if text.means(end, *_PER) and is_counted(text, end + 1):
        return None
    if text.means(end, "/") and (after := text.at(end + 1)) and after.is_number:
        return None
    if text.means(at, "ba") and text.means(end, *_NAME_AFTER):
        return None
    if text.means(at, "năm") and (text.means(end, *_YEAR_AFTER) or _four_digits(text, end)):
        return None
    unit = _unit(text, end, True)
    if _asked(text, at, number, True) or (unit and unit[0] > 1):
        return None
    places = number.digits or len(str(int(value)))
    if not number.digits and any(text.means(one, "mươi", "chục", "mười") for one in range(at, end)):
        places = 3
    if places > 3 or (places == 3 and worth < 1_000) or (value == 0 and number.digits < 2):
        return None
    if text.means(end, *_HALF):
        value, end = value + Decimal("0.5"), end + 1
    part = value * worth / 10**places
    end = unit[1] if unit else end
    return (part, end) if part < worth else None


def _four_digits(text: Text, at: int) -> bool:
    token = text.at(at)
    return token is not None and token.typed.isdecimal() and len(token.typed) == 4


def _bare(text: Text, at: int, number: Numeral) -> Amount | None:
    end = number.end
    if is_counted(text, end) or text.means(end, *_SLANG):
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
