"""Reads a text as what matters in a loan: amounts, rates, terms, rhythms, and words that tell their roles.

A flat list in the order of the text; who plays which role is decided by ``loan_roles``. Pure.
"""

from decimal import Decimal
from functools import cache
from typing import Final

from backend.checks.loan.facts import Item
from backend.checks.loan.times import (
    ONLY_BESIDE,
    TIMES,
    UNITS,
    count,
    day_named,
    duration,
    per,
    rhythm,
    unit_days,
)
from backend.checks.money.amounts import amount_at
from backend.checks.money.numbers import numeral
from backend.checks.money.tokens import Text
from backend.text.datafiles import data_folder, read_mapping
from backend.text.normalize import strip_marks

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
    "-",
    "ăn",
    "per",
    "a",
)
_INTEREST: Final = ("lãi", "lời", "suất")
_MILLION: Final = ("triệu", "tr", "củ", "chai", "million")
_MOST_PER_MILLION: Final = 100_000


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
    for reader in (_phrase, day_named, rhythm):
        if one := reader(text, at):
            return one
    if before and (one := per(text, at, before)):
        return one
    for reader in (_per_million, _percent, count, _money):
        if one := reader(text, at):
            return one
    if tags := cues(text, at, 1):
        return Item("cue", at, at + 1, tags=tags)
    if (days := unit_days(text, at)) and token.plain not in ONLY_BESIDE:
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
    if length == 1 and text.tokens[at].typed == "dung":
        return frozenset()  # "đúng", "dùng" and "dụng" as much as "đứng"
    entries = _vocabulary().get(text.tokens[at].plain, ())
    return frozenset(
        tag
        for parts, tag in entries
        if len(parts) == length and all(text.means(at + step, part) for step, part in enumerate(parts))
    )


def _phrase(text: Text, at: int) -> Item | None:
    if text.means(at + 1, "thứ") and text.means(at, *UNITS, *TIMES) and (order := text.at(at + 2)):
        number = numeral(text, at + 2)
        if number and order.is_number:
            return Item("cue", at, number.end, number=number.value, tags=frozenset({"final"}))
    for length in (5, 4, 3, 2):
        if at + length <= len(text.tokens) and (tags := cues(text, at, length)):
            return Item("cue", at, at + length, tags=tags)
    return None


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
        if text.tokens[end].typed == "phần" and not text.means(at - 1, *_INTEREST):
            return None  # a share: "hụi 10 phần"
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
    if (one := duration(text, at)) and one.number and at > start:
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
