"""A whole report on little data: trained into a running server, asked, written down without a phrase."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from nlu import corpus
from nlu.components.noise import without_diacritics
from nlu.report.__main__ import also_taught, main
from nlu.report.questions import STRIPPED, Question, held_out_set, part, split
from tests.nlu.conftest import ROOT

ASKED = {
    "bat_ho": [
        ("Bốc mười triệu mà chỉ cầm về tám triệu thì sao?", "diacritics"),
        ("boc gop ngay 200 nghin co ai biet ko", "none"),
        ("bốc họ r trả hok nổi", "teencode"),
    ],
    "greet": [("Chào em nghe, có ai ở đó không?", "diacritics"), ("chao ban", "none")],
    "emergency": [("Cứu em với, nó đang đánh em ở phòng trọ", "diacritics")],
    "out_of_scope": [("Hôm nay trời có mưa không nhỉ?", "diacritics"), ("nấu canh chua răng hè", "dialect")],
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What trainers own, with a few phrases a label and no pages."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(ROOT / "data", folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("knowledge"))
    for path in (folder / "examples").glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(lines[:6]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def held_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heldout")
    for label, phrases in ASKED.items():
        entries = [{"text": text, "style": style} for text, style in phrases]
        (folder / f"{label}.yml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(model: Path, data: Path, held_out: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a run without Rasa's default pipeline."""
    out = tmp_path_factory.mktemp("reports")
    options = [f"--data={data}", f"--held-out={held_out}", f"--served={model}", f"--out={out}"]
    assert main([*options, "--epochs=0"]) == 0
    (page,) = out.glob("nlu-*.md")
    return page.read_text(encoding="utf-8")


def test_the_page_has_every_part(written: str) -> None:
    titles = [line.removeprefix("## ") for line in written.splitlines() if line.startswith("## ")]
    assert titles == [
        "What was to be reached",
        "By style",
        "What is not ours, and what is",
        "Emergencies",
        "Calibration",
        "Speed and size",
        "From the order to train to a live model",
        "Learning curve",
        "Confused pairs",
        "By label, the weakest first",
    ]


def test_the_page_counts_the_questions_of_each_style(written: str) -> None:
    by_style = written.partition("## By style")[2].partition("##")[0]
    counted = {cells[0]: cells[1] for line in by_style.splitlines() if (cells := cells_of(line))}
    asked = [style for phrases in ASKED.values() for _, style in phrases]
    assert counted["all"] == str(len(asked))
    assert counted["diacritics"] == counted[STRIPPED] == str(asked.count("diacritics"))
    assert counted["none"] == str(asked.count("none"))


def test_the_page_tells_how_the_running_server_got_the_new_model(written: str) -> None:
    seconds = {cells[0]: cells[1] for line in written.splitlines() if len(cells := cells_of(line)) == 2}
    parts = ["Rasa imported", "features", "support vector machines", "the running server loads and swaps"]
    assert all(float(seconds[part]) >= 0 for part in parts)
    whole = float(seconds["**order to train → the new model answers**"].strip("*"))
    assert whole >= sum(float(seconds[part]) for part in parts)


def test_the_page_shows_no_phrase(written: str) -> None:
    for phrases in ASKED.values():
        for text, _ in phrases:
            assert text not in written


def test_a_phrase_with_diacritics_is_asked_once_more_without(held_out: Path) -> None:
    questions = held_out_set(held_out)
    assert Question("Chao em nghe, co ai o do khong?", "greet", frozenset(), STRIPPED) in questions
    assert {question.label for question in questions} == {"faq_bat_ho", "greet", "emergency", "out_of_scope"}


def test_a_question_that_was_also_taught_is_known_whatever_its_marks_and_signs(data: Path) -> None:
    read = corpus.read(data)
    text, label = next(pair for pair in read.asked() if len(pair[0]) > 20)
    asked = [f"{text.upper()} !", without_diacritics(text), f"{text} lắm lắm"]
    questions = [Question(each, label, frozenset(), "diacritics") for each in asked]
    assert also_taught(questions, read) == [True, True, False]


def test_a_smaller_part_of_the_phrases_lies_within_a_larger_one() -> None:
    pairs = [(f"{label} {number}", label) for label in "ab" for number in range(40)] + [("c 0", "c")]
    eighth, half = part(pairs, 1 / 8), part(pairs, 1 / 2)
    assert set(eighth) < set(half) < set(pairs)
    assert [sum(label == each for _, label in eighth) for each in "abc"] == [5, 5, 1]
    assert part(pairs, 1 / 8) == eighth


def test_a_phrase_that_is_asked_was_not_trained_on() -> None:
    pairs = [(f"{label} {number}", label) for label in "ab" for number in range(10)]
    kept, asked = split(pairs)
    assert sorted([*kept, *asked]) == sorted(pairs)
    assert [sum(label == each for _, label in asked) for each in "ab"] == [2, 2]


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
