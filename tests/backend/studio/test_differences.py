"""Differences can always be put together to both texts, and show as few words as possible."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from backend.studio.differences import Kind, Names, Piece, changes, pieces
from tests.backend.knowledge.topics import SOUND, around

NAMES = Names({"bat_ho": "Bốc bát họ", "hui_collapse": "Vỡ hụi"}, around().hotlines)
texts = st.text(alphabet="ab đ.\n", max_size=60)


@given(texts, texts)
def test_the_pieces_hold_both_texts(before: str, after: str) -> None:
    run = pieces(before, after)
    assert "".join(piece.text for piece in run if piece.kind is not Kind.NEW) == before
    assert "".join(piece.text for piece in run if piece.kind is not Kind.GONE) == after


def test_a_changed_word_is_shown_alone() -> None:
    assert pieces("Phạt 20 triệu đồng cả đôi bên", "Phạt 40 triệu đồng cả đôi bên") == [
        Piece(Kind.SAME, "Phạt "),
        Piece(Kind.GONE, "20"),
        Piece(Kind.NEW, "40"),
        Piece(Kind.SAME, " triệu đồng cả đôi bên"),
    ]


def test_an_amount_is_one_word() -> None:
    assert Piece(Kind.GONE, "8.000.000đ") in pieces("cầm về 8.000.000đ thôi", "cầm về 9.500.000đ thôi")


def test_a_sentence_written_anew_is_shown_as_a_whole() -> None:
    kinds = [piece.kind for piece in pieces("Họ đến nhà bạn đòi nợ", "Nếu bạn bị dọa thì gọi nợ")]
    assert kinds == [Kind.GONE, Kind.NEW, Kind.SAME]


def test_equal_topics_have_no_changes() -> None:
    assert changes(SOUND, SOUND, NAMES) == []


def test_ids_are_shown_as_people_know_them() -> None:
    changed = replace(SOUND, related=("hui_collapse",), hotlines=("111",), reviewed=date(2026, 11, 20))
    shown = {change.field: change.pieces for change in changes(SOUND, changed, NAMES)}
    assert list(shown) == ["related", "hotlines", "reviewed"]
    assert "".join(piece.text for piece in shown["related"] if piece.kind is Kind.NEW) == "Vỡ hụi"
    assert "".join(piece.text for piece in shown["hotlines"] if piece.kind is not Kind.NEW).startswith("113")
    assert "".join(piece.text for piece in shown["reviewed"] if piece.kind is not Kind.GONE) == "20/11/2026"
