"""Links, and the Zalo and Facebook accounts that some of them are; the host in small letters."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from backend.text.identifiers.names import any_of
from backend.text.identifiers.phones import dialled
from backend.text.identifiers.types import Found, IdentifierType
from backend.text.identifiers.view import View
from backend.text.syllables import is_syllable

_SAID_TOP: Final = (
    r"(?:com|vn|net|org|top|xyz|info|me|ly|club|vip|online|site|shop|io|cc|app|link|asia|store|win|bet|live"
    r"|pro|fun|us)"
)
"""What is told as the end of an address when its dots are words or stand apart."""
_DOT: Final = (
    r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\s?[(\[](?:dot|cham)[)\]]\s?"
    rf"|(?: cham | dot | \. |\. | \.)(?={_SAID_TOP}(?![\w\-])))"
)
"""A dot as written, bracketed, in words, or with spaces around it; the last two only before a known end."""
_DOT_APART: Final = re.compile(r"\[\.\]|\(\.\)|\{\.\}|\s?[(\[](?:dot|cham)[)\]]\s?| cham | dot |\s\.\s?|\.\s")
_SCHEME: Final = r"(?:h(?:tt|xx)ps?\s?:\s?/\s?/\s?)"
_SLASH_APART: Final = re.compile(r" (?:gach cheo|gach xuyet|xuyet|xuyec|xet|slash) ")
_DASH_APART: Final = re.compile(r"(?<=\w) (?:gach ngang|gach noi|gach) (?=\w)")
_FACEBOOK: Final = r"(?:(?:m|web|vi-vn)\.)?(?:facebook|fb)\.(?:com|me)/"
_ACCOUNTS: Final[tuple[tuple[re.Pattern[str], IdentifierType], ...]] = (
    (re.compile(r"(?:chat\.)?zalo\.me/(?:g/)?(?P<name>[\w.\-]+)"), "zalo"),
    (re.compile(_FACEBOOK + r"profile\.php\?id=(?P<name>\d+)"), "facebook"),
    (re.compile(_FACEBOOK + r"(?:groups/|people/)?(?P<name>[\w.\-]+)"), "facebook"),
    (re.compile(r"m\.me/(?P<name>[\w.\-]+)"), "facebook"),
)


@cache
def _link() -> re.Pattern[str]:
    host = rf"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:{_DOT}[a-z0-9\-]+)*{_DOT}"
    ends = r"[^\s<>\"'\]]*"
    slash = r"\s?(?:/|\s(?:gach cheo|gach xuyet|xuyet|xuyec|slash)\s)"
    rest = rf"(?::\d{{2,5}})?(?:{slash}{ends}|[?#]{ends})?"
    named = rf"(?:www\s?{_DOT})?{host}{any_of('top_domains')}(?![\w\-])"
    return re.compile(rf"(?<![\w@.\-])(?:{_SCHEME}[a-z0-9\-]+(?:{_DOT}[a-z0-9\-]+)*|{named}){rest}")


def links(text: View) -> Iterator[Found]:
    """Links in the text."""
    for match in _link().finditer(text.folded):
        written = text.cased[match.start() : match.end()]
        if not _is_meant(match, text):
            continue
        value = _canonical(written)
        if "." not in value:
            continue
        end = match.start() + len(written.rstrip(".,;:!?)…"))
        found = _account(value, match.start(), end) or Found("url", value, match.start(), end)
        yield found
        if found.type == "zalo" and dialled(found.value) == found.value:
            yield Found("phone", found.value, found.start, found.end)


def _is_meant(match: re.Match[str], text: View) -> bool:
    """With a dot apart, only an unmarked name that is no plain word is an address ("trưa. cơm" is none)."""
    written = text.slice(*match.span())
    apart = re.search(r"\s\.|\.\s", written)
    if apart is None or re.match(_SCHEME, match.group()) or match.group().startswith("www"):
        return True
    name = re.split(r"[\s.]", match.group(), maxsplit=1)[0]
    after = written[apart.end() :]
    return written.isascii() and ("/" in after or not is_syllable(name))


def _canonical(written: str) -> str:
    plain = re.sub(rf"(?i)^{_SCHEME}", "", written)
    plain = _SLASH_APART.sub("/", _DOT_APART.sub(".", plain)).rstrip(".,;:!?)…")
    host, slash, path = plain.partition("/")
    host = re.sub(r"\s", "", re.sub(r"^www\.", "", host.lower()))
    return (host + slash + path).rstrip("/")


def _account(value: str, start: int, end: int) -> Found | None:
    for pattern, kind in _ACCOUNTS:
        match = pattern.match(value.lower())
        if match:
            name = match["name"]
            return Found(kind, dialled(name) or name, start, end)
    return None
