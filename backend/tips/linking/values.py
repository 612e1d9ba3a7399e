"""What a tip names that may stand in another tip too: the identifiers of its texts, each in one spelling.
Pure.

The reporter's own details are left out wherever they stand, and so is what names nobody: official numbers
and domains, apps that everybody has, a bare first name.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, get_args

from backend.checks.message.domains import lists, on_platform, owner_of, read_link, registrable
from backend.knowledge.content.hotlines import load_hotlines
from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.identifiers import Identifier, identifiers_in
from backend.text.identifiers.phones import dialled
from backend.text.normalize import fold, strip_marks

Kind = Literal["phone", "bank_account", "url", "zalo", "facebook", "vehicle_plate", "app", "wording"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WORDING: Final = "wording"
"""The one kind that is no identifier: worded alike (``wording``)."""
_NAMED: Final = ("zalo", "facebook", "app")
_MOBILE: Final = re.compile(r"0[35789]\d{8}")
_SHORTEST_ACCOUNT: Final = 6
MOST: Final = 60
"""Values of one tip that are kept: more is no tip but a list."""


@dataclass(frozen=True, order=True)
class Value:
    """A kind and what it is, in one spelling."""

    kind: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Named:
    """What a tip names: ``values`` may be compared; ``own`` are the reporter's and never may."""

    values: tuple[Value, ...] = field(repr=False)
    own: frozenset[Value] = field(repr=False)


def named_in(texts: Iterable[str]) -> Named:
    """What the texts of one reporter name."""
    found = [one for text in texts for one in identifiers_in(text).found]
    mine = frozenset(value for one in found if one.own for value in _values(one))
    named = dict.fromkeys(value for one in found for value in _values(one))
    return Named(tuple(value for value in named if value not in mine)[:MOST], mine)


def asked_for(text: str) -> tuple[Value, ...]:
    """What a member who searches for ``text`` may mean: a number, a link, a plate or a name."""
    read = [one for form in (text, f"stk {text}", f"biển số {text}") for one in identifiers_in(form).found]
    values = [value for one in read for value in _values(one)]
    digits = re.sub(r"[\s.\-+]", "", text)
    if digits.isdigit():
        if phone := dialled(digits):
            values += _spelt("phone", phone)
        values += _spelt("bank_account", digits)
    elif not any(value.kind in ("phone", "bank_account", "url", "vehicle_plate") for value in values):
        values += [value for kind in _NAMED for value in _spelt(kind, text)]
    return tuple(dict.fromkeys(values))


def _values(found: Identifier) -> list[Value]:
    return list(_spelt(found.type, found.value))


def _spelt(kind: str, written: str) -> Iterator[Value]:
    """The values that an identifier stands for: none if it names nobody, two for an account like a phone."""
    if kind == "url":
        yield from _link(written)
    elif kind in _NAMED:
        yield from _name(kind, written)
    elif kind == "bank_account":
        if len(written) >= _SHORTEST_ACCOUNT:
            yield Value(kind, written)
        if _MOBILE.fullmatch(written):
            yield Value("phone", written)
    elif kind == "vehicle_plate" or (kind == "phone" and written not in _official_numbers()):
        yield Value(kind, written)


def _link(written: str) -> Iterator[Value]:
    """A link by the domain that somebody registered; where anybody may publish, by its whole address."""
    link = read_link(written)
    if link is None:
        return
    if on_platform(link.host) or registrable(link.host) in lists().shorteners:
        if link.path:
            yield Value("url", link.host + link.path)
    elif owner_of(link.host) is None:
        yield Value("url", registrable(link.host))


def _name(kind: str, written: str) -> Iterator[Value]:
    """A name of an account or app in one word; a telephone number is one, whatever it was said to be."""
    if phone := dialled(written) if kind != "app" else None:
        yield from _spelt("phone", phone)
        return
    words = re.findall(r"[^\W_]+", strip_marks(fold(written)).lower())
    while len(words) > 1 and words[0] in _listed("forms_of_address"):
        words = words[1:]
    name = "".join(words)
    if kind == "app":
        if len(name) > 1 and name not in _listed("apps"):
            yield Value(kind, name)
    elif len(words) > 1 or re.search(r"\d", name) or len(name) > _LONGEST_SYLLABLE:
        yield Value(kind, name)


_LONGEST_SYLLABLE: Final = 6
"""Letters: a longer word is no bare first name ("Nghiêng" aside)."""


@cache
def _official_numbers() -> frozenset[str]:
    hotlines = load_hotlines(data_folder() / "hotlines.yml").values()
    return frozenset(re.sub(r"\D", "", hotline.number) for hotline in hotlines)


@cache
def _listed(key: str) -> frozenset[str]:
    entries = read_mapping(data_folder() / "linking.yml").get(key)
    if not isinstance(entries, list):
        raise DataFileError(f"linking.yml lacks {key}")
    return frozenset(map(str, entries))
