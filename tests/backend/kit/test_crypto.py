"""What is sealed opens only with its key, in its place, unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kit.crypto import (
    Unsealable,
    bound_to,
    derive_key,
    key_pair_from_seed,
    keyed_hash,
    new_key_pair,
    open_with,
    random_key,
    seal,
    seal_to,
    unseal,
)

KEY = random_key()
PLACE = bound_to("table", "row", 1)


@given(st.binary(max_size=5000))
def test_what_is_sealed_opens_unchanged(text: bytes) -> None:
    assert unseal(seal(text, KEY, PLACE), KEY, PLACE) == text


@given(st.binary(max_size=600), st.data())
def test_any_flipped_bit_is_noticed(text: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(text, KEY, PLACE))
    position = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[position // 8] ^= 1 << position % 8
    with pytest.raises(Unsealable):
        unseal(bytes(sealed), KEY, PLACE)


@given(st.binary(max_size=600), st.data())
def test_any_cut_is_noticed(text: bytes, data: st.DataObject) -> None:
    sealed = seal(text, KEY, PLACE)
    with pytest.raises(Unsealable):
        unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], KEY, PLACE)


def test_another_place_does_not_open_it() -> None:
    with pytest.raises(Unsealable):
        unseal(seal(b"x", KEY, PLACE), KEY, bound_to("table", "row", 2))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(Unsealable):
        unseal(seal(b"x", KEY, PLACE), random_key(), PLACE)


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_two_places_never_share_a_name(left: list[str], right: list[str]) -> None:
    assert (bound_to(*left) == bound_to(*right)) == (left == right)


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_never_share_a_hash(left: list[bytes], right: list[bytes]) -> None:
    assert (keyed_hash(KEY, *left) == keyed_hash(KEY, *right)) == (left == right)


def test_texts_of_similar_length_are_sealed_to_the_same_length() -> None:
    assert len({len(seal(b"a" * size, KEY, PLACE)) for size in range(0, 255)}) == 1


def test_purposes_give_unrelated_keys() -> None:
    assert derive_key(KEY, "draft") != derive_key(KEY, "lookup")


def test_a_secret_sealed_to_a_public_key_opens_with_its_private_key_alone() -> None:
    public, private = new_key_pair()
    other_public, other_private = new_key_pair()
    sealed = seal_to(public, b"content key")
    assert open_with(public, private, sealed) == b"content key"
    with pytest.raises(Unsealable):
        open_with(other_public, other_private, sealed)


def test_a_seed_always_gives_the_same_pair() -> None:
    assert key_pair_from_seed(b"s" * 32) == key_pair_from_seed(b"s" * 32)
