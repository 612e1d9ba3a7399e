"""Reads amounts of money in đồng as workers write them, and writes them back. Pure.

What has several readings is given with all of them, to be asked, not guessed; what is no amount says why.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from backend.checks.money.amounts import Amount, amounts
from backend.checks.money.tokens import Text, tokenise

_NUMBERED: Final = (
    "số",
    "phòng",
    "tổ",
    "xưởng",
    "chuyền",
    "tầng",
    "lô",
    "cổng",
    "đường",
    "ca",
    "quận",
    "khu",
    "/",
)


@dataclass(frozen=True)
class Money:
    """What a whole text says as an amount; ``words`` are those it was read from."""

    vnd: int | None
    ambiguous: tuple[int, ...] = ()
    reason: str | None = None
    words: str = ""


def written(vnd: int) -> str:
    """``1500000`` as "1.500.000đ"."""
    return f"{vnd:,}đ".replace(",", ".")


def money(text: str) -> Money:
    """The amount that a text says. Several different amounts, or one with several readings, must be asked."""
    read = tokenise(text)
    found = amounts(read)
    if not found:
        return Money(None, reason="malformed" if any(one.is_number for one in read.tokens) else "none")
    sure = [one for one in found if one.bare is None] or [one for one in found if _may_be_money(read, one)]
    if not sure:
        return Money(None, reason="none")
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


def _may_be_money(text: Text, one: Amount) -> bool:
    """Whether a lone number may be money: no room, no date, no telephone, no "một" before a noun."""
    if one.first == 0 and one.last == len(text.tokens):
        return True
    typed = text.tokens[one.first].typed
    telephone = typed[0] == "0" and len(typed) > 8
    numbered = text.means(one.first - 1, *_NUMBERED) or text.means(one.last, "/")
    article = one.last == one.first + 1 and not typed[0].isdecimal() and (one.bare or 10) < 10
    return not (telephone or numbered or article)


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
