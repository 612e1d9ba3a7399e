"""On messages that other hands labelled without seeing the check: scams are told, honest messages pass."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.checks.message.check import MessageCheck, check

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="module", params=["messages", "messages_second", "messages_third"])
def judged(request: pytest.FixtureRequest) -> list[tuple[dict[str, Any], MessageCheck]]:
    """Every labelled message of one set with what the check makes of it."""
    cases = yaml.safe_load((CASES / f"{request.param}.yml").read_text(encoding="utf-8"))
    return [(case, check(case["text"])) for case in cases]


def test_nineteen_scams_in_twenty_are_told(judged: list[tuple[dict[str, Any], MessageCheck]]) -> None:
    scams = [found.verdict for case, found in judged if case["verdict"] == "scam"]
    missed = [case["text"] for case, found in judged if case["verdict"] == "scam" != found.verdict]
    assert scams.count("scam") >= 0.95 * len(scams), missed


def test_at_most_three_honest_messages_in_a_hundred_are_accused(
    judged: list[tuple[dict[str, Any], MessageCheck]],
) -> None:
    honest = [found.verdict for case, found in judged if case["verdict"] == "no_sign"]
    accused = [
        case["text"] for case, found in judged if (case["verdict"], found.verdict) == ("no_sign", "scam")
    ]
    assert len(accused) <= 0.03 * len(honest), accused
    assert honest.count("no_sign") >= 0.93 * len(honest)


def test_three_tactics_in_four_are_named_rightly(judged: list[tuple[dict[str, Any], MessageCheck]]) -> None:
    told = [
        (case["tactic"], found.tactic)
        for case, found in judged
        if case["verdict"] == found.verdict == "scam" and case["tactic"]
    ]
    assert sum(meant == named for meant, named in told) >= 0.75 * len(told)
