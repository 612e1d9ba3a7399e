"""On texts labelled by hand, most by hands that have not seen the rules: the guard refuses what it should.

Each file has the shares that are reached; a change that falls below them refuses tips, or lets in what is
nobody's business.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from backend.tips.guard import guard

CASES = Path(__file__).parent / "cases"


class Shares(NamedTuple):
    """The least share that is refused rightly, and the largest that is refused wrongly."""

    refused: float
    wrongly: float


REACHED = {"guard_texts.yml": Shares(0.93, 0.024), "own_guard.yml": Shares(0.89, 0.012)}


@pytest.fixture(scope="module", params=REACHED)
def judged(request: pytest.FixtureRequest) -> tuple[Shares, list[str], list[str], int, int]:
    """The shares of a file; what was let in wrongly and refused wrongly; how many there are of both."""
    cases = yaml.safe_load((CASES / request.param).read_text(encoding="utf-8"))
    found = [(case["text"], case["accepted"], guard(case["text"]).out_of_purpose) for case in cases]
    let_in = [text for text, accepted, refused in found if not accepted and not refused]
    kept_out = [text for text, accepted, refused in found if accepted and refused]
    acceptable = sum(case["accepted"] for case in cases)
    return REACHED[request.param], let_in, kept_out, len(cases) - acceptable, acceptable


def test_what_is_never_accepted_is_refused(judged: tuple[Shares, list[str], list[str], int, int]) -> None:
    reached, let_in, _, refusable, _ = judged
    assert len(let_in) <= (1 - reached.refused) * refusable, let_in


def test_few_tips_are_refused(judged: tuple[Shares, list[str], list[str], int, int]) -> None:
    reached, _, kept_out, _, acceptable = judged
    assert len(kept_out) <= reached.wrongly * acceptable, kept_out
