"""The pattern language means what its description says."""

import pytest

from backend.text.datafiles import DataFileError
from backend.text.patterns import Patterns
from backend.text.words import words


def found(pattern: str, text: str, **lists: list[str]) -> str | None:
    return Patterns([pattern], lists).search(words(text))


@pytest.mark.parametrize(
    ("pattern", "text", "match"),
    [
        ("đập cửa", "nó đập cửa ầm ầm", "đập cửa"),
        ("đập cửa", "no dap cua am am", "dap cua"),
        ("đập cửa", "đập mạnh vào cửa", None),
        ("đập .. cửa", "đập mạnh vào cửa", "đập mạnh vào cửa"),
        ("đập .. cửa", "đập một hai ba bốn cửa", None),
        ("đập ... cửa", "đập một hai ba bốn cửa", "đập một hai ba bốn cửa"),
        ("đập .. cửa", "nó đập. cửa mở", None),
        ("(đánh|đập mạnh) em", "nó đập mạnh em", "đập mạnh em"),
        ("nó (đang)? đánh em?", "nó đánh em rồi", "nó đánh em"),
        ("{who} đánh", "bọn nó đánh", "bọn nó đánh"),
        ("{number} giờ", "tới 8h30 giờ đó", "8h30 giờ"),
        ("113 giùm", "gọi 113 giùm", "113 giùm"),
        ("=từ =từ", "từ từ rồi tính", "từ từ"),
        ("=từ =từ", "tu tu roi tinh", None),
        ("cửa! sắt", "nó phá cửa sắt", "cửa sắt"),
        ("cửa! sắt", "no pha cua sat", None),
        ("vây", "em muốn hỏi vay tiền", None),
    ],
)
def test_a_pattern_matches_words(pattern: str, text: str, match: str | None) -> None:
    assert found(pattern, text, who=["nó", "bọn nó"]) == match


def test_the_leftmost_match_counts_and_the_first_pattern_among_those() -> None:
    patterns = Patterns(["đánh em", "nó đánh", "nó"])
    assert patterns.every(words("nó đánh em, nó chạy")) == ["nó đánh", "nó"]


def test_a_gap_is_as_short_as_it_can_be_and_a_choice_takes_what_stands_first() -> None:
    assert found("đánh .. em", "đánh chị em em") == "đánh chị em"
    assert found("(đánh|đánh em) (em chết)?", "đánh em chết") == "đánh em chết"


def test_what_is_cut_out_leaves_a_word_that_means_nothing() -> None:
    assert Patterns(["mệt muốn chết"]).without(words("em mệt muốn chết rồi. nó")) == [
        "em", "_", "rồi", ".", "nó"
    ]  # fmt: skip


def test_a_whole_text_is_told_from_a_part() -> None:
    cry = Patterns(["cứu (em)?"])
    assert cry.is_whole(words("cứu em"))
    assert not cry.is_whole(words("cứu em vụ này"))


@pytest.mark.parametrize("pattern", ["", "(đánh", "đánh)", "{unknown} đánh", "((a|b)"])
def test_a_pattern_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(DataFileError):
        Patterns([pattern])


def test_many_gaps_over_a_long_sentence_stay_quick() -> None:
    patterns = Patterns(["em ... em ... em ... em ... em ... em ... cuối"])
    assert patterns.search(["em"] * 2_000) is None
