"""What a loan costs beside one within the law, and which rule holds for who lends. Pure.

The sentences stand in ``data/phrases/loan.yml``; here are only their keys. No verdict is given anywhere.
"""

from dataclasses import dataclass
from decimal import Decimal

from backend.checks.loan.arithmetic import (
    CAP,
    CashFlow,
    above_cap,
    above_criminal,
    lawful_interest,
    times_cap,
)
from backend.checks.loan.check import Checked
from backend.checks.loan.lenders import LICENSED


@dataclass(frozen=True)
class Cost:
    """Đồng over ``days``: all that is paid, the interest in it, and what 20 % a year would be.

    Interest without an end is told for one payment.
    """

    days: int
    paid: int
    interest: int
    lawful: int
    times_cap: Decimal


def cost(checked: Checked) -> Cost | None:
    """The cost of a loan whose rates are known; ``None`` for a rate without money."""
    flow, found = checked.flow, checked.rates
    if found is None:
        return None
    if flow is None:
        return _cost_of_rate(checked, found.simple)
    days = flow.days or flow.interval
    paid = flow.payment if flow.total_paid is None else flow.total_paid
    interest = paid if flow.total_paid is None else paid - flow.received
    return Cost(days, paid, interest, lawful_interest(flow.received, days), times_cap(found.simple))


def _cost_of_rate(checked: Checked, simple: Decimal) -> Cost | None:
    loan = checked.loan
    if loan.received is None or loan.rate is None or not loan.rate_days:
        return None
    interest = int(loan.received * loan.rate / 100)
    return Cost(
        loan.rate_days, interest, interest, lawful_interest(loan.received, loan.rate_days), times_cap(simple)
    )


def threshold(checked: Checked) -> str | None:
    """Key of the sentence about the law; ``None`` while the rate or the lender is not known."""
    found, lender = checked.rates, checked.lender
    if found is None or lender == "unknown":
        return None
    if lender in LICENSED:
        return "threshold.licensed"
    if lender == "employer" and found.simple > 0:
        return "threshold.employer"
    if above_criminal(found.simple):
        return "threshold.above_100"
    if above_cap(found.simple):
        return "threshold.above_20"
    if found.apr is not None and found.apr > CAP:
        return "threshold.apr_only"
    return "threshold.below"


def topic(checked: Checked) -> str:
    """The topic that says what to do next (an id of ``data/taxonomy.yml``)."""
    loan = checked.loan
    if checked.reason == "nothing_received":
        return "upfront_fee_loan"
    by_lender = {
        "pawnshop": "fake_pawnshop",
        "app": "loan_app",
        "hui": "hui_collapse",
        "employer": "wage_advance",
    }
    if checked.lender in by_lender:
        return by_lender[checked.lender]
    if checked.rates is None or checked.lender in LICENSED:
        return "interest_law"
    if not above_cap(checked.rates.simple):
        return "legal_credit"
    if checked.lender != "acquaintance" and loan.kind == "instalment" and loan.interval_days in range(1, 11):
        return "bat_ho"
    return "loan_shark" if above_criminal(checked.rates.simple) else "interest_law"


def flow_words(flow: CashFlow) -> str:
    """Key of the sentence that repeats a cash flow."""
    if flow.payments is None:
        return "echo.interest_only"
    if flow.payments == 1:
        return "echo.bullet"
    return "echo.instalment" if flow.last == flow.payment else "echo.instalment_final"
