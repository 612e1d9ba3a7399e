"""A loan told in words made to be slow is read as fast as any other, and none is too deep to be read.

The work runs in a process of its own that is ended when it takes far longer than the slowest machine needs.
"""

import subprocess
import sys

import pytest

from backend.checks.money.reading import money
from backend.kit.settings import ROOT

FAR_TOO_LONG = 60
"""Seconds. The work is done in about two; where its time grows with the square of the length, in minutes."""


@pytest.mark.parametrize("word", ["mươi", "vài mươi", "100"])
def test_reading_a_loan_takes_time_in_proportion_to_its_length(word: str) -> None:
    longest = f"{word} " * (10_000 // (len(word) + 1))
    work = f"from backend.checks.loan.check import check\nfor _ in range(10): check({longest!r})"
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, check=True, timeout=FAR_TOO_LONG)


@pytest.mark.parametrize("word", ["tờ", "1 tờ", "âm", "nửa"])
def test_no_words_lead_deeper_and_deeper(word: str) -> None:
    assert money(f"{word} " * 2_000).reason is not None
