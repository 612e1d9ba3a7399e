"""The loan check: from a worker's text to rates, thresholds and what is missing. Pure; nothing is kept."""

from dataclasses import dataclass
from decimal import Decimal

from backend.checks.loan.arithmetic import (
    CashFlow,
    Impossible,
    Rates,
    above_cap,
    above_criminal,
    rates,
    stated_rate,
)
from backend.checks.loan.facts import Loan
from backend.checks.loan.lenders import lender_in
from backend.checks.loan.reading import loan_in
from backend.checks.money.tokens import tokenise


@dataclass(frozen=True)
class Checked:
    """A loan with what arithmetic says of it. ``rates`` is ``None`` while something is missing or wrong."""

    loan: Loan
    lender: str
    rates: Rates | None = None
    reason: str | None = None

    @property
    def kind(self) -> str:
        return "invalid" if self.reason else self.loan.kind

    @property
    def flow(self) -> CashFlow | None:
        return cash_flow(self.loan)


def check(text: str) -> Checked:
    """What a text says of a loan, worked out."""
    read = tokenise(text)
    lender = lender_in(read)
    return worked_out(loan_in(read, lender == "pawnshop"), lender)


def worked_out(loan: Loan, lender: str) -> Checked:
    """The rates of a loan as read; an impossible one has a ``reason`` and never a rate."""
    if loan.kind == "invalid":
        return Checked(loan, lender, reason=loan.reason)
    try:
        return Checked(loan, lender, _rates(loan))
    except Impossible as error:
        return Checked(loan, lender, reason=error.reason)


def cash_flow(loan: Loan) -> CashFlow | None:
    """The cash flow of a complete loan; a rate alone has none."""
    if loan.received is None or loan.payment is None or loan.interval_days is None:
        return None
    if loan.kind not in ("instalment", "bullet", "interest_only"):
        return None
    return CashFlow(loan.received, loan.payment, loan.interval_days, loan.payments, loan.final)


def _rates(loan: Loan) -> Rates | None:
    if loan.received is not None and loan.received <= 0:
        raise Impossible("nothing_received")
    if loan.kind == "rate_only" and loan.rate is not None and loan.rate_days:
        if loan.rate <= 0:
            raise Impossible("not_positive")
        return Rates(stated_rate(loan.rate, loan.rate_days), None)
    flow = cash_flow(loan)
    return rates(flow) if flow else None


def as_object(checked: Checked) -> dict[str, object]:
    """The fields that ``antam loan`` prints."""
    loan, found = checked.loan, checked.rates
    return {
        "kind": checked.kind,
        "lender": checked.lender,
        "received_vnd": loan.received,
        "payments": loan.payments,
        "interval_days": loan.interval_days,
        "payment_vnd": loan.payment,
        "final_payment_vnd": loan.final,
        "simple_annual_pct": _shown(found.simple if found else None),
        "apr_annual_pct": _shown(found.apr if found else None),
        "above_20": above_cap(found.simple) if found else None,
        "above_100": above_criminal(found.simple) if found else None,
        "missing": list(loan.missing) if checked.kind == "incomplete" else [],
        "reason": checked.reason,
    }


def _shown(rate: Decimal | None) -> float | None:
    return None if rate is None else float(rate)
