"""The public travel questions are read from a folder of the published layout; this one is invented."""

from pathlib import Path

import pytest

from nlu.phoatis import NotPhoatis, level_folder, main, read_part

QUESTIONS = {
    "flight": ["cho tôi xem các chuyến_bay từ huế đến vinh", "chuyến_bay nào đi cần_thơ sáng thứ_hai"],
    "airfare": ["giá vé từ đà_nẵng đi hà_nội là bao_nhiêu", "vé khứ_hồi rẻ nhất giá bao_nhiêu"],
    "ground_service": ["từ sân_bay vào thành_phố có xe gì", "thuê xe ở sân_bay nội_bài"],
    "flight#airfare": ["chuyến_bay và giá vé từ huế đi vinh", "các chuyến_bay sáng mai và giá vé"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("train", "dev", "test"):
        place = tmp_path / "word-level" / part
        place.mkdir(parents=True)
        pairs = [(text, label) for label, texts in QUESTIONS.items() for text in texts]
        (place / "seq.in").write_text("".join(f"{text} \n" for text, _ in pairs), encoding="utf-8")
        (place / "label").write_text("".join(f"{label}\n" for _, label in pairs), encoding="utf-8")
    return tmp_path


def test_a_line_is_a_question_and_its_intents_are_one_label(folder: Path) -> None:
    pairs = read_part(folder / "word-level" / "test")
    assert pairs[0] == ("cho tôi xem các chuyến bay từ huế đến vinh", "flight")
    assert pairs[-1][1] == "flight#airfare"


def test_either_level_is_found_and_so_is_the_folder_of_one(folder: Path) -> None:
    words = folder / "word-level"
    assert level_folder(folder) == level_folder(words) == level_folder(folder, "word-level") == words
    with pytest.raises(NotPhoatis, match="syllable-level"):
        level_folder(folder, "syllable-level")


def test_the_recipe_learns_and_says_how_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "8 questions of 4 labels trained on" in printed
    assert "aim on test: 97%" in printed
    assert "chuyến" not in printed


def test_a_question_whose_label_was_never_seen_counts_as_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = folder / "word-level" / "test" / "label"
    labels.write_text(labels.read_text(encoding="utf-8").replace("ground_service", "meal"), encoding="utf-8")
    assert main([str(folder), "--noise", "0"]) == 0
    test = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("test"))
    assert test.split()[2] == "2"
    assert float(test.split()[3].rstrip("%")) <= 75


def test_a_folder_without_the_set_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert "train/seq.in" in capsys.readouterr().err


def test_files_of_different_length_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "word-level" / "train" / "label").write_text("flight\n", encoding="utf-8")
    assert main([str(folder)]) == 1
    assert "8 lines" in capsys.readouterr().err
