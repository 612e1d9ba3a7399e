"""On tips and texts that nobody who writes rules or training texts has read: how good triage and guard are.

The two files are a blind set. Whoever changes rules, thresholds or training texts must not open them: so only
figures are printed (``pytest -s``), nothing here holds a text while it asserts, and no figure tells of one
text. A figure that falls below its floor says that a change made triage worse for people it was not made for.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from backend.tips.guard import guard
from backend.tips.triage import TriageInput, triage
from tests.backend.tips.figures import Figure, Figures, shown

CASES = Path(__file__).parent / "cases"

FLOORS: Final[Mapping[str, int]] = {"category": 64, "priority": 55, "P1 told so": 37, "refused": 22}
"""The least number of right ones that is reached."""
CEILINGS: Final[Mapping[str, int]] = {
    "rated lower": 2, "P1 told wrongly": 7, "tips refused": 1, "refused wrongly": 0,
}  # fmt: skip
"""The largest number of wrong ones that is left."""


@pytest.fixture(scope="module")
def figures() -> Figures:
    return shown({**_triage_figures(), **_guard_figures()})


@pytest.mark.parametrize("name", FLOORS)
def test_no_fewer_are_right_than_before(name: str, figures: Figures) -> None:
    assert figures[name].of >= FLOORS[name]


@pytest.mark.parametrize("name", CEILINGS)
def test_no_more_are_wrong_than_before(name: str, figures: Figures) -> None:
    assert figures[name].of <= CEILINGS[name]


def _triage_figures() -> Figures:
    cases = _read("blind_tips.yml")
    both = [(case, triage(TriageInput("other_crime", case["text"]))) for case in cases]
    urgent = [told.priority == "P1" for case, told in both if case["priority"] == "P1"]
    calm = [told.priority == "P1" for case, told in both if "P1" not in _right(case, "priority")]
    lower = [told.priority > max(_right(case, "priority")) for case, told in both]
    return {
        "category": Figure(sum(told.category in _right(case, "category") for case, told in both), len(both)),
        "priority": Figure(sum(told.priority in _right(case, "priority") for case, told in both), len(both)),
        "rated lower": Figure(sum(lower), len(lower)),
        "P1 told so": Figure(sum(urgent), len(urgent)),
        "P1 told wrongly": Figure(sum(calm), len(calm)),
        "tips refused": Figure(sum(guard(case["text"]).out_of_purpose for case in cases), len(cases)),
    }


def _guard_figures() -> Figures:
    told = [(case["out_of_purpose"], guard(case["text"]).out_of_purpose) for case in _read("blind_guard.yml")]
    never = [refused for is_never, refused in told if is_never]
    always = [refused for is_never, refused in told if not is_never]
    return {"refused": Figure(sum(never), len(never)), "refused wrongly": Figure(sum(always), len(always))}


def _read(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return cases


def _right(case: Mapping[str, Any], field: str) -> list[str]:
    """What a liaison could say of it: of priorities the gravest sorts first, the mildest last."""
    return [case[field], *case.get(f"{field}_also", [])]
