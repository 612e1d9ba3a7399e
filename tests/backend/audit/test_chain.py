"""The audit chain shows any change to it."""

import dataclasses
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from backend.audit.chain import START, Link, digest_of, first_broken

KEY = b"k" * 32
Entries = list[tuple[int, Link, bytes]]


def chain(actions: list[str]) -> Entries:
    entries: Entries = []
    previous = START
    for number, action in enumerate(actions, 1):
        link = Link(datetime(2026, 11, 21, tzinfo=UTC), None, action, "desk:1", {"n": number}, previous)
        previous = digest_of(link, KEY)
        entries.append((number, link, previous))
    return entries


actions = st.lists(st.text(max_size=5), min_size=2, max_size=6)


@given(actions)
def test_an_untouched_chain_holds(names: list[str]) -> None:
    assert first_broken(chain(names), KEY) is None


@given(actions, st.data())
def test_a_changed_entry_is_found(names: list[str], data: st.DataObject) -> None:
    entries = chain(names)
    at = data.draw(st.integers(0, len(entries) - 1))
    number, link, digest = entries[at]
    entries[at] = (number, dataclasses.replace(link, action=link.action + "x"), digest)
    assert first_broken(entries, KEY) == number


@given(actions, st.data())
def test_a_removed_entry_is_found(names: list[str], data: st.DataObject) -> None:
    entries = chain(names)
    at = data.draw(st.integers(0, len(entries) - 2))
    del entries[at]
    assert first_broken(entries, KEY) == entries[at][0]


def test_without_the_site_key_no_entry_can_be_forged() -> None:
    entries = chain(["a", "b"])
    number, link, _ = entries[1]
    entries[1] = (number, link, digest_of(link, b"x" * 32))
    assert first_broken(entries, KEY) == 2
