"""The receipt as the bot handles it: making one, showing one, recognising one in what was typed.

16 random digits and a Damm check digit (it catches every single wrong digit
and every swap of neighbours). The bot keeps a receipt only in the sealed draft until the worker has
noted it, and in memory while a mailbox is open.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from typing import Final

from stdnum import damm

from backend.text.normalize import normalise

DIGITS: Final = 17
_GROUPS: Final = (4, 4, 4, 5)
# Digits with spaces, dots, dashes or underscores between them, standing apart from other digits.
_RUN: Final = re.compile(r"(?<![\d+])\d(?:[ .\-_–—]{0,3}\d){16}(?![ .\-_–—]{0,3}\d)")
_LETTER: Final = r"[^\W\d_]"
# Digits, with the letters that stand for 0 and 1 among them or in their place.
_NUMBER: Final = re.compile(
    rf"(?:(?<!{_LETTER})[oOlI]+)?\d(?:\d|[oOlI](?!(?![oOlI]){_LETTER}))*|(?<![^\W_])[oOlI]+(?![^\W_])"
)
_GAP: Final = re.compile(r"[\W_]?")
_WIDE_GAP: Final = re.compile(r"[\W_]{0,3}")
_AMOUNT_OR_DAY: Final = r"(?:\d{1,3}(?:[.,]\d{3})+|[0-3]?\d[/.-][01]?\d[/.-](?:19|20)\d\d)"
_AMOUNTS: Final = re.compile(rf"{_AMOUNT_OR_DAY}(?:[\W_]{{0,3}}{_AMOUNT_OR_DAY})*")
_DIGIT_OF: Final = str.maketrans("oOlI", "0011")
_NEAR: Final = range(15, 20)
"""How many digits a receipt may have come to, with some lost or doubled. Bank accounts have fewer."""
_SHORTEST_GROUP: Final = 4
_LONGEST_GROUP: Final = 5
_ATTACHED: Final = 4
"""Digits that touch a letter are an amount ("300k") when they are fewer."""
_ONLY: Final = re.compile(r"[\d .\-_–—,:#]+")


def new_receipt() -> str:
    """A fresh receipt: 17 digits, the last one a check digit."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(DIGITS - 1))
    return body + damm.calc_check_digit(body)


def is_receipt(digits: str) -> bool:
    """Whether ``digits`` are 17 ASCII digits whose last one is right."""
    return len(digits) == DIGITS and digits.isascii() and digits.isdigit() and bool(damm.is_valid(digits))


def shown(receipt: str) -> str:
    """4-4-4-5 with spaces, as it is written on paper."""
    parts, start = [], 0
    for size in _GROUPS:
        parts.append(receipt[start : start + size])
        start += size
    return " ".join(parts)


def find(text: str) -> str | None:
    """The 17 digits that look like a receipt anywhere in ``text``, right or wrong; a right one first.

    Spaces, dots and dashes between digits do not matter, nor does the script the digits are in.
    """
    runs = [re.sub(r"\D", "", match.group()) for match in _RUN.finditer(normalise(text))]
    return next((run for run in runs if is_receipt(run)), runs[0] if runs else None)


def find_near(text: str) -> str | None:
    """What ``find`` finds, or else the digits of one number that may be a receipt gone wrong.

    15 to 19 digits with single signs of any kind between them (up to three between groups as short as a
    receipt's), o and l taken for 0 and 1. Amounts and days are left alone.
    """
    return find(text) or next(
        (_digits(group) for group in _groups(_plain(text)) if _may_be_receipt(group)), None
    )


def _plain(text: str) -> str:
    """One spelling, with every sign for a digit as that digit."""
    return "".join(str(unicodedata.digit(char, char)) for char in normalise(text))


def _groups(plain: str) -> Iterator[str]:
    """The numbers of a text as they stand there, each with all that may belong to it."""
    group: list[re.Match[str]] = []
    for number in _NUMBER.finditer(plain):
        if _is_quantity(number):
            yield from _closed(group, plain)
            group = []
        elif group and not _belongs(group[-1], number, plain):
            yield from _closed(group, plain)
            group = [number]
        else:
            group.append(number)
    yield from _closed(group, plain)


def _closed(group: list[re.Match[str]], plain: str) -> Iterator[str]:
    """The group as text, without words like "lo" at its ends ("lolo" may be a receipt's 1010)."""
    while group and _is_word(group[-1]):
        group = group[:-1]
    while group and _is_word(group[0]):
        group = group[1:]
    if group:
        yield plain[group[0].start() : group[-1].end()]


def _is_word(number: re.Match[str]) -> bool:
    return number.group().isalpha() and len(number.group()) < _SHORTEST_GROUP


def _belongs(before: re.Match[str], number: re.Match[str], plain: str) -> bool:
    short = max(len(before.group()), len(number.group())) <= _LONGEST_GROUP
    gap = _WIDE_GAP if short else _GAP
    return bool(gap.fullmatch(plain, before.end(), number.start()))


def _is_quantity(number: re.Match[str]) -> bool:
    before, after = number.string[: number.start()][-1:], number.string[number.end() :][:1]
    return (before.isalpha() or after.isalpha()) and len(number.group()) < _ATTACHED


def _digits(group: str) -> str:
    return re.sub(r"\D", "", group.translate(_DIGIT_OF))


def _may_be_receipt(group: str) -> bool:
    return len(_digits(group)) in _NEAR and not _AMOUNTS.fullmatch(group)


def is_only_receipt(text: str) -> bool:
    """Whether ``text`` is a right receipt and nothing else."""
    plain = normalise(text)
    return bool(_ONLY.fullmatch(plain)) and is_receipt(re.sub(r"\D", "", plain))
