"""From the facts of a text to one loan: kind, money received, payments, term, what is missing. Pure."""

from dataclasses import replace
from decimal import Decimal

from backend.checks.loan.facts import Facts, Loan
from backend.checks.loan.roles import read
from backend.checks.loan.weighed import Weighed
from backend.checks.money.tokens import Text


def loan_in(text: Text, pawned: bool = False) -> Loan:
    """The loan that a text describes; of something ``pawned``, small payments are its interest."""
    return loan_from(read(text), pawned)


def loan_from(facts: Facts, pawned: bool = False) -> Loan:
    """The loan that facts make."""
    return _Builder(facts, pawned).loan()


class _Builder(Weighed):
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
            return self._with_rate()
        if (
            self.face
            and self.received
            and self.term
            and not self._is_instalment_like()
            and (facts.repays_face or self.face > self.received)
        ):
            return self._bullet(self.face)
        if self.term and self._is_instalment_like():
            interval = self._interval()
            return self._incomplete(None, interval, "instalment", self._count(interval) if interval else None)
        if self.term and self.received is not None:
            return self._incomplete(None, self.term[0], "bullet", 1)
        return self._incomplete(None, facts.rhythm)

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
            whole = self.face or self.received
            final = self._sure("final") or whole
            final += payment if final <= whole else 0
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
        if payment and self.received and not periodic and self.term and self._is_rhythm(payment, count or 1):
            if self.pawned:
                return self._interest_only("payment")
            return self._instalments(payment, None, self.term[0], None)
        if (
            payment is not None
            and not periodic
            and not facts.after
            and self._looks_like_instalments(payment, count)
        ):
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

    def _is_rhythm(self, payment: int, count: int) -> bool:
        """ "1 tháng đóng 450k", "mười bữa đóng 350 ngàn": too little for the whole, so one of many."""
        assert self.received is not None
        return not self.facts.after and payment * count * 10 < self.received * 9

    def _interval(self) -> int | None:
        if self.facts.rhythm:
            return self.facts.rhythm
        if self.term and self.facts.times and self.facts.times > 1:
            if abs(self.term[0] // self.term[1] - self.facts.times) <= 1:
                return self.term[1]
            return max(1, self.term[0] // self.facts.times)
        if self.term:
            return self.term[1]
        return 1 if self.facts.daily else None

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
        if whole and interest and interest * 10 >= whole * 9:
            return self._bullet(interest)  # "lay lai" was "lấy lại"
        return self._bullet(whole + interest if whole and interest else None)

    def _with_rate(self) -> Loan:
        """A stated rate with money and words that tell how it is paid is a cash flow; else a rate."""
        facts, rate, whole = self.facts, self.facts.rates[-1], self.face or self.received
        if whole is None or self.received is None or rate.days is None:
            return self._rate_only()
        each_day = whole * rate.number / 100 / rate.days
        if facts.stays and (interval := facts.rhythm or (rate.days if not self.term else None)):
            count = self._count(interval) if facts.terms else None
            interest = int((each_day * interval).to_integral_value())
            final = whole + interest if count else None
            return Loan("interest_only", self.received, count, interval, interest, final)
        if facts.flat and facts.instalment and self.term:
            interval = facts.rhythm or self.term[1]
            count = self._count(interval) or 1
            payment = int((whole / Decimal(count) + each_day * interval).to_integral_value())
            return Loan("instalment", self.received, count, interval, payment, payment)
        if (facts.both or facts.once) and self.term and not facts.instalment:
            return self._bullet(whole + int((each_day * self.term[0]).to_integral_value()))
        return self._rate_only()

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
