"""The audit chain shows any change to it."""

import dataclasses
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from backend.audit.chain import START, Link, digest_of, first_broken

KEYS = {1: b"k" * 32, 2: b"l" * 32}
Entries = list[tuple[int, Link, bytes]]


def chain(actions: list[str], changed_at: int | None = None) -> Entries:
    """Entries under the first key, from number ``changed_at`` on under the second."""
    entries: Entries = []
    previous = START
    for number, action in enumerate(actions, 1):
        version = 1 if changed_at is None or number < changed_at else 2
        at = datetime(2026, 11, 21, tzinfo=UTC)
        link = Link(at, None, action, "desk:1", {"n": number}, previous, version)
        previous = digest_of(link, KEYS[version])
        entries.append((number, link, previous))
    return entries


def broken(entries: Entries, current: int = 1) -> int | None:
    return first_broken(entries, KEYS.get, current)


actions = st.lists(st.text(max_size=5), min_size=2, max_size=6)


@given(actions)
def test_an_untouched_chain_holds(names: list[str]) -> None:
    assert broken(chain(names)) is None


@given(actions, st.data())
def test_a_changed_entry_is_found(names: list[str], data: st.DataObject) -> None:
    entries = chain(names)
    at = data.draw(st.integers(0, len(entries) - 1))
    number, link, digest = entries[at]
    entries[at] = (number, dataclasses.replace(link, action=link.action + "x"), digest)
    assert broken(entries) == number


@given(actions, st.data())
def test_a_removed_entry_is_found(names: list[str], data: st.DataObject) -> None:
    entries = chain(names)
    at = data.draw(st.integers(0, len(entries) - 2))
    del entries[at]
    assert broken(entries) == entries[at][0]


def test_without_the_site_key_no_entry_can_be_forged() -> None:
    entries = chain(["a", "b"])
    number, link, _ = entries[1]
    entries[1] = (number, link, digest_of(link, b"x" * 32))
    assert broken(entries) == 2


@given(actions)
def test_the_chain_goes_on_under_a_new_key(names: list[str]) -> None:
    assert broken(chain(names, changed_at=2), current=2) is None


@given(actions, st.data())
def test_who_has_the_old_key_cannot_write_anew_what_stood_before_the_change(
    names: list[str], data: st.DataObject
) -> None:
    entries = chain(names, changed_at=len(names))
    at = data.draw(st.integers(0, len(entries) - 2))
    forged = chain([*names[:at], names[at] + "x", *names[at + 1 :]])
    assert broken([*forged[:-1], entries[-1]], current=2) == len(names)
    assert broken(forged, current=2) == len(names)
    assert broken([*entries, *forged[-1:]], current=2) == len(names)


def test_an_entry_under_a_key_that_there_is_not_is_found() -> None:
    number, link, digest = chain(["a"])[0]
    assert broken([(number, dataclasses.replace(link, key_version=7), digest)], current=7) == number
