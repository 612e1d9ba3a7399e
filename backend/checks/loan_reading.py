"""From the facts of a text to one loan: kind, money received, payments, term, what is missing. Pure."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, Literal

from backend.checks.arithmetic import MONTH, YEAR
from backend.checks.loan_roles import Facts, read
from backend.checks.money import MOST_VND, Amount, bare_readings
from backend.checks.numbers import Text

Kind = Literal["instalment", "bullet", "interest_only", "rate_only", "incomplete", "invalid"]

THOUSAND: Final = 1_000
MILLION: Final = 1_000_000


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


def loan_in(text: Text, pawned: bool = False) -> Loan:
    """The loan that a text describes; of something ``pawned``, small payments are its interest."""
    return loan_from(read(text), pawned)


def loan_from(facts: Facts, pawned: bool = False) -> Loan:
    """The loan that facts make."""
    return _Builder(facts, pawned).loan()


class _Builder:
    def __init__(self, facts: Facts, pawned: bool) -> None:
        self.facts = facts
        self.pawned = pawned
        self.asked: dict[str, tuple[int, ...]] = {}
        self.bad: str | None = None
        self.face = self._principal("principal")
        self.received = self._principal("received")
        self.term = self._term()
        self.fees = 0

    def loan(self) -> Loan:
        self._cut_fees()
        built = self._built()
        built = replace(
            built,
            face=self.face,
            fees=max(0, (self.face or 0) - (built.received or 0))
            if self.face and built.received
            else self.fees,
            words=self.facts.words,
            asked=self.asked,
            term_days=self.term[0] if self.term else None,
        )
        if self.bad and not self.asked:
            return replace(built, kind="invalid", reason=self.bad, missing=())
        return built

    # --- amounts ----------------------------------------------------------------------------------

    def _sure(self, role: str, name: str | None = None) -> int | None:
        amount = self.facts.one(role)
        if amount is None:
            return None
        if amount.reason:
            if amount.reason in ("not_positive", "too_large"):
                self.bad = amount.reason
            return None
        if amount.readings:
            self.asked[name or role] = amount.readings
            return None
        return amount.vnd

    def _bare(self, role: str) -> Decimal | None:
        amount = self.facts.one(role)
        return amount.bare if amount and amount.vnd is None else None

    def _principal(self, role: str) -> int | None:
        if (sure := self._sure(role, "received_vnd")) is not None:
            return sure
        bare = self._bare(role)
        if bare is None:
            return None
        readings = bare_readings(bare)
        if len(readings) == 1:
            return readings[0]
        other = self._known("received" if role == "principal" else "principal") or self._known("payment")
        if other and not self._is_instalment_like():
            return _nearest(readings, other)
        if other := self._known("received" if role == "principal" else "principal"):
            return _nearest(readings, other)
        return readings[-1] if bare < 100 else readings[0]

    def _known(self, role: str) -> int | None:
        amount = self.facts.one(role)
        return amount.vnd if amount else None

    def _is_instalment_like(self) -> bool:
        return bool(self.facts.instalment or self.facts.rhythm or self.facts.times)

    def _payment(self, role: str, target: Decimal | None) -> int | None:
        """An amount paid; a bare number is read so that ``target`` (đồng) is nearest, or by custom."""
        if (sure := self._sure(role, "payment_vnd")) is not None:
            return sure
        bare = self._bare(role)
        if bare is None:
            return None
        readings = bare_readings(bare)
        if len(readings) == 1:
            return readings[0]
        if target:
            return _nearest(readings, int(target))
        return readings[-1] if bare < 10 else readings[0]

    def _cut_fees(self) -> None:
        fees = 0
        for amount in self.facts.amounts.get("fee", []):
            fees += self._fee(amount)
        for percent in self.facts.fee_percents:
            fees += int((self.face or self.received or 0) * percent / 100)
        self.fees = fees
        lent = [one.vnd for one in self.facts.amounts.get("principal", []) if one.vnd]
        if self.received is None and len(lent) > 1 and max(lent) > min(lent) >= max(lent) // 2:
            self.face, self.received = max(lent), min(lent)
        if self.face is not None and self.received is None:
            self.received = self.face - fees
        elif self.received is not None and self.face is None and fees:
            self.face = self.received
            self.received -= fees

    def _fee(self, amount: Amount) -> int:
        if amount.vnd is not None:
            return amount.vnd
        if amount.bare is None:
            return 0
        readings = bare_readings(amount.bare)
        whole = self.face or self.received
        return readings[-1] if amount.bare < 100 and whole and readings[-1] < whole else readings[0]

    # --- time -------------------------------------------------------------------------------------

    def _term(self) -> tuple[int, int] | None:
        """Days and the days of their unit; what already passed counts only where nothing else is said."""
        terms = [one for one in self.facts.terms if one[0] > 0] or self.facts.passed
        return terms[-1] if terms else None

    def _count(self, interval: int) -> int | None:
        if self.facts.times:
            return self.facts.times
        if self.term is None:
            return None
        days = self.term[0]
        if interval == MONTH and days % YEAR == 0:
            return days // YEAR * 12
        return max(1, int((Decimal(days) / interval).quantize(Decimal(1))))

    # --- kinds ------------------------------------------------------------------------------------

    def _built(self) -> Loan:
        facts = self.facts
        if facts.one("each_fee") and not facts.one("payment"):
            return self._interest_only("each_fee")
        if facts.one("interest_each") or (facts.stays and facts.one("payment") and facts.rhythm):
            return self._interest_only("interest_each" if facts.one("interest_each") else "payment")
        if facts.one("payment") or facts.one("total"):
            return self._repaid()
        if facts.one("interest"):
            return self._lump_interest()
        if facts.rates:
            return self._rate_only()
        if (
            self.face
            and self.received
            and self.term
            and not self._is_instalment_like()
            and (facts.repays_face or self.face > self.received)
        ):
            return self._bullet(self.face)
        return self._incomplete(None, None)

    def _interest_only(self, role: str) -> Loan:
        target = Decimal(self.received) / 10 if self.received else None
        payment = self._payment(role, target if self._bare(role) and (self._bare(role) or 0) < 10 else None)
        interval = self.facts.rhythm
        if interval is None and self.term:
            interval = self.term[0]
        if self.received is None or payment is None or interval is None:
            return self._incomplete(payment, interval, "interest_only")
        ended = (
            bool(self.facts.terms) and self.facts.rhythm is not None and self.term and self.term[0] > interval
        )
        if ended or self.facts.times:
            count = self._count(interval)
            final = self._sure("final") or (self.face or self.received) + payment
            return Loan("interest_only", self.received, count, interval, payment, final)
        return Loan("interest_only", self.received, None, interval, payment, None)

    def _repaid(self) -> Loan:
        facts = self.facts
        interval = self._interval()
        count = self._count(interval) if interval else facts.times
        total = self._payment("total", Decimal(self.received) if self.received else None)
        periodic = facts.rhythm is not None or facts.instalment or (facts.times or 1) > 1
        target = Decimal(self.received) if self.received else None
        if periodic and target:
            target = target * Decimal("1.2") / count if count else None
        payment = self._payment("payment", target)
        if payment and self.pawned and self.received and payment * 3 < self.received and (count or 1) == 1:
            return self._interest_only("payment")
        if payment is not None and not periodic and self._looks_like_instalments(payment, count):
            periodic = True
        if not periodic:
            return self._bullet(payment if payment is not None else total)
        if payment is None and total is not None and count:
            payment = total // count
            return self._instalments(payment, count, interval, total - payment * (count - 1))
        if payment and total and not count:
            count = max(1, -(-total // payment))
            return self._instalments(payment, count, interval, total - payment * (count - 1))
        fee = self._payment("each_fee", None) or 0
        if payment is not None:
            payment += fee
        return self._instalments(payment, count, interval, self._payment("final", target))

    def _interval(self) -> int | None:
        if self.facts.rhythm:
            return self.facts.rhythm
        if self.term and self.facts.times and self.facts.times > 1:
            return max(1, self.term[0] // self.facts.times)
        if self.term:
            return self.term[1]
        return None

    def _looks_like_instalments(self, payment: int, count: int | None) -> bool:
        """Far less than was received, with a number of units of time: "10tr 45 ngày 280k"."""
        return bool(
            self.received
            and count
            and count > 1
            and payment * 2 < self.received
            and payment * count * 2 > self.received
        )

    def _instalments(
        self, payment: int | None, count: int | None, interval: int | None, final: int | None
    ) -> Loan:
        if self.received is None or payment is None or count is None or interval is None:
            return self._incomplete(payment, interval, "instalment", count, final)
        if count == 1:
            return Loan("bullet", self.received, 1, interval, payment, payment)
        return Loan(
            "instalment", self.received, count, interval, payment, payment if final is None else final
        )

    def _bullet(self, payment: int | None) -> Loan:
        days = self.term[0] if self.term else None
        if self.received is None or payment is None or days is None:
            return self._incomplete(payment, days, "bullet", 1 if payment is not None else None)
        return Loan("bullet", self.received, 1, days, payment, payment)

    def _lump_interest(self) -> Loan:
        """ "vay 10tr 1 tháng lãi 500k": repaid with its interest at the end."""
        interest = self._payment("interest", None)
        if self.facts.stays and self.term:
            return self._interest_only("interest")
        whole = self.face or self.received
        return self._bullet(whole + interest if whole and interest else None)

    def _rate_only(self) -> Loan:
        rate = self.facts.rates[-1]
        if rate.days is None:
            return Loan(
                "incomplete", self.received, rate=rate.number, missing=("interval_days",), shape="rate_only"
            )
        return Loan("rate_only", self.received, rate=rate.number, rate_days=rate.days)

    def _incomplete(
        self,
        payment: int | None,
        interval: int | None,
        kind: str = "",
        count: int | None = None,
        final: int | None = None,
    ) -> Loan:
        missing = []
        if self.received is None:
            missing.append("received_vnd")
        if payment is None:
            missing.append("payment_vnd")
        if count is None and kind not in ("bullet", "interest_only"):
            count = self.facts.times
            missing += ["payments"] if count is None else []
        if interval is None:
            missing.append("interval_days")
        return Loan(
            "incomplete",
            self.received,
            count,
            interval,
            payment,
            final,
            missing=tuple(missing),
            shape=kind or None,
        )


def _nearest(readings: tuple[int, ...], target: int) -> int:
    """The reading whose ratio to ``target`` is nearest to one."""
    return min(readings, key=lambda one: abs((Decimal(max(one, 1)) / max(target, 1)).ln()))


__all__ = ["MOST_VND", "Loan", "loan_in"]
