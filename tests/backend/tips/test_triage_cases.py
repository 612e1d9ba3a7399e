"""On tips labelled by hand, most by hands that have not seen the rules: category, priority and identifiers.

Each file has the shares that are reached; a change that falls below them makes triage worse.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from backend.text.identifiers import identifiers_in
from backend.text.normalize import fold
from backend.tips.triage import TriageInput, TriageResult, triage

CASES = Path(__file__).parent / "cases"
KINDS = {"link": "url", "plate": "vehicle_plate"}
IDENTIFIERS_FOUND = {
    "phone": 1.0, "bank_account": 1.0, "url": 1.0, "vehicle_plate": 1.0,
    "zalo": 1.0, "facebook": 1.0, "app": 1.0,
}  # fmt: skip


DESKS_RIGHT = 0.93


class Shares(NamedTuple):
    """The least share of right categories, of right priorities, and of what is urgent that is told so."""

    category: float
    priority: float
    urgent: float


REACHED = {"triage_tips.yml": Shares(0.97, 0.95, 1.0), "own_triage.yml": Shares(0.96, 0.87, 1.0)}


def read(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return cases


def right(case: dict[str, Any], field: str) -> list[str]:
    also = case.get(f"{field}_also") or []
    return [case[field], *([also] if isinstance(also, str) else also)]


@pytest.fixture(scope="module", params=REACHED)
def judged(request: pytest.FixtureRequest) -> tuple[Shares, list[tuple[dict[str, Any], TriageResult]]]:
    """The shares of a file, and each tip with what triage makes of it when the reporter chose no category."""
    cases = read(request.param)
    return REACHED[request.param], [
        (case, triage(TriageInput("other_crime", case["text"]))) for case in cases
    ]


Judged = tuple[Shares, list[tuple[dict[str, Any], TriageResult]]]


def test_the_category_is_a_liaisons(judged: Judged) -> None:
    reached, found = judged
    wrong = [case["text"] for case, result in found if result.category not in right(case, "category")]
    assert len(wrong) <= (1 - reached.category) * len(found), wrong


def test_the_priority_is_a_liaisons(judged: Judged) -> None:
    reached, found = judged
    wrong = [case["text"] for case, result in found if result.priority not in right(case, "priority")]
    assert len(wrong) <= (1 - reached.priority) * len(found), wrong


def test_what_is_urgent_is_told_so(judged: Judged) -> None:
    reached, found = judged
    urgent = [(case, result) for case, result in found if case["priority"] == "P1"]
    late = [case["text"] for case, result in urgent if result.priority not in right(case, "priority")]
    assert len(late) <= (1 - reached.urgent) * len(urgent), late


def test_the_desks_are_a_liaisons_where_the_design_decides() -> None:
    decided = [case for case in read("triage_tips.yml") if "desks" in case]
    told = [triage(TriageInput("other_crime", case["text"])).desks for case in decided]
    right_desks = sum(set(case["desks"]) == set(desks) for case, desks in zip(decided, told, strict=True))
    assert right_desks >= DESKS_RIGHT * len(decided)


def test_every_plain_amount_is_found() -> None:
    for case in read("triage_tips.yml"):
        seen = Counter(one.value for one in identifiers_in(case["text"]).found if one.type == "amount")
        assert Counter(str(amount) for amount in case.get("amounts_vnd", [])) <= seen, case["text"]


def values(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in case["identifiers"]:
        yield KINDS.get(one["kind"], one["kind"]), fold(one["value"])


@pytest.mark.parametrize("kind", IDENTIFIERS_FOUND)
def test_identifiers_are_found_in_every_spelling(kind: str) -> None:
    wanted = found = 0
    for case in read("triage_tips.yml"):
        told = Counter(value for of_kind, value in values(case) if of_kind == kind)
        seen = Counter(
            fold(one.value) for one in identifiers_in(case["text"]).found if one.type == kind and not one.own
        )
        wanted += told.total()
        found += (told & seen).total()
    assert found >= IDENTIFIERS_FOUND[kind] * wanted
