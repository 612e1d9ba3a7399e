"""Finds what may be the same in two tips: telephones, accounts, links, social accounts, plates, amounts.

Values are normalised, so one number written in ten ways is one number. The reporter's own are marked and must
never be indexed. Pure; nothing found is kept here.
"""

from dataclasses import dataclass
from typing import Final, get_args

from backend.text.identifiers.accounts import accounts
from backend.text.identifiers.amounts import amounts
from backend.text.identifiers.links import links
from backend.text.identifiers.own import OwnSpan, is_own, own_details
from backend.text.identifiers.phones import phones
from backend.text.identifiers.plates import plates
from backend.text.identifiers.social import social_accounts
from backend.text.identifiers.types import Found, Identifier, IdentifierType
from backend.text.identifiers.view import View, view

__all__ = ["Identifier", "Identifiers", "OwnSpan", "identifiers_in"]

MAX_TEXT: Final = 70_000
_OWN_KINDS: Final = frozenset({"phone", "bank_account", "zalo", "facebook"})
_TYPES: Final = ("", *get_args(IdentifierType))
_MAY_SHARE: Final = frozenset({("zalo", "phone"), ("phone", "zalo")})


@dataclass(frozen=True)
class Identifiers:
    """``found`` in the order of the text; ``own`` are the spans that may tell who the reporter is."""

    found: tuple[Identifier, ...]
    own: tuple[OwnSpan, ...]


def identifiers_in(text: str, limit: int = MAX_TEXT) -> Identifiers:
    """Every identifier in the text (at most ``limit`` characters of it), and the reporter's own spans."""
    seen = view(text, limit)
    details = list(own_details(seen))
    taken = [(start, end) for _, start, end in details]
    identifiers: list[Identifier] = []
    for found in _resolved(seen):
        if any(found.start < end and start < found.end for start, end in taken):
            continue
        start, end = seen.span(found.start, found.end)
        own = found.type in _OWN_KINDS and is_own(seen, found.start)
        identifiers.append(Identifier(found.type, found.value, start, end, own))
    own_spans = [OwnSpan(kind, *seen.span(start, end)) for kind, start, end in details]
    for one in identifiers:
        if one.own and one.type in ("phone", "bank_account", "zalo", "facebook"):
            own_spans.append(OwnSpan(one.type, one.start, one.end))
    return Identifiers(
        tuple(sorted(identifiers, key=lambda one: (one.start, one.end))),
        tuple(sorted(set(own_spans), key=lambda span: (span.start, span.end))),
    )


def _resolved(seen: View) -> list[Found]:
    """What the finders found; of two at one place the surer stays (a phone may be a Zalo too)."""
    kept: list[Found] = []
    taken_by = bytearray(len(seen.folded))
    for finder in (links, accounts, social_accounts, phones, plates, amounts):
        for found in finder(seen):
            others = {_TYPES[number] for number in set(taken_by[found.start : found.end]) - {0}}
            if all((found.type, other) in _MAY_SHARE for other in others):
                kept.append(found)
                if not others:
                    number = _TYPES.index(found.type)
                    taken_by[found.start : found.end] = bytes([number]) * (found.end - found.start)
    return kept
