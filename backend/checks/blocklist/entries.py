"""Reported addresses, telephone numbers and accounts in one spelling, and what a text has of them.

Pure: the table is in ``blocklist_repository``. Nothing is looked up outside; a list says what somebody
reported, as of its date, and no more.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from backend.checks.message.domains import (
    Link,
    is_ip,
    links_in,
    on_platform,
    owner_of,
    read_link,
    registrable,
)
from backend.text.identifiers.accounts import accounts
from backend.text.identifiers.phones import dialled, phones
from backend.text.identifiers.types import Found
from backend.text.identifiers.view import View

Kind = Literal["address", "phone", "account"]
Entry = tuple[Kind, str]

MAX_OF_A_KIND: Final = 20
"""Numbers of one text that are compared with the lists."""
_ACCOUNT: Final = re.compile(r"\d{6,19}")
_LONGEST_NUMBER: Final = 40
"""Characters of a text that is nothing but a number; it needs no word beside it to be an account."""
_COMMENT: Final = ("#", "!", ";")


@dataclass(frozen=True)
class Listed:
    """Something in the text that a list names; ``written`` is how it stands in the list."""

    kind: Kind
    written: str
    source: str
    listed_on: date


def entries_of(lines: Iterable[str], kind: Kind | None = None) -> Iterator[Entry | None]:
    """Each line of a list as an entry, None for one that is nothing we know; comments are left out."""
    for line in lines:
        plain = line.strip().lstrip("\ufeff")
        if plain and not plain.startswith(_COMMENT):
            yield entry_of(plain, kind)


def entry_of(written: str, kind: Kind | None = None) -> Entry | None:
    """One address, number or account in its one spelling; ``kind`` unless it is told by the shape.

    A telephone is 0xxxxxxxxx, an account digits, an address ``host`` or ``host/path``.
    """
    written = written.strip().strip("\"'").split(",")[0].strip()
    if kind in (None, "phone") and re.fullmatch(r"[+\d][\d .()\-]{5,20}", written):
        number = dialled(written)
        if number is not None:
            return "phone", number
    digits = re.sub(r"[ .\-]", "", written)
    if kind in (None, "account") and _ACCOUNT.fullmatch(digits):
        return "account", digits
    if kind in (None, "address"):
        link = read_link(written)
        if link is not None:
            return "address", link.host + link.path
    return None


def candidates(text: View) -> list[Entry]:
    """What of a text may stand in a list: links with the domains above them, telephones, accounts."""
    found: list[Entry] = [("address", value) for link in links_in(text) for value in _spellings(link)]
    found += [("phone", value) for value in _few(phones(text))]
    found += [("account", value) for value in _few(accounts(text))]
    if len(text.folded) <= _LONGEST_NUMBER:
        alone = entry_of(text.folded, "account")
        found += [alone] if alone else []
    return list(dict.fromkeys(found))


def covered(entry: Entry, allowed: Iterable[Entry]) -> bool:
    """Whether something allowed stands for this entry too: a domain for all that is under it."""
    kind, value = entry
    host = value.partition("/")[0]
    for allowed_kind, allowed_value in allowed:
        if kind != allowed_kind:
            continue
        if value == allowed_value or value.startswith(allowed_value + "/"):
            return True
        if kind == "address" and "/" not in allowed_value and host.endswith("." + allowed_value):
            return True
    if kind != "address":
        return False
    return "/" not in value if on_platform(host) else owner_of(host) is not None


def _spellings(link: Link) -> Iterator[str]:
    """The ways in which a list may name the link, the nearest first; never a whole public ending."""
    path = link.path.partition("#")[0]
    if path:
        yield link.host + path
        yield (link.host + path.partition("?")[0]).rstrip("/")
    yield link.host
    top = registrable(link.host)
    labels = link.host.split(".")
    for start in range(1, len(labels)):
        parent = ".".join(labels[start:])
        if is_ip(link.host) or len(parent) < len(top):
            return
        yield parent


def _few(found: Iterable[Found]) -> list[str]:
    return [*dict.fromkeys(one.value for one in found)][:MAX_OF_A_KIND]
