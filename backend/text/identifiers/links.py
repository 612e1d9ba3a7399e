"""Links, and the Zalo and Facebook accounts that some of them are; the host in small letters."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from backend.text.identifiers.names import any_of
from backend.text.identifiers.phones import dialled
from backend.text.identifiers.types import Found, IdentifierType
from backend.text.identifiers.view import View

_DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\s?\(dot\)\s?|\[dot\]| cham (?=(?:com|vn|net)\b))"
_FACEBOOK: Final = r"(?:(?:m|web|vi-vn)\.)?(?:facebook|fb)\.(?:com|me)/"
_ACCOUNTS: Final[tuple[tuple[re.Pattern[str], IdentifierType], ...]] = (
    (re.compile(r"(?:chat\.)?zalo\.me/(?:g/)?(?P<name>[\w.\-]+)"), "zalo"),
    (re.compile(_FACEBOOK + r"profile\.php\?id=(?P<name>\d+)"), "facebook"),
    (re.compile(_FACEBOOK + r"(?:groups/|people/)?(?P<name>[\w.\-]+)"), "facebook"),
    (re.compile(r"m\.me/(?P<name>[\w.\-]+)"), "facebook"),
)


@cache
def _link() -> re.Pattern[str]:
    scheme = r"(?:h(?:tt|xx)ps?\s?:\s?//\s?)"
    host = rf"[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:{_DOT}[a-z0-9\-]+)*{_DOT}"
    rest = r"(?::\d{2,5})?(?:[/?#][^\s<>\"'\]]*)?"
    named = rf"(?:www{_DOT})?{host}{any_of('top_domains')}(?![\w\-])"
    return re.compile(rf"(?<![\w@.\-])(?:{scheme}[a-z0-9\-]+(?:{_DOT}[a-z0-9\-]+)*|{named}){rest}")


def links(text: View) -> Iterator[Found]:
    """Links in the text."""
    for match in _link().finditer(text.folded):
        written = text.cased[match.start() : match.end()]
        value = _canonical(written)
        if "." not in value:
            continue
        end = match.start() + len(written.rstrip(".,;:!?)…"))
        yield _account(value, match.start(), end) or Found("url", value, match.start(), end)


def _canonical(written: str) -> str:
    plain = re.sub(r"(?i)\[\.\]|\(\.\)|\s?\(dot\)\s?|\[dot\]| cham ", ".", written).rstrip(".,;:!?)…")
    plain = re.sub(r"(?i)^h(?:tt|xx)ps?\s?:\s?//\s?", "", plain)
    host, slash, path = plain.partition("/")
    host = re.sub(r"^www\.", "", host.lower())
    return (host + slash + path).rstrip("/")


def _account(value: str, start: int, end: int) -> Found | None:
    for pattern, kind in _ACCOUNTS:
        match = pattern.match(value.lower())
        if match:
            name = match["name"]
            return Found(kind, dialled(name) or name, start, end)
    return None
