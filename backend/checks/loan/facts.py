"""What is read of a loan: the items of a text, the facts put together from them, and the loan. Data only."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from backend.checks.money.amounts import Amount

ItemKind = Literal["money", "rate", "count", "times", "period", "cue", "stop", "date", "word"]


@dataclass(frozen=True)
class Item:
    """``amount`` of money; ``number`` is percent, days or times; ``days`` those of a unit or a rhythm.

    A rate without ``days`` did not say its period. ``tags`` are the roles that a word can point to.
    """

    kind: ItemKind
    first: int
    last: int
    amount: Amount | None = None
    number: Decimal = Decimal(0)
    days: int | None = None
    tags: frozenset[str] = frozenset()
    day: date | None = None


FLAGS: Final = frozenset(
    {"stays", "instalment", "repays_face", "both", "once", "flat", "nothing", "fee_first", "daily"}
)
"""Words that tell something of the whole loan."""


@dataclass
class Facts:
    """What was read, each with the words it came from. Amounts may still lack a unit (``Amount.bare``).

    ``times`` is a number of payments, ``terms`` are lengths (days, days of their unit), ``rhythm`` the days
    from one payment to the next. ``guessed`` roles had no word of their own. ``stays``: the principal
    stays owed while interest is paid.
    """

    amounts: dict[str, list[Amount]] = field(default_factory=dict)
    fee_percents: list[Decimal] = field(default_factory=list)
    rates: list[Item] = field(default_factory=list)
    times: int | None = None
    terms: list[tuple[int, int]] = field(default_factory=list)
    passed: list[tuple[int, int]] = field(default_factory=list)
    rhythm: int | None = None
    each_fee: bool = False
    stays: bool = False
    instalment: bool = False
    repays_face: bool = False
    both: bool = False
    once: bool = False
    flat: bool = False
    nothing: bool = False
    fee_first: bool = False
    daily: bool = False
    after: bool = False
    guessed: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)

    def one(self, role: str) -> Amount | None:
        """The amount of a role; the last said counts."""
        return self.amounts[role][-1] if self.amounts.get(role) else None


Kind = Literal["instalment", "bullet", "interest_only", "rate_only", "incomplete", "invalid"]


@dataclass(frozen=True)
class Loan:
    """A loan as read. Money in đồng, ``interval_days`` in days, ``rate`` in percent every ``rate_days`` days.

    ``face`` is what the paper says, ``fees`` what was cut from it. ``words`` are the words of each number.
    ``asked`` holds amounts with several readings, by field. ``shape`` is the kind that an incomplete loan
    will have, as far as it is clear; ``term_days`` a length of time that has no role yet.
    """

    kind: Kind
    received: int | None = None
    payments: int | None = None
    interval_days: int | None = None
    payment: int | None = None
    final: int | None = None
    rate: Decimal | None = None
    rate_days: int | None = None
    face: int | None = None
    fees: int = 0
    missing: tuple[str, ...] = ()
    reason: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    asked: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shape: str | None = None
    term_days: int | None = None
