"""On tips and texts by other hands, written when the rules stood: how good triage and guard are.

The two files were a blind set until each of their figures had been read; now whoever changes rules,
thresholds or training texts may read them, so they tell what was reached and no longer how well it holds.
Figures are printed (``pytest -s``); one that falls below its floor says that a change made triage worse.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from backend.text.identifiers import identifiers_in
from backend.text.normalize import fold
from backend.tips.guard import guard
from backend.tips.triage import TriageInput, triage
from tests.backend.tips.figures import Figure, Figures, shown

CASES = Path(__file__).parent / "cases"
_WRITTEN_FREELY: Final = frozenset({"url", "zalo", "facebook", "app"})
_FACEBOOK: Final = re.compile(r"^(?:www\.|m\.)?(?:fb|facebook)\.com/")

FLOORS: Final[Mapping[str, int]] = {
    "category": 61, "priority": 61, "P1 told so": 30, "refused": 35, "the reporter's own": 2,
    "amount": 63, "app": 4, "bank_account": 8, "facebook": 3, "phone": 23, "url": 6,
    "vehicle_plate": 6, "zalo": 6,
}  # fmt: skip
"""The least number of right ones that is reached."""
CEILINGS: Final[Mapping[str, int]] = {
    "rated lower": 2, "P1 told wrongly": 1, "tips refused": 0, "refused wrongly": 1,
}  # fmt: skip
"""The largest number of wrong ones that is left."""


@pytest.fixture(scope="module")
def figures() -> Figures:
    return shown({**_triage_figures(), **_identifier_figures(), **_guard_figures()})


@pytest.mark.parametrize("name", FLOORS)
def test_no_fewer_are_right_than_before(name: str, figures: Figures) -> None:
    assert figures[name].of >= FLOORS[name]


@pytest.mark.parametrize("name", CEILINGS)
def test_no_more_are_wrong_than_before(name: str, figures: Figures) -> None:
    assert figures[name].of <= CEILINGS[name]


def test_the_sets_are_large_enough_to_tell_something(figures: Figures) -> None:
    assert figures["category"].all >= 80
    assert figures["P1 told so"].all >= 30
    assert figures["refused"].all >= 40
    assert figures["refused wrongly"].all >= 40


def _read(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return cases


def _triage_figures() -> Figures:
    cases = _read("fresh_tips.yml")
    told = [triage(TriageInput("other_crime", case["text"])) for case in cases]
    urgent = [result.priority == "P1" for case, result in zip(cases, told, strict=True) if _is_urgent(case)]
    calm = [result.priority == "P1" for case, result in zip(cases, told, strict=True) if not _is_urgent(case)]
    both = list(zip(cases, told, strict=True))
    return {
        "category": Figure(sum(one.category == case["category"] for case, one in both), len(both)),
        "priority": Figure(sum(one.priority == case["priority"] for case, one in both), len(both)),
        "rated lower": Figure(sum(one.priority > case["priority"] for case, one in both), len(both)),
        "P1 told so": Figure(sum(urgent), len(urgent)),
        "P1 told wrongly": Figure(sum(calm), len(calm)),
        "tips refused": Figure(sum(guard(case["text"]).out_of_purpose for case in cases), len(cases)),
    }


def _is_urgent(case: Mapping[str, Any]) -> bool:
    return bool(case["priority"] == "P1")


def _identifier_figures() -> Figures:
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    beside: Counter[str] = Counter()
    spans = hidden = 0
    for case in _read("fresh_tips.yml"):
        seen = identifiers_in(case["text"])
        told: Counter[tuple[str, str]] = Counter(
            (one.type, _same(one.type, one.value)) for one in seen.found if not one.own
        )
        for kind, value in _labels(case):
            wanted[kind] += 1
            number_of_an_account = ("phone", value)
            match = number_of_an_account if kind == "zalo" and told[number_of_an_account] else (kind, value)
            if told[match]:
                told[match] -= 1
                found[kind] += 1
        beside.update({kind: left for (kind, _), left in told.items()})
        own = [case["text"][one.start : one.end] for one in seen.own]
        for span in case.get("reporter_pii", []):
            spans += 1
            hidden += any(fold(span) in fold(one) for one in own)
    shares = {kind: Figure(found[kind], number) for kind, number in sorted(wanted.items())}
    unasked = {
        f"{kind} not labelled": Figure(number, wanted[kind])
        for kind, number in sorted(beside.items())
        if kind != "amount"
    }
    return {**shares, **unasked, "the reporter's own": Figure(hidden, spans)}


def _labels(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in case["entities"]:
        yield one["type"], _same(one["type"], one["value"])


def _same(kind: str, value: str) -> str:
    """One spelling of what is the same: names without case and marks, an account with or without a host."""
    return _FACEBOOK.sub("", fold(value)) if kind in _WRITTEN_FREELY else value


def _guard_figures() -> Figures:
    cases = [
        (case["out_of_purpose"], guard(case["text"]).out_of_purpose) for case in _read("fresh_guard.yml")
    ]
    refusable = [refused for never, refused in cases if never]
    acceptable = [refused for never, refused in cases if not never]
    return {
        "refused": Figure(sum(refusable), len(refusable)),
        "refused wrongly": Figure(sum(acceptable), len(acceptable)),
    }
