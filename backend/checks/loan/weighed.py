"""Gives each amount of a loan its đồng, where a lone number needs its neighbours, and the term. Pure."""

from decimal import Decimal

from backend.checks.loan.arithmetic import MONTH, YEAR
from backend.checks.loan.facts import Facts
from backend.checks.money.amounts import Amount
from backend.checks.money.reading import bare_readings


class Weighed:
    """Facts with the money received, what the paper says, and the term; ``bad`` says why they cannot be."""

    def __init__(self, facts: Facts, pawned: bool) -> None:
        self.facts = facts
        self.pawned = pawned
        self.asked: dict[str, tuple[int, ...]] = {}
        self.bad: str | None = None
        self.face = self._principal("principal")
        self.received = self._principal("received")
        self.term = self._term()
        self.fees = 0
        if any(days == 0 for days, _ in facts.terms):
            self.bad = "not_positive"
        if facts.nothing and not facts.one("payment") and not facts.one("received"):
            self.bad = "nothing_received"
        if facts.fee_first and self._only_a_fee():
            self.bad = "nothing_received"

    def _only_a_fee(self) -> bool:
        """Whether money goes to the lender, and nothing is said of a loan that runs."""
        facts = self.facts
        runs = facts.one("received") or facts.terms or facts.times or facts.rhythm
        return bool(facts.one("fee") or facts.one("payment")) and not runs

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
        self._deducted_at_the_end()
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

    def _deducted_at_the_end(self) -> None:
        """ "vay thẻ lương 4tr5, cuối tháng trừ 5tr4": more than was lent is no fee but the repayment."""
        taken = self._known("fee")
        whole = self.face or self.received
        if taken and whole and taken >= whole and not self.facts.one("payment") and not self.bad:
            self.facts.amounts["payment"] = self.facts.amounts.pop("fee")

    def _fee(self, amount: Amount) -> int:
        if amount.vnd is not None:
            return amount.vnd
        if amount.bare is None:
            return 0
        readings = bare_readings(amount.bare)
        whole = self.face or self.received
        return readings[-1] if amount.bare < 100 and whole and readings[-1] < whole else readings[0]

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


def _nearest(readings: tuple[int, ...], target: int) -> int:
    """The reading whose ratio to ``target`` is nearest to one."""
    return min(readings, key=lambda one: abs((Decimal(max(one, 1)) / max(target, 1)).ln()))
