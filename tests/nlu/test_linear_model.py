"""The classifier learns, keeps what it learned as plain data, and knows how sure it is."""

from pathlib import Path

import numpy as np
import pytest

from nlu import corpus
from nlu.components.counting import counted, weighed
from nlu.components.fitting import Recipe, train, with_noise
from nlu.components.forms import Forms
from nlu.components.linear_model import LinearModel, Weights
from nlu.components.noise import without_diacritics
from nlu.components.tfidf import Tfidf

LABELS = ("faq_bat_ho", "faq_cambodia_job", "faq_wage_advance", "out_of_scope", "greet")


def no_concepts(words: list[str]) -> list[str]:
    return []


@pytest.fixture(scope="module")
def pairs() -> list[tuple[str, str]]:
    """The project's own phrases of a few labels."""
    own = corpus.read().phrases
    return [(phrase, label) for label in LABELS for phrase in own[label]]


@pytest.fixture(scope="module")
def small(pairs: list[tuple[str, str]]) -> LinearModel:
    return train(pairs, no_concepts, Recipe())


def test_a_phrase_means_the_same_with_and_without_diacritics(
    small: LinearModel, pairs: list[tuple[str, str]]
) -> None:
    changed = [
        text
        for text, _ in pairs
        if small.ranking(text, no_concepts)[0][0]
        != small.ranking(without_diacritics(text), no_concepts)[0][0]
    ]
    assert len(changed) <= len(pairs) // 100


def test_a_ranking_names_every_label_and_adds_up_to_one(small: LinearModel) -> None:
    ranking = small.ranking("bốc họ mười triệu", no_concepts)
    assert {label for label, _ in ranking} == set(LABELS)
    assert sum(chance for _, chance in ranking) == pytest.approx(1)
    assert ranking == sorted(ranking, key=lambda each: -each[1])


def test_a_text_of_unknown_words_leaves_it_in_doubt(small: LinearModel) -> None:
    known = small.ranking("bốc bát họ góp ngày", no_concepts)[0][1]
    strange = small.ranking("zxq wvut pqrs xyzz", no_concepts)[0][1]
    assert strange < known


def test_a_stored_model_ranks_exactly_as_before(small: LinearModel, tmp_path: Path) -> None:
    small.save(tmp_path)
    loaded = LinearModel.load(tmp_path)
    for text in ("bốc họ", "di campuchia luong cao", "", "🍜"):
        assert loaded.ranking(text, no_concepts) == small.ranking(text, no_concepts)


def test_a_stored_model_holds_no_object_that_could_run(small: LinearModel, tmp_path: Path) -> None:
    small.save(tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".npz"]
    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_training_twice_gives_the_same_model(pairs: list[tuple[str, str]], small: LinearModel) -> None:
    again = train(pairs, no_concepts, Recipe())
    assert again.temperature == small.temperature
    assert np.array_equal(again.weights.values, small.weights.values)


def test_two_processes_learn_exactly_what_one_learns(
    pairs: list[tuple[str, str]], small: LinearModel
) -> None:
    shared = train(pairs, no_concepts, Recipe(), helped=True)
    assert shared.temperature == small.temperature
    assert {name: list(view.vocabulary) for name, view in shared.views.items()} == {
        name: list(view.vocabulary) for name, view in small.views.items()
    }
    assert np.array_equal(shared.weights.values, small.weights.values)


def test_many_texts_are_weighed_as_each_is_when_it_is_read() -> None:
    texts = ["bốc bát họ", "vay góp góp ngày", "", "họ họ họ hụi"]
    for view, counts in counted(texts, no_concepts).items():
        tfidf, matrix = weighed(counts, 2, 0.7)
        for number, text in enumerate(texts):
            columns, values = tfidf.row(Forms.of(text, no_concepts).features()[view])
            row = np.zeros(len(tfidf))
            row[columns] = values
            assert matrix[number].toarray()[0] == pytest.approx(row, abs=1e-6), (view, number)


def test_a_phrase_is_followed_by_its_spellings_under_one_number() -> None:
    made = with_noise([("đòi nợ", "a"), ("vay", "b")], Recipe(noise=2))
    assert made.texts[:2] == ["đòi nợ", "doi no"]
    assert made.texts[4] == "vay"
    assert made.labels == ["a"] * 4 + ["b"] * 3
    assert made.sources.tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_two_labels_are_too_few() -> None:
    with pytest.raises(ValueError, match="three labels"):
        train([("a", "x"), ("b", "y")], no_concepts, Recipe())


def test_small_weights_are_dropped_and_the_others_kept() -> None:
    matrix = np.array([[0.5, 0.0001, -0.25], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    weights = Weights.of(matrix)
    assert len(weights.values) == 3
    scores = weights.scores(np.array([0, 2]), np.array([2.0, 1.0], dtype=np.float32), 3)
    assert scores.tolist() == [1.0, 1.0, -0.5]
    assert weights.scores(np.array([], dtype=np.int64), np.array([], dtype=np.float32), 3).tolist() == [
        0,
        0,
        0,
    ]


def test_unknown_features_shorten_what_is_known() -> None:
    view = Tfidf.learned(["a", "b", "c"], np.array([2, 1, 1]), 2)
    _, alone = view.row(["b"])
    _, among_strangers = view.row(["b", "x", "y"])
    assert alone.tolist() == [1.0]
    assert among_strangers[0] < 0.7
    assert len(view.row(["x"])[0]) == 0
