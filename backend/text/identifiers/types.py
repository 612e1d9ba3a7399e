"""What a finder returns."""

from dataclasses import dataclass
from typing import Literal

IdentifierType = Literal["phone", "bank_account", "url", "zalo", "facebook", "vehicle_plate", "app", "amount"]


@dataclass(frozen=True)
class Identifier:
    """Something in a text that may be the same in another tip.

    ``value`` is normalised: phones 0xxxxxxxxx (foreign ones +…), accounts digits, plates capitals and
    digits, links host and path, names folded, amounts a number of đồng. ``start`` and ``end`` are positions
    in the text.
    """

    type: IdentifierType
    value: str
    start: int
    end: int
    own: bool = False
    """The reporter's own: shown to nobody who need not see it, and never indexed."""


@dataclass(frozen=True)
class Found:
    """What a finder found, with its span in the folded view."""

    type: IdentifierType
    value: str
    start: int
    end: int
