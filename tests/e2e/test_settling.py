"""The books see every promise that can be broken: what is lost, doubled, half there, or another's."""

from dataclasses import replace

import pytest

from tests.e2e.evidence import UNREADABLE
from tests.e2e.ledger import Jobs, Stored
from tests.e2e.settling import Books
from tests.e2e.told import File, Told

PHOTO, VOICE = File("photo", "kmột 0"), File("voice", "kmột 1")
TOLD = Told("kmột", "tag", ["kmột a", "kmột b"], 2, [PHOTO, VOICE], 2, receipt="1234", saved=True)
STORED = Stored(TOLD.parts, [PHOTO.pattern, VOICE.pattern])


def books(told: Told, *stored: Stored) -> Books:
    return Books([told], {told.marker: stored} if stored else {}, frozenset(), Jobs(0, 0), {}, 0)


def test_a_tip_that_is_there_once_with_its_files_is_found() -> None:
    whole = books(TOLD, STORED)
    assert whole.faults() == []
    account = whole.account()
    assert (account.found, account.photos, account.voices, account.lost, account.doubled) == (1, 1, 1, 0, 0)


@pytest.mark.parametrize(
    "patterns",
    [
        [],
        [PHOTO.pattern],
        [VOICE.pattern, PHOTO.pattern],
        [PHOTO.pattern, UNREADABLE],
        [PHOTO.pattern, File("voice", "kmột 2").pattern],
        [PHOTO.pattern, PHOTO.pattern, VOICE.pattern],
    ],
)
def test_files_that_are_not_exactly_those_that_were_sent_are_named(patterns: list[str]) -> None:
    odd = books(TOLD, Stored(TOLD.parts, patterns))
    assert len(odd.faults()) == 1 and odd.faults()[0].startswith("kmột: stored with ")
    assert odd.account().found == 0


@pytest.mark.parametrize(
    ("told", "stored", "fault"),
    [
        (TOLD, (), "confirmed and lost"),
        (TOLD, (STORED, STORED), "stored 2 times"),
        (TOLD, (Stored(["kmột a"], STORED.patterns),), "[1] messages stored, 2 written"),
        (replace(TOLD, receipt=None, saved=False), (STORED,), "neither a receipt nor word"),
        (replace(TOLD, contradictions=["2 receipts shown"]), (STORED,), "2 receipts shown"),
    ],
)
def test_every_other_broken_promise_is_named(told: Told, stored: tuple[Stored, ...], fault: str) -> None:
    assert any(fault in found for found in books(told, *stored).faults())


def test_a_tip_that_is_gone_before_its_receipt_may_be_stored_but_only_with_its_files() -> None:
    gone = replace(TOLD, receipt=None, saved=False, gone=True)
    assert books(gone, STORED).faults() == []
    assert books(gone, STORED).account().stored_unseen == 1
    assert books(gone, Stored(TOLD.parts, [])).faults()


def test_what_nobody_told_and_what_belongs_to_nothing_is_named() -> None:
    whole = books(TOLD, STORED)
    assert replace(whole, stored={"kmột": [STORED], "khai": [STORED]}).faults() == ["khai: nobody told it"]
    assert replace(whole, halves={"files without a tip": 3}).faults() == ["3 files without a tip"]
    assert replace(whole, shut=frozenset({"1234"})).faults() == ["kmột: its receipt opens no mailbox"]
    assert replace(whole, notices=Jobs(1, 0)).faults()
