"""Who receives a tip: never more than the reporter chose."""

from dataclasses import dataclass
from itertools import product

import pytest

from backend.tips.routing import kinds_for, place


@dataclass(frozen=True)
class Desk:
    kind: str
    province: str | None


LOCAL = Desk("union", "79")
NATIONAL = Desk("union", None)
POLICE = Desk("police", None)
CHOICES = [["union"], ["police"], ["union", "police"]]
REASONS: list[list[str]] = [[], ["about_police"], ["about_union"], ["about_police", "about_union"]]


@pytest.mark.parametrize(("chosen", "reasons"), list(product(CHOICES, REASONS)))
def test_nobody_receives_whom_the_reporter_did_not_choose(chosen: list[str], reasons: list[str]) -> None:
    kinds = kinds_for("illegal_lending", chosen, reasons)
    assert kinds and set(kinds) <= set(chosen)


@pytest.mark.parametrize("chosen", CHOICES)
def test_a_labour_violation_goes_to_the_union_alone(chosen: list[str]) -> None:
    assert kinds_for("labour_violation", chosen, []) == ["union"]


def test_a_tip_about_a_police_officer_leaves_the_police_out_if_the_union_was_chosen_too() -> None:
    assert kinds_for("other_crime", ["union", "police"], ["about_police"]) == ["union"]


def test_the_national_desk_waits_while_a_province_desk_has_the_tip() -> None:
    assert place([LOCAL, NATIONAL, POLICE], []) == [
        (LOCAL, "direct"),
        (NATIONAL, "escalation"),
        (POLICE, "direct"),
    ]


def test_a_tip_about_an_officer_passes_the_local_desks() -> None:
    assert place([LOCAL, NATIONAL], ["about_union"]) == [(NATIONAL, "direct")]
