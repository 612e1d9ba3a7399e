"""Noise is the same every time, and like what people type."""

from random import Random

from nlu.components.noise import (
    DIALECT,
    TEENCODE,
    mistyped,
    replaced,
    some_without_diacritics,
    variants,
    without_diacritics,
)

PHRASE = "không trả nổi tiền thì bây giờ em phải làm sao với nó ạ"


def test_the_same_seed_gives_the_same_spellings() -> None:
    assert variants(PHRASE, 5, seed=1) == variants(PHRASE, 5, seed=1)
    assert variants(PHRASE, 5, seed=1) != variants(PHRASE, 5, seed=2)


def test_about_half_of_the_spellings_have_no_diacritics() -> None:
    spellings = variants(PHRASE, 400, seed=1)
    bare = sum(spelling == without_diacritics(spelling) for spelling in spellings)
    assert 160 < bare < 260
    assert variants(PHRASE, 0, seed=1) == []


def test_no_spelling_is_empty() -> None:
    assert all(spelling.strip() for seed in range(200) for spelling in variants("ok", 3, seed))


def test_teencode_and_dialect_replace_whole_words_only() -> None:
    written = replaced("không người không", TEENCODE, Random(1), 1.0).split()
    assert set(written) <= {*TEENCODE["không"], *TEENCODE["người"]}
    assert replaced("khôngg", TEENCODE, Random(1), 1.0) == "khôngg"
    assert replaced("thế nào", DIALECT, Random(1), 1.0) in DIALECT["thế nào"]


def test_slips_change_letters_but_never_numbers() -> None:
    slipped = {mistyped("tiền 10000000", Random(seed), 1.0) for seed in range(50)}
    assert len(slipped) > 5
    assert all(text.endswith(" 10000000") for text in slipped)


def test_some_words_lose_their_diacritics_and_some_keep_them() -> None:
    mixed = some_without_diacritics(PHRASE, Random(3))
    assert without_diacritics(mixed) == without_diacritics(PHRASE)
    assert mixed not in {PHRASE, without_diacritics(PHRASE)}
