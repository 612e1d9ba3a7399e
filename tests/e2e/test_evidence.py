"""What the tellers send is recognised after the cleaner made it anew, and only it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest

from backend.tips.attachments.cleaning import cleaned
from tests.e2e.evidence import UNREADABLE, Kind, made, pattern

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_made_anew_has_the_pattern_of_the_one_that_was_sent(kind: Kind) -> None:
    for seed in ("k1", "k2", "k3"):
        sent = made(kind, seed)
        # In a thread: the browsers of the stories keep a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            kept = thread.submit(asyncio.run, cleaned(sent)).result().content
        assert kept != sent
        assert pattern(kind, kept) == pattern(kind, sent) != UNREADABLE


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_different_tips_have_different_patterns(kind: Kind) -> None:
    assert len({pattern(kind, made(kind, f"k{number}")) for number in range(40)}) == 40


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_file_has_another_pattern_or_none(kind: Kind) -> None:
    sent = made(kind, "k1")
    assert pattern(kind, sent[: len(sent) // 2]) != pattern(kind, sent)
