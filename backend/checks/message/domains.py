"""Links in a text: where they stand, whose they are, and the host in one spelling.

Nothing is looked up: a link is judged by how it is written (``domains_judged``) and by lists that we keep.
Pure; every expression looks at each character a bounded number of times.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.identifiers.names import listed
from backend.text.identifiers.view import View
from backend.text.lookalikes import LETTERS_OF_OTHER_SCRIPTS
from backend.text.normalize import plain_character, strip_marks
from backend.text.syllables import is_syllable

_FILE: Final = "checks/official_domains.yml"
_DOT: Final = r"(?:\.|\[\.\]|\(\.\)|\(dot\)|\[dot\])"
_LABEL: Final = r"[a-z0-9](?:[a-z0-9\-_]{0,62})"
_LINK: Final = re.compile(
    r"(?<![\w@.\-])(?P<scheme>h(?:tt|xx)ps?\s?:\s?/\s?/\s?)?"
    rf"(?P<host>{_LABEL}(?:{_DOT}{_LABEL}){{1,9}})(?![\w\-@])"
    r"(?::\d{2,5})?(?P<path>[/?#][^\s<>\"']{0,500})?"
)
_IP: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_SCHEME: Final = re.compile(r"(?i)^h(?:tt|xx)ps?\s?:\s?/\s?/\s?")
_BRACKETED_DOT: Final = re.compile(r"(?i)\[\.\]|\(\.\)|\(dot\)|\[dot\]")
_TRAILING: Final = ".,;:!?)]}…*_~"
_OTHER_SCRIPTS: Final = str.maketrans(LETTERS_OF_OTHER_SCRIPTS)
MAX_LINKS: Final = 20
"""Links of one text that are looked at."""


@dataclass(frozen=True)
class Link:
    """``host``: small letters, ASCII (other scripts as ``xn--…``), without ``www.``; ``path`` with its slash.

    ``shown`` is the host as it was written; ``start`` and ``end`` are positions in the view of the text.
    """

    host: str
    path: str
    shown: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Brand:
    """An organisation that is imitated: its real domains, its names as hosts spell them, and the topic."""

    id: str
    domains: tuple[str, ...]
    names: tuple[str, ...]
    tactic: str | None


@dataclass(frozen=True)
class DomainLists:
    """What ``data/checks/official_domains.yml`` says."""

    brands: tuple[Brand, ...]
    official_suffixes: tuple[str, ...]
    shared_suffixes: frozenset[str]
    platforms: frozenset[str]
    shorteners: frozenset[str]
    group_invitations: tuple[str, ...]
    cheap_endings: frozenset[str]
    word_endings: frozenset[str]
    endings: frozenset[str]
    bait_words: tuple[str, ...]


def links_in(text: View) -> Iterator[Link]:
    """The links of a text, at most ``MAX_LINKS``; an address without ``http`` needs a known ending."""
    found = 0
    for match in _LINK.finditer(text.folded.translate(_OTHER_SCRIPTS)):
        end = match.start() + len(match.group().rstrip(_TRAILING))
        link = read_link(text.slice(match.start(), end), match.start(), end)
        if link is None or not (match["scheme"] or _looks_like_an_address(match["host"], match["path"])):
            continue
        yield link
        found += 1
        if found == MAX_LINKS:
            return


def read_link(written: str, start: int = 0, end: int = 0) -> Link | None:
    """An address as it was written, with or without ``http://``; None when it is none."""
    plain = "".join(char for char in written.strip() if unicodedata.category(char) not in ("Cf", "Cc"))
    plain = _SCHEME.sub("", _BRACKETED_DOT.sub(".", plain)).rstrip(_TRAILING)
    split = re.search(r"[/?#]", plain)
    shown, path = (plain[: split.start()], plain[split.start() :]) if split else (plain, "")
    shown = re.sub(r":\d{1,5}$", "", shown).lower().rpartition("@")[2].strip(".")
    host = _ascii(shown).removeprefix("www.")
    if "." not in host or ".." in host or len(host) > 253 or not re.fullmatch(r"[a-z0-9.\-_]+", host):
        return None
    return Link(host, path.rstrip("/"), shown.removeprefix("www."), start, end)


def registrable(host: str) -> str:
    """The part that somebody registered: ``x.y.com.vn`` → ``y.com.vn``; of a shared host, its customer's."""
    if _IP.fullmatch(host):
        return host
    labels = host.split(".")
    own = 3 if ".".join(labels[-2:]) in lists().shared_suffixes else 2
    return ".".join(labels[-own:])


def is_ip(host: str) -> bool:
    """True when the host is a bare IP address."""
    return bool(_IP.fullmatch(host))


def read_as(link: Link) -> str:
    """The host in plain letters: what a reader takes it for."""
    if link.shown.isascii():
        return link.host
    return "".join(
        strip_marks(plain_character(char)) for char in link.shown.translate(_OTHER_SCRIPTS)
    ).lower()


def owner_of(host: str) -> str | None:
    """The organisation whose real domain this is (``gov`` for the state's), or None."""
    return next((owner for domain, owner in _official().items() if _within(host, domain)), None)


def on_platform(host: str) -> bool:
    """True when anybody may publish under this host (facebook.com, sites.google.com)."""
    return any(_within(host, platform) for platform in lists().platforms)


@cache
def lists() -> DomainLists:
    """The lists, read once. Raises ``DataFileError``."""
    content = read_mapping(data_folder() / _FILE)
    try:
        brands = tuple(
            Brand(name, tuple(one["domains"]), tuple(one.get("names", [name])), one.get("tactic"))
            for name, one in content["brands"].items()
        )
        cheap = frozenset(content["cheap_endings"])
        return DomainLists(
            brands=brands,
            official_suffixes=tuple(content["official_suffixes"]),
            shared_suffixes=frozenset(content["shared_suffixes"]),
            platforms=frozenset(content["platforms"]),
            shorteners=frozenset(content["shorteners"]),
            group_invitations=tuple(content["group_invitations"]),
            cheap_endings=cheap,
            word_endings=frozenset(content["word_endings"]),
            endings=frozenset(listed("top_domains")) | cheap | frozenset(content["more_endings"]),
            bait_words=tuple(content["bait_words"]),
        )
    except KeyError as error:
        raise DataFileError(f"{_FILE} lacks {error.args[0]}") from error


@cache
def _official() -> dict[str, str]:
    known = {suffix: "gov" for suffix in lists().official_suffixes}
    return known | {domain: brand.id for brand in lists().brands for domain in brand.domains}


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)


def _looks_like_an_address(host: str, path: str | None) -> bool:
    """Whether something without ``http`` is an address: "tien.me" may be the end of a sentence."""
    if _IP.fullmatch(host):
        return bool(path)
    labels = _BRACKETED_DOT.sub(".", host).split(".")
    if labels[-1] not in lists().endings:
        return False
    return bool(path) or labels[-1] not in lists().word_endings or not all(map(is_syllable, labels[:-1]))


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    labels = []
    for label in unicodedata.normalize("NFKC", host).split("."):
        try:
            labels.append(label.encode("idna").decode("ascii"))
        except UnicodeError:
            labels.append("xn--" + label.encode("punycode").decode("ascii"))
    return ".".join(labels).lower()
