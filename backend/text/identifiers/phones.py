"""Telephone numbers of Viet Nam in every spelling, and foreign ones written with their plus.

Numbering plan: mobile 03, 05, 07, 08, 09 with ten digits; fixed 02 with eleven; 1800/1900 with eight or ten.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View

_WORDS: Final = {
    "khong": "0", "ko": "0", "hong": "0", "o": "0", "zero": "0", "oh": "0", "le": "0", "linh": "0",
    "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "nham": "5",
    "sau": "6", "xau": "6", "bay": "7", "tam": "8", "chin": "9", "chinh": "9",
    "hok": "0", "khum": "0", "kg": "0", "khog": "0", "hog": "0", "l": "1", "i": "1",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES: Final = {"double": "2", "triple": "3"}
_WORD: Final = "|".join(_WORDS)
_GLUED: Final = r"(?:sdt|dt|so|zalo|zl|tel|phone|hotline|lh|alo|goi|dd|mobile)(?=\d{9})"
_LIKE: Final = r"[oqlisbzg]"
"""Letters that are typed for a digit, to pass a filter."""
_PIECE: Final = re.compile(
    rf"(?<!\w)(?P<times>(?:hai|ba|bon|[234]) (?:con|so)|double|triple) (?P<what>{_WORD}|\d)(?!\w)"
    rf"|(?<![\w@])(?<![a-z]/)(?:{_GLUED})?"
    rf"(?P<digits>{_LIKE}*\d(?:\d|{_LIKE})*|[oli]{{2,4}}|[+(]{{1,2}}\d+)(?![^\W_]|_\w)"
    r"|(?<![\w@])(?P<run>0[35789]\d{8})(?=[^\W\d_])"
    rf"|(?<!\w)(?P<word>{_WORD})(?!\w)"
)
_GAP: Final = re.compile(r"[\s.,\-–_()/*~|+:;…]{1,5}")
_MOST_DIGITS: Final = 15
_MOBILE: Final = re.compile(r"0[35789]\d{8}")
_ANNOUNCED: Final = re.compile(
    r"(?<!\w)(?:so dien thoai|sdt|so dt|dt|dien thoai|zalo|so may|phone)[^.]{0,12}$"
)
_MOST_PIECES: Final = 16
_DIALLED: Final = re.compile(r"0[35789]\d{8}|02\d{9}|1[89]00\d{4}(?:\d\d)?")
_BEGINNING: Final = re.compile(r"0[235789]|0084|84|1[89]00")
"""How every number begins that ``dialled`` knows."""
_LONGEST_BEGINNING: Final = 4
_SHORTEST: Final = 8
_FOREIGN: Final = re.compile(r"\+(?!84)[1-9]\d{8,14}")
_MISREAD: Final = str.maketrans("oqlisbzg", "09115829")


def phones(text: View) -> Iterator[Found]:
    """Telephone numbers, as 0xxxxxxxxx; foreign ones as +…

    Neighbouring pieces (groups of digits, digits in words, or both) are joined to the longest number that can
    be dialled.
    """
    pieces = list(_PIECE.finditer(text.folded))
    written = [_digits(piece) for piece in pieces]
    joined = [_joins(text.folded, one, next_one) for one, next_one in pairwise(pieces)]
    index = 0
    while index < len(pieces):
        last, value = _longest(written, joined, index)
        if value is not None:
            group = next(name for name in ("times", "digits", "run", "word") if pieces[index][name])
            yield Found("phone", value, pieces[index].start(group), pieces[last].end())
        elif _ANNOUNCED.search(text.folded[: pieces[index].start()][-30:]):
            last, value = _without_zero(pieces, joined, index)
            if value is not None:
                yield Found("phone", value, pieces[index].start(), pieces[last].end())
        index = last + 1


def dialled(written: str) -> str | None:
    """The number as it is dialled inside Viet Nam, or None when it is no Vietnamese telephone number."""
    digits = _plain(written)
    digits = re.sub(r"^(?:00)?84(?=0?[235789]\d{8})0?", "0", digits)
    return digits if _DIALLED.fullmatch(digits) else None


def _joins(folded: str, one: re.Match[str], following: re.Match[str]) -> bool:
    """Whether nothing but what may stand inside a number stands between two pieces."""
    return bool(_GAP.fullmatch(folded, one.end(), following.start()))


def _longest(written: Sequence[str], joined: Sequence[bool], first: int) -> tuple[int, str | None]:
    """The last piece of the longest number that begins with the ``first``, and its value.

    Args:
        written: each piece as digits.
        joined: whether each piece joins the one after it.
    """
    last, value, digits = first, None, ""
    for ahead in range(first, min(first + _MOST_PIECES, len(written))):
        if ahead > first and not joined[ahead - 1]:
            break
        digits += written[ahead]
        if len(digits) > _MOST_DIGITS + 1 or not _may_begin(digits):
            break
        if len(digits) < _SHORTEST:
            continue
        number = _FOREIGN.fullmatch(digits)
        candidate = number.group() if number else dialled(digits)
        if candidate is not None:
            last, value = ahead, candidate
    return last, value


def _without_zero(
    pieces: Sequence[re.Match[str]], joined: Sequence[bool], first: int
) -> tuple[int, str | None]:
    """A mobile number said in words without its first zero: nine of them and no more."""
    last = first
    while last < len(joined) and joined[last] and pieces[last + 1]["word"]:
        last += 1
    said = "".join(_WORDS[piece["word"]] for piece in pieces[first : last + 1] if piece["word"])
    number = f"0{said}"
    return (last, number) if _MOBILE.fullmatch(number) and last - first == len(said) - 1 else (first, None)


def _may_begin(written: str) -> bool:
    """Whether a number may begin so, as far as can be told yet; most runs of single digits end here."""
    if written.startswith("+"):
        return True
    digits = _plain(written)
    return len(digits) < _LONGEST_BEGINNING or bool(_BEGINNING.match(digits))


def _plain(written: str) -> str:
    return re.sub(r"\D", "", written.translate(_MISREAD))


def _digits(piece: re.Match[str]) -> str:
    if piece["times"]:
        first = piece["times"].split()[0]
        return _WORDS.get(piece["what"], piece["what"]) * int(_TIMES.get(first) or _WORDS.get(first, first))
    if piece["word"]:
        return _WORDS[piece["word"]]
    return (piece["digits"] or piece["run"]).replace("(", "")
