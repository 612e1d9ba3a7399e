"""The arithmetic of a loan: money received against money paid back, as rates a year. Pure and exact.

Money is whole đồng, time is days (a week 7, a month 30, a year 365), rates are percent a year as ``Decimal``,
computed to 1e-9 at least. Nothing here knows who lends or what the law says of it beyond the two thresholds.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Final

YEAR: Final = 365
MONTH: Final = 30
WEEK: Final = 7
CAP: Final = Decimal(20)
"""Percent a year: what goes above is void (Civil Code 91/2015/QH13, art. 468)."""
CRIMINAL: Final = Decimal(100)
"""Percent a year: from five times the cap on, one condition of usury (Penal Code, art. 201)."""

_PLACES: Final = Decimal("1e-9")
_PRECISION: Final = 50
_STEPS: Final = 400


class Impossible(ValueError):
    """No rate can be told; ``reason`` is one of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


REASONS: Final = (
    "nothing_received",
    "repays_less",
    "not_positive",
    "too_large",
    "term_too_long",
    "fees_exceed",
)
LONGEST_DAYS: Final = 100 * YEAR
MOST_PAYMENTS: Final = 10_000


@dataclass(frozen=True)
class CashFlow:
    """``received`` đồng at the start, then ``payments`` of ``payment`` đồng, one every ``interval`` days.

    The last payment is ``final``. ``payments`` is ``None`` for interest paid without an end, while
    the principal ``received`` stays owed.
    """

    received: int
    payment: int
    interval: int
    payments: int | None = 1
    final: int | None = None

    @property
    def last(self) -> int:
        return self.payment if self.final is None else self.final

    @property
    def total_paid(self) -> int | None:
        """Everything paid back, in đồng; ``None`` without an end."""
        return None if self.payments is None else self.payment * (self.payments - 1) + self.last

    @property
    def days(self) -> int | None:
        """The whole term in days; ``None`` without an end."""
        return None if self.payments is None else self.payments * self.interval


@dataclass(frozen=True)
class Rates:
    """Percent a year: simple on the money received, and the internal rate of return."""

    simple: Decimal
    apr: Decimal | None


def rates(flow: CashFlow) -> Rates:
    """Both rates of a cash flow. Raises ``Impossible``."""
    _check(flow)
    with localcontext() as context:
        context.prec = _PRECISION
        a_year = Decimal(YEAR)
        if flow.payments is None:
            each = Decimal(100) * flow.payment / flow.received * a_year / flow.interval
            return Rates(_rounded(each), _rounded(each))
        total, days = flow.payment * (flow.payments - 1) + flow.last, flow.payments * flow.interval
        simple = Decimal(100) * (total - flow.received) / flow.received / days * a_year
        if flow.payments == 1:
            return Rates(_rounded(simple), _rounded(simple))
        apr = Decimal(100) * _return_per_interval(flow) * a_year / flow.interval
        return Rates(_rounded(simple), _rounded(apr))


def stated_rate(percent: Decimal, days: int) -> Decimal:
    """A stated rate as percent a year: per month (30 days) × 12, per day × 365, per year itself."""
    with localcontext() as context:
        context.prec = _PRECISION
        if days >= YEAR:
            return _rounded(percent * YEAR / days)
        if days % MONTH == 0:
            return _rounded(percent * 12 * MONTH / days)
        return _rounded(percent * YEAR / days)


def lawful_interest(received: int, days: int) -> int:
    """20 % a year on the money received for the days, in whole đồng."""
    return int((Decimal(received) * CAP / 100 * days / YEAR).to_integral_value())


def above_cap(simple: Decimal) -> bool:
    return simple > CAP


def above_criminal(simple: Decimal) -> bool:
    return simple >= CRIMINAL


def times_cap(simple: Decimal) -> Decimal:
    """How many times 20 % a year, to one decimal."""
    return (simple / CAP).quantize(Decimal("0.1"))


def _check(flow: CashFlow) -> None:
    if flow.received <= 0:
        raise Impossible("nothing_received")
    if (
        flow.interval <= 0
        or flow.payment < 0
        or flow.last < 0
        or (flow.payments is not None and flow.payments < 1)
    ):
        raise Impossible("not_positive")
    if flow.payments is not None and (
        flow.payments > MOST_PAYMENTS or flow.payments * flow.interval > LONGEST_DAYS
    ):
        raise Impossible("term_too_long")
    if flow.payments is None:
        if flow.payment == 0:
            raise Impossible("not_positive")
    elif flow.payment * (flow.payments - 1) + flow.last < flow.received:
        raise Impossible("repays_less")


def _return_per_interval(flow: CashFlow) -> Decimal:
    """The rate at which the payments are worth the money received, by bisection between sure bounds.

    All payments are positive and come after the money: their worth falls as the rate rises, so one root
    exists.
    """
    low, high = Decimal(0), Decimal(1)
    if _worth(flow, low) <= flow.received:
        return low
    while _worth(flow, high) > flow.received:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _worth(flow, middle) > flow.received:
            low = middle
        else:
            high = middle
        if high - low < Decimal("1e-20") * (1 + low):
            break
    return (low + high) / 2


def _worth(flow: CashFlow, rate: Decimal) -> Decimal:
    """The payments' worth on the first day, in đồng."""
    count = flow.payments or 0
    if rate == 0:
        return Decimal(flow.payment * (count - 1) + flow.last)
    discount = (1 + rate) ** -count
    level = flow.payment * (1 - discount) / rate
    return level + (flow.last - flow.payment) * discount


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_EVEN)
