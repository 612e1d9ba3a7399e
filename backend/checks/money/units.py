"""The words for money (``data/checks/money.yml``), and what may follow one: "rưỡi", "2" in "1tr2". Pure."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from backend.checks.money.numbers import SCALES, Numeral, is_counted, numeral
from backend.checks.money.tokens import Text
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import strip_marks

SLANG: Final = ("lít", "củ", "chai", "tỏi", "lốp", "sọi", "m")
_CURRENCY: Final = ("đ", "đồng", "vnd", "vnđ", "₫", "bạc")
HALF: Final = ("rưỡi", "rưởi")
_NAME_AFTER: Final = ("em", "tôi", "tui", "mình", "má", "mẹ", "con", "chồng", "nó", "tao")
_YEAR_AFTER: Final = ("ngoái", "nay", "trước", "sau", "kia", "rồi", "tới")
_PER: Final = ("mỗi", "một", "1", "moi")


@dataclass(frozen=True)
class MoneyWords:
    units: tuple[tuple[str, int], ...]
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...]
    only_with_marks: tuple[str, ...]
    touching_digit: tuple[str, ...]
    not_money_before: tuple[str, ...]
    foreign: tuple[str, ...]


@cache
def money_words() -> MoneyWords:
    data = read_mapping(data_folder() / "checks" / "money.yml")
    units = [(word, worth) for worth, words in data["units"].items() for word in words]
    return MoneyWords(
        tuple(units),
        tuple((word, tuple(readings)) for word, readings in data["ambiguous"].items()),
        *(tuple(data[key]) for key in ("only_with_marks", "touching_digit", "not_money_before", "foreign")),
    )


@cache
def _plain_units() -> frozenset[str]:
    words = money_words()
    return frozenset(strip_marks(word) for word, _ in (*words.units, *words.ambiguous))


def unit_at(text: Text, at: int, glued: bool) -> tuple[int, int] | None:
    """What the unit at a token is worth in đồng, and the token after it."""
    token = text.at(at)
    if token is None or token.plain not in _plain_units():
        return None
    words = money_words()
    for word, worth in words.units:
        if not token.means(word) or (word in words.touching_digit and not glued):
            continue
        if word in words.only_with_marks and token.typed.isascii() and not _ends_here(text, at):
            continue
        if (
            word in SLANG
            and text.at(at + 1)
            and any(text.has(at + 1, thing) for thing in words.not_money_before)
        ):
            return None
        if worth in (1_000, 1_000_000) and text.means(at + 1, "tỷ", "tỉ"):
            return worth * 1_000_000_000, at + 2
        return worth, after_currency(text, at + 1) if worth > 1 else at + 1
    return None


def after_currency(text: Text, at: int) -> int:
    return at + 1 if text.means(at, *_CURRENCY) else at


def _ends_here(text: Text, at: int) -> bool:
    after = text.at(at + 1)
    short = after is not None and len(after.typed) == 1 and text.at(at + 2) is None
    return nothing_follows(text, at) and (short or not (after and after.is_number))


def nothing_follows(text: Text, at: int, numbers: bool = True) -> bool:
    """Whether no further word stands after the token ("rưỡi" aside); a number may, or not."""
    token = text.at(at + 1)
    if token is None or text.means(at + 1, *HALF):
        return True
    return not token.typed[0].isalpha() and (numbers or not token.is_number)


def tail(text: Text, at: int, worth: int) -> tuple[Decimal, int]:
    """What follows a unit and belongs to it: "rưỡi", "200 nghìn", "2" in "1tr2". Đồng, and the next token."""
    nothing = Decimal(0), at
    if worth == 1:
        return nothing
    if text.means(at, *HALF):
        return Decimal(worth) / 2, after_currency(text, at + 1)
    if text.means(at, "lăm", "nhăm") and not is_counted(text, at + 1):
        return Decimal(worth) / 2, at + 1
    if (
        text.means(at, "mốt", "tư")
        and not text.means(at + 1, *SCALES)
        and not is_counted(text, at + 1)
        and (text.tokens[at].typed != "tu" or nothing_follows(text, at, numbers=False))
    ):
        return Decimal(worth) / 10 * (1 if text.means(at, "mốt") else 4), at + 1
    if text.means(at, "linh", "lẻ"):
        rest = numeral(text, at + 1)
        dozens = (rest.value * 1_000, rest.end) if rest and rest.value >= 10 and not rest.vague else nothing
        return _with_part(text, at + 1, worth) or dozens
    number = numeral(text, at)
    if number is None or number.vague or number.readings:
        return nothing
    return _with_part(text, at, worth) or _loose(text, at, number, worth) or nothing


def _with_part(text: Text, at: int, worth: int) -> tuple[Decimal, int] | None:
    """A smaller amount with a unit of its own: "1 triệu 200 nghìn"."""
    number = numeral(text, at)
    if number is None:
        return None
    glued = bool((token := text.at(number.end)) and token.glued and number.digits)
    if unit := unit_at(text, number.end, glued):
        smaller = number.value * unit[0]
        if unit[0] == 1 and smaller < 1_000:
            return None
        if not 0 < smaller < worth or _is_paid_per(text, unit[1]):
            return None
        rest, end = tail(text, unit[1], unit[0])
        return (smaller + rest, end) if smaller + rest < worth else None
    return None


def _is_paid_per(text: Text, at: int) -> bool:
    """Whether what ends here is a payment of its own: "10tr 300k/ngày", "10tr 300k x 40"."""
    if text.means(at, "x", "*", "×", "/"):
        return True
    return text.means(at, "/", *_PER) and is_counted(text, at + 1)


def _loose(text: Text, at: int, number: Numeral, worth: int) -> tuple[Decimal, int] | None:
    """Digits or words without a unit after one: "1tr2", "2 triệu 650", "một triệu hai", "triệu hai lăm"."""
    end, value = number.end, number.value
    if is_counted(text, end) or text.means(end, "x", "*", "×", "^") or value != int(value) or value < 0:
        return None
    touching = text.tokens[at].glued
    if number.digits and not touching and text.means(end, *_PER) and is_counted(text, end + 1):
        return None
    if text.tokens[at].typed in ("một", "1") and not touching and not nothing_follows(text, at):
        return None
    if text.means(end, "/") and (after := text.at(end + 1)) and after.is_number:
        return None
    if text.means(at, "ba") and text.means(end, *_NAME_AFTER):
        return None
    if text.means(at, "năm") and (text.means(end, *_YEAR_AFTER) or _four_digits(text, end)):
        return None
    unit = unit_at(text, end, True)
    if is_asked(text, end) or (unit and unit[0] > 1):
        return None
    places = number.digits or len(str(int(value)))
    if not number.digits and any(text.means(one, "mươi", "chục", "mười") for one in range(at, end)):
        places = 3
    if places > 3 or (places == 3 and worth < 1_000) or (value == 0 and number.digits < 2):
        return None
    if text.means(end, *HALF):
        value, end = value + Decimal("0.5"), end + 1
    part = value * worth / 10**places
    end = unit[1] if unit else end
    return (part, end) if part < worth else None


def _four_digits(text: Text, at: int) -> bool:
    token = text.at(at)
    return token is not None and token.typed.isdecimal() and len(token.typed) == 4


def is_asked(text: Text, at: int) -> bool:
    """Whether a word stands here that means different sums to different people, or foreign money."""
    words = money_words()
    return text.means(at, *words.foreign, *(word for word, _ in words.ambiguous))
