"""What other hands labelled without seeing the code is read as they meant it (issue 5's measure)."""

from typing import Any

import yaml

from backend.checks.loan.check import check
from backend.checks.loan.dialogue import Known, step
from backend.cli.loan import answer as loan
from backend.cli.money import answer as money
from backend.kit.settings import ROOT

CASES = ROOT / "tests" / "backend" / "checks" / "cases"
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    found: list[Case] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return found


def agrees(case: Case) -> bool:
    """Every field that the entry names; rates to 1e-5; a reason's words are for readers."""
    found = loan(case["text"])
    for name, meant in case.items():
        read = found.get(name)
        if name in ("text", "reason"):
            continue
        if name == "missing":
            same = set(meant or []) == set(read or [])  # type: ignore[call-overload]  # a list of field names
        elif name.endswith("_pct") and meant is not None and isinstance(read, float):
            same = abs(read - meant) <= 1e-5
        else:
            same = read == meant
        if not same:
            return False
    return True


def test_98_percent_of_the_amounts_are_exact() -> None:
    entries = cases("amounts.yml")
    wrong = [
        case["text"]
        for case in entries
        if money(case["text"])["vnd"] != case["vnd"]
        or bool(case.get("ambiguous")) > bool(money(case["text"])["ambiguous"])
    ]
    assert len(entries) >= 300
    assert len(wrong) <= 0.02 * len(entries), wrong


def test_the_dialogue_reads_a_loan_as_the_command_does_and_keeps_it() -> None:
    for case in cases("loans.yml"):
        alone = check(case["text"])
        told = step(case["text"], Known(), None)
        assert (told.checked.kind, told.checked.rates) == (alone.kind, alone.rates), case["text"]
        if alone.rates is not None:
            assert step("", told.known, None).checked.rates == alone.rates, case["text"]


def test_95_percent_of_the_loans_are_exact() -> None:
    entries = cases("loans.yml")
    wrong = [case["text"] for case in entries if not agrees(case)]
    assert len(entries) >= 150
    assert len(wrong) <= 0.05 * len(entries), wrong
