"""Rates are exact: the vectors of the field, an independent solver, and what must always hold."""

from decimal import Decimal
from random import Random

import pytest
import pyxirr
from hypothesis import assume, given
from hypothesis import strategies as st

from backend.checks.loan.arithmetic import (
    CashFlow,
    Impossible,
    Rates,
    above_cap,
    above_criminal,
    lawful_interest,
    rates,
    stated_rate,
    times_cap,
)

MONEY = st.integers(min_value=10_000, max_value=500_000_000)
TERM = st.integers(min_value=1, max_value=730)


def shown(value: Decimal | None) -> str:
    return "" if value is None else str(value.quantize(Decimal("0.1")))


@pytest.mark.parametrize(
    ("per_million_a_day", "a_year"),
    [
        (1_000, "36.5"),
        (2_000, "73.0"),
        (3_000, "109.5"),
        (5_000, "182.5"),
        (10_000, "365.0"),
        (3_333, "121.7"),
    ],
)
def test_so_much_a_million_a_day_is_so_much_a_year(per_million_a_day: int, a_year: str) -> None:
    assert shown(stated_rate(Decimal(per_million_a_day) / 10_000, 1)) == a_year


@pytest.mark.parametrize(("a_month", "a_year"), [(8, "96.0"), (10, "120.0")])
def test_a_monthly_rate_is_twelve_times_it(a_month: int, a_year: str) -> None:
    assert shown(stated_rate(Decimal(a_month), 30)) == a_year


def test_twenty_percent_is_548_dong_a_million_a_day() -> None:
    assert round(Decimal(1_000_000) * 20 / 100 / 365) == 548
    assert lawful_interest(1_000_000, 1) == 548


def test_the_vectors_of_the_field_come_out_exactly() -> None:
    """ "Bốc 10 ăn 8" and "10 vay 12 trả" in 24 days."""
    eight = rates(CashFlow(8_000_000, 200_000, 1, 50))
    assert eight.simple == Decimal("182.5") and round(eight.apr or 0) == 333
    twelve = rates(CashFlow(10_000_000, 500_000, 1, 24))
    assert shown(twelve.simple) == "304.2" and round(twelve.apr or 0) == 552


def test_the_thresholds_are_above_twenty_and_from_a_hundred_on() -> None:
    assert [above_cap(Decimal(rate)) for rate in ("20", "20.000000001")] == [False, True]
    assert [above_criminal(Decimal(rate)) for rate in ("99.999999999", "100")] == [False, True]
    assert times_cap(Decimal("304.2")) == Decimal("15.2")


def test_interest_without_an_end_has_its_rate() -> None:
    assert rates(CashFlow(10_000_000, 50_000, 1, None)) == Rates(Decimal("182.5"), Decimal("182.5"))


def test_a_loan_without_interest_costs_nothing() -> None:
    assert rates(CashFlow(9_000_000, 300_000, 1, 30)) == Rates(Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("flow", "reason"),
    [
        (CashFlow(0, 100, 1, 1), "nothing_received"),
        (CashFlow(-5, 100, 1, 1), "nothing_received"),
        (CashFlow(1_000, 900, 30, 1), "repays_less"),
        (CashFlow(1_000, 2_000, 0, 1), "not_positive"),
        (CashFlow(1_000, 2_000, 30, 0), "not_positive"),
        (CashFlow(1_000, 0, 30, None), "not_positive"),
        (CashFlow(1_000, 2_000, 10_000, 10_000), "term_too_long"),
    ],
)
def test_the_impossible_has_a_reason_and_no_rate(flow: CashFlow, reason: str) -> None:
    with pytest.raises(Impossible) as raised:
        rates(flow)
    assert raised.value.reason == reason


@given(MONEY, MONEY, TERM)
def test_of_a_single_repayment_both_rates_are_one(received: int, more: int, days: int) -> None:
    found = rates(CashFlow(received, received + more, days, 1))
    assert found.apr == found.simple


@given(MONEY, MONEY, st.integers(2, 60), st.sampled_from([1, 7, 30]), st.integers(0, 5_000_000))
def test_a_higher_fee_never_lowers_a_rate(
    received: int, extra: int, count: int, interval: int, fee: int
) -> None:
    assume(fee < received)
    payment = (received + extra) // count + 1
    without = rates(CashFlow(received, payment, interval, count))
    with_fee = rates(CashFlow(received - fee, payment, interval, count))
    assert with_fee.simple >= without.simple
    assert (with_fee.apr or 0) >= (without.apr or 0)


@given(MONEY, MONEY, st.integers(2, 60), st.sampled_from([1, 7, 30]), st.integers(2, 1_000))
def test_more_of_the_same_money_changes_no_rate(
    received: int, extra: int, count: int, days: int, k: int
) -> None:
    payment = (received + extra) // count + 1
    assert rates(CashFlow(received, payment, days, count)) == rates(
        CashFlow(received * k, payment * k, days, count)
    )


def test_the_rate_agrees_with_an_independent_solver_on_ten_thousand_loans() -> None:
    random = Random(468)
    for _ in range(10_000):
        received = random.randrange(100_000, 200_000_000)
        count, interval = random.randrange(1, 121), random.choice([1, 3, 5, 7, 10, 15, 30])
        payment = int(received * random.uniform(1.0, 3.0) / count) + 1
        final = payment + random.choice([0, 0, payment // 3, received])
        found = rates(CashFlow(received, payment, interval, count, final))
        flows = [-float(received), *[float(payment)] * (count - 1), float(final)]
        theirs = (pyxirr.irr(flows) or 0.0) * 100 * 365 / interval
        assert float(found.apr or 0) == pytest.approx(theirs, rel=1e-6, abs=1e-6)
