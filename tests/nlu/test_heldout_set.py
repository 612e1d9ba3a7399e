"""Checks that the held-out set is whole and well formed; it must not train, load or judge a model.

The set itself is described in tests/nlu/heldout/README.md. Nothing here compares it with the training
phrases, so that keeping the two apart needs no one to read both.
"""

import unicodedata
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent / "heldout"
LEAST_OF_STYLE = {"diacritics": 10, "none": 4, "teencode": 4, "dialect": 4, "long": 4}
LEAST_OF_LABEL = {"out_of_scope": 100, "emergency": 60}
LEAST_LETTERS_OF_LONG = 120
KEYS = {"text", "style", "also"}


class Phrase(NamedTuple):
    """One entry of the set with the label whose file holds it."""

    label: str
    text: str
    style: str
    also: tuple[str, ...]


def taxonomy_labels() -> frozenset[str]:
    """Every topic and intent of the taxonomy, as file names of this set."""
    taxonomy = yaml.safe_load((ROOT / "data" / "taxonomy.yml").read_text(encoding="utf-8"))
    return frozenset(taxonomy["topics"]) | frozenset(taxonomy["intents"])


def phrases_of(label: str) -> list[Phrase]:
    """The phrases of one label; an entry with an unknown key or a missing one fails here."""
    entries = yaml.safe_load((FOLDER / f"{label}.yml").read_text(encoding="utf-8"))
    found = []
    for entry in entries:
        assert set(entry) <= KEYS, f"{label}: unknown keys {sorted(set(entry) - KEYS)}"
        also = tuple(entry.get("also", ()))
        found.append(Phrase(label, entry["text"], entry["style"], also))
    return found


def bare(text: str) -> str:
    """Letters and digits alone, lower case and without diacritics: two spellings of one phrase meet here."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    words = "".join(
        letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join(words.split())


LABELS = sorted(taxonomy_labels())
each_label = pytest.mark.parametrize("label", LABELS)


def test_every_label_of_the_taxonomy_has_its_file_and_no_other_file_is_there() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yml")) == LABELS


@each_label
def test_a_label_has_enough_phrases_in_every_style(label: str) -> None:
    counted = Counter(phrase.style for phrase in phrases_of(label))
    assert set(counted) == set(LEAST_OF_STYLE)
    short = {style: counted[style] for style, least in LEAST_OF_STYLE.items() if counted[style] < least}
    assert not short, f"{label} has too few: {short}"
    assert counted.total() >= LEAST_OF_LABEL.get(label, 0)


@each_label
def test_a_phrase_is_written_in_the_style_it_claims(label: str) -> None:
    for phrase in phrases_of(label):
        assert phrase.text == " ".join(phrase.text.split()) != ""
        assert phrase.text == unicodedata.normalize("NFC", phrase.text)
        if phrase.style == "none":
            assert phrase.text.isascii(), phrase
        if phrase.style == "diacritics":
            assert not phrase.text.isascii(), phrase
        if phrase.style == "long":
            assert len(phrase.text) >= LEAST_LETTERS_OF_LONG, phrase


@each_label
def test_a_second_label_is_another_one_of_the_taxonomy(label: str) -> None:
    for phrase in phrases_of(label):
        assert set(phrase.also) <= set(LABELS) - {label}, phrase
        assert len(set(phrase.also)) == len(phrase.also), phrase


def test_no_phrase_is_there_twice_even_stripped_of_its_diacritics() -> None:
    places: dict[str, list[str]] = {}
    for label in LABELS:
        for phrase in phrases_of(label):
            places.setdefault(bare(phrase.text), []).append(f"{label}: {phrase.text}")
    assert [twice for twice in places.values() if len(twice) > 1] == []
