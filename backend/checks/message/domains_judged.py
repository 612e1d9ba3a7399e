"""What the writing of a link tells: whose name it borrows, where it hides, what it promises. Pure."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from backend.checks.message.domains import (
    Brand,
    Link,
    is_ip,
    lists,
    on_platform,
    owner_of,
    read_as,
    registrable,
)
from backend.checks.message.signals import weight_of
from backend.checks.message.signals_types import Signal

_SHORT_NAME: Final = 4
"""A name this long or shorter must stand alone in a host; longer ones are found inside words."""
_ONE_SLIP: Final = 6
"""From this length on a name with one letter wrong is still meant, from half as many more with two."""
_DIGITS_FOR_LETTERS: Final = str.maketrans("013458", "oleasb")
_APP_FILE: Final = re.compile(r"\.(?:apk|xapk|exe|ipa|mobileconfig)(?:$|[?#])", re.IGNORECASE)
_GOV: Final = re.compile(r"(?:^|[.\-\d])(?:gov|govn|goov|g0v)|(?:gov|chinhphu)(?:vn|[.\-\d]|$)")


def judged(link: Link) -> Iterator[Signal]:
    """The signs of one link; nothing for a plain address of somebody unknown."""
    address = link.shown + link.path[:40]
    if _APP_FILE.search(link.path):
        yield _signal("app_file", address)
    if any((link.host + link.path).lower().startswith(one) for one in lists().group_invitations):
        yield _signal("group_link", address)
        return
    if on_platform(link.host):
        return
    if owner_of(link.host) is not None:
        yield _signal("official_link", link.shown)
        return
    if is_ip(link.host):
        yield _signal("ip_address", link.shown)
        return
    if any(link.host == one or link.host.endswith("." + one) for one in lists().shorteners):
        yield _signal("shortener", address)
        return
    yield from _by_name(link)


def _by_name(link: Link) -> Iterator[Signal]:
    host = read_as(link)
    imitated = imitated_brand(host)
    if imitated is not None:
        weight, _ = weight_of("lookalike")
        yield Signal("lookalike", link.shown, weight, (imitated.tactic,) if imitated.tactic else ())
    elif _GOV.search(host):
        weight, _ = weight_of("lookalike")
        yield Signal("lookalike", link.shown, weight, ("fake_gov_app",))
    if any(label.startswith("xn--") for label in link.host.split(".")):
        yield _signal("imitated_script", link.shown)
    if link.host.rpartition(".")[2] in lists().cheap_endings:
        yield _signal("cheap_domain", link.shown)
    joined = host.replace("-", "").replace(".", "")
    bait = next((word for word in lists().bait_words if word.replace("-", "") in joined), None)
    if bait is not None:
        yield _signal("bait_domain", link.shown)
    name = registrable(link.host).partition(".")[0]
    if sum(char.isdigit() for char in name) >= 3 or name.count("-") >= 3 or link.host.count(".") >= 4:
        yield _signal("odd_domain", link.shown)


def imitated_brand(host: str) -> Brand | None:
    """Whose name a host that is not theirs carries: whole, with a slip, or with digits for letters."""
    ending = len(host.rpartition(".")[2]) + 1
    name = host[:-ending]
    parts = [part for part in re.split(r"[.\-_]", name) if part]
    spellings = {name.replace("-", "").replace("_", "")}
    spellings |= {_as_letters(one) for one in spellings}
    every = {*parts, *(_as_letters(part) for part in parts), *(part.strip("0123456789") for part in parts)}
    for written, brand in _names():
        if len(written) <= _SHORT_NAME:
            if written in every:
                return brand
        elif any(written in one for one in spellings):
            return brand
    for written, brand in _names():
        if len(written) >= _ONE_SLIP and any(_nearly(part, written) for part in every):
            return brand
    return None


def _as_letters(written: str) -> str:
    return written.translate(_DIGITS_FOR_LETTERS).replace("rn", "m").replace("vv", "w")


@cache
def _names() -> tuple[tuple[str, Brand], ...]:
    """Every name with its brand, the longest first."""
    pairs = [(name, brand) for brand in lists().brands for name in brand.names]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4_096)
def _nearly(written: str, name: str) -> bool:
    """One letter too many, too few, wrong or swapped; two in a long name."""
    slips = 2 if len(name) >= _ONE_SLIP * 3 // 2 else 1
    return abs(len(written) - len(name)) <= slips and 0 < _distance(written, name, slips) <= slips


def _distance(one: str, other: str, most: int) -> int:
    """Edits (insert, drop, replace, swap neighbours) between two words; ``most + 1`` when there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        now = [i]
        for j, target in enumerate(other, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (char != target))
            if before and j > 1 and char == other[j - 2] and one[i - 2] == target:
                cost = min(cost, before[j - 2] + 1)
            now.append(cost)
        if min(now) > most:
            return most + 1
        before, row = row, now
    return row[-1]


def _signal(code: str, words: str) -> Signal:
    weight, tactics = weight_of(code)
    return Signal(code, words, weight, tactics)
