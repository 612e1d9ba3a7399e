"""The models of category, urgency and purpose are those that the texts in data/tips give."""

from pathlib import Path

import pytest

from backend.text.linear import LinearModel, learn, word_features
from backend.text.words import words
from backend.tips.learned import CATEGORY_MODEL, MADE_BY, PURPOSE_MODEL, URGENCY_MODEL
from backend.tips.training import categories, fingerprint, purposes, urgencies
from backend.tips.triage.types import CATEGORIES

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.mark.parametrize("name", [CATEGORY_MODEL, PURPOSE_MODEL, URGENCY_MODEL])
def test_a_model_is_made_from_the_texts_beside_it(name: str) -> None:
    assert LinearModel.load(DATA / name, MADE_BY).made_from == fingerprint(DATA), f"run `{MADE_BY}`"


def test_every_category_has_texts_and_a_place_in_the_model() -> None:
    assert {label for _, label in categories(DATA)} == set(CATEGORIES)
    assert set(LinearModel.load(DATA / CATEGORY_MODEL, MADE_BY).labels) == set(CATEGORIES)


def test_no_text_is_learned_in_two_meanings() -> None:
    for labelled in (categories(DATA), purposes(DATA), urgencies(DATA)):
        meanings: dict[str, set[str]] = {}
        for text, label in labelled:
            meanings.setdefault(text, set()).add(label)
        assert [text for text, labels in meanings.items() if len(labels) > 1] == []


def test_the_same_texts_give_the_same_model_and_it_survives_being_written(tmp_path: Path) -> None:
    texts = [
        ("cho vay nặng lãi", "lending"),
        ("cho vay góp", "lending"),
        ("đánh đề", "gambling"),
        ("ghi đề", "gambling"),
    ]
    rows, labels = [word_features(words(text)) for text, _ in texts], [label for _, label in texts]
    model = learn(rows, labels, "these")
    model.save(tmp_path / "model.json")
    assert LinearModel.load(tmp_path / "model.json", MADE_BY) == model == learn(rows, labels, "these")
    assert model.shares(word_features(words("vay góp")))["lending"] > 0.5
