"""What the tellers send is recognised after the cleaner made it anew, and only it."""

from typing import get_args

import pytest

from backend.tips.attachments.cleaning import cleaned
from tests.e2e.evidence import UNREADABLE, Kind, made, pattern

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_made_anew_has_the_pattern_of_the_one_that_was_sent(kind: Kind) -> None:
    for seed in ("k1", "k2", "k3"):
        sent = made(kind, seed)
        kept = (await cleaned(sent)).content
        assert kept != sent
        assert pattern(kind, kept) == pattern(kind, sent) != UNREADABLE


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_different_tips_have_different_patterns(kind: Kind) -> None:
    assert len({pattern(kind, made(kind, f"k{number}")) for number in range(40)}) == 40


@pytest.mark.parametrize("kind", KINDS)
def test_half_a_file_has_another_pattern_or_none(kind: Kind) -> None:
    sent = made(kind, "k1")
    assert pattern(kind, sent[: len(sent) // 2]) != pattern(kind, sent)
