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
    "phone": 0.93, "bank_account": 0.95, "url": 0.95, "vehicle_plate": 0.95,
    "zalo": 0.84, "facebook": 0.85, "app": 0.75,
}  # fmt: skip


class Shares(NamedTuple):
    """The least share of right categories, of right priorities, and of what is urgent that is told so."""

    category: float
    priority: float
    urgent: float


REACHED = {"triage_tips.yml": Shares(0.88, 0.84, 0.88), "own_triage.yml": Shares(0.85, 0.84, 0.93)}


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
