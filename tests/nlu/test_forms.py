"""However a worker types, the classifier sees nearly the same."""

import pytest

from backend.text.lexicon import Lexicon
from nlu.components.forms import Forms, character_ngrams, concept_features, concept_finder, shape
from nlu.components.noise import without_diacritics

CONCEPTS = concept_finder(Lexicon({"thug": ["xăm trổ", "đầu gấu"], "filth": ["tạt sơn"]}))


def test_folded_words_and_characters_need_no_diacritics() -> None:
    text = "Bọn đầu gấu tạt sơn nhà em, đòi 10 triệu"
    marked = Forms.of(text, CONCEPTS).features()
    bare = Forms.of(without_diacritics(text), CONCEPTS).features()
    for view in ("folded", "characters", "concepts"):
        assert marked[view] == bare[view]
    assert marked["typed"] != bare["typed"]


def test_different_words_for_one_thing_are_one_concept() -> None:
    one = Forms.of("mấy thằng xăm trổ", CONCEPTS)
    other = Forms.of("mấy thằng đầu gấu", CONCEPTS)
    assert one.concepts == other.concepts == ["thug"]


def test_a_concept_is_found_whatever_marks_its_words_carry() -> None:
    words_that_look_alike = Forms.of("bạn thân của em", concept_finder(Lexicon({"organ": ["bán thận"]})))
    assert words_that_look_alike.concepts == ["organ"]


def test_danger_and_its_signs_are_concepts_too() -> None:
    told = Forms.of("nó đang cầm dao đứng trước phòng em", CONCEPTS).concepts
    assert "danger_violence_now" in told
    assert "sign_weapon" in told
    assert Forms.of("lãi bát họ tính sao", CONCEPTS).concepts == []


def test_pairs_of_concepts_are_features_of_their_own() -> None:
    assert concept_features(["thug", "filth", "thug"]) == ["filth", "thug", "filth+thug"]


def test_a_long_story_has_a_bounded_number_of_pairs() -> None:
    assert len(concept_features([f"c{number}" for number in range(500)])) == 12 + 66


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("10tr", "#money"),
        ("1tr2", "#money"),
        ("500k", "#money"),
        ("20%", "#percent"),
        ("0912345678", "#phone"),
        ("40", "#number"),
        ("1.500.000", "#number"),
        ("f88", "f88"),
        ("vay", "vay"),
    ],
)
def test_numbers_count_by_their_kind(token: str, kind: str) -> None:
    assert shape(token) == kind


def test_characters_never_cross_a_word() -> None:
    assert character_ngrams("no ma", 2, 3) == [" n", "no", "o ", " no", "no ", " m", "ma", "a ", " ma", "ma "]
