"""Zalo and Facebook accounts and apps by the name beside the word ("zalo Tuấn Vay Nóng", "app Tamo")."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from backend.text.identifiers.names import any_of, listed
from backend.text.identifiers.phones import dialled
from backend.text.identifiers.types import Found, IdentifierType
from backend.text.identifiers.view import View
from backend.text.normalize import strip_marks
from backend.text.syllables import is_syllable

_BEFORE: Final[dict[IdentifierType, str]] = {
    "zalo": r"(?:nick|ten|acc|tk|so|sdt)?\s?(?:z[a4]\s?l[o0]|zl)",
    "facebook": r"(?:nick|acc|tk|trang|page|fanpage)?\s?(?:facebook|fac3book|fb|face|phay)",
    "app": r"(?:app|ung dung|phan mem)(?P<vay>(?: cho vay| vay tien| vay)?)(?!\w)",
}
_SAID: Final = (
    r"(?P<said>(?:\s*[:\-]\s*"
    r"|\s+(?:(?:no |nay |de |co |lay |dat |mang |hien |ghi |xai |dung )*ten(?: la)?"
    r"|nick|la|so|no la|gia|clone|name is|named|called|group|cua no la|cua no ten|cua no"
    r"|cua han|cua ong ta|cua ba ta)\b)*)"
)
_NAME: Final = (
    r"\s*(?:[\"'](?P<quoted>[^\"'\n]{2,40})[\"']"
    r"|(?P<number>\+?\d[\d .\-]{7,14}\d)"
    r"|(?P<handle>@?[a-z0-9]+(?:[._\-][a-z0-9]+)+|@[a-z0-9_.]+)"
    r"|(?P<words>[^\W_]+(?: [^\W_]+){0,4}))"
)
_SHORTEST_MADE_UP: Final = 7
_CLEARLY: Final = re.compile(r"ten|nick|:|la|name")
_NAMED: Final = re.compile(r"ten|name|called")
_WORTH: Final = re.compile(r"\d+(?:k|tr|cu|trieu|ngan|nghin|m)\d*")
"""An amount ends a name: "app Bo Cau 2tr"."""


@cache
def _pattern(kind: IdentifierType) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_BEFORE[kind]}{_SAID}{_NAME}")


@cache
def _known_apps() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./]){any_of('apps')}(?![\w/]|\.\w)")


def social_accounts(text: View) -> Iterator[Found]:
    """Accounts and apps that are named. A number beside "zalo" is its value, normalised as a telephone's."""
    for kind in _BEFORE:
        for match in _pattern(kind).finditer(text.folded):
            found = _named(kind, match, text.cased)
            if found is not None:
                yield found
    for match in _known_apps().finditer(text.folded):
        yield Found("app", re.sub(r"\s+", " ", match.group()), match.start(), match.end())


def _named(kind: IdentifierType, match: re.Match[str], cased: str) -> Found | None:
    for group in ("quoted", "handle"):
        if match[group]:
            value = match[group].lstrip("@").strip()
            return Found(kind, value, match.start(group), match.end(group))
    if match["number"]:
        value = dialled(match["number"]) if kind != "app" else None
        return Found(kind, value, match.start("number"), match.end("number")) if value else None
    return _words(kind, match, cased)


def _is_made_up(word: str) -> bool:
    """True for a name that is no word: "vaynhanh247", "tuanvaynong"."""
    return len(word) >= _SHORTEST_MADE_UP and word.isascii() and not word.isdigit() and not is_syllable(word)


def _words(kind: IdentifierType, match: re.Match[str], cased: str) -> Found | None:
    """The words of a name: capitals, or whatever follows "tên", up to a word that no name has."""
    start = match.start("words")
    if kind == "app" and cased[match.start("vay") + 1 : match.start("vay") + 2].isupper():
        start = match.start("vay") + 1
    written = cased[start : match.end("words")].split(" ")
    clearly = bool((_NAMED if kind == "app" else _CLEARLY).search(match["said"]))
    name: list[str] = []
    for word in written:
        folded = strip_marks(word.lower())
        if (folded in listed("after_a_name") and not word[0].isupper()) or _WORTH.fullmatch(folded):
            break
        if not (clearly or word[0].isupper() or (word[0].isdigit() and name) or _is_made_up(folded)):
            break
        name.append(word)
    if not name or (len(name) == 1 and len(name[0]) < 2):
        return None
    value = " ".join(strip_marks(word.lower()) for word in name)
    return Found(kind, value, start, start + len(" ".join(name)))
