"""A tip is thrown away by a clear yes alone."""

import pytest

from bot.intake.draft import Step
from bot.intake.terms import Effect
from tests.bot.intake_play import Play, at_step


@pytest.fixture
def asked() -> Play:
    """A tip with everything written, and the question whether to throw it away."""
    return at_step(Step.REVIEW).type("hủy")


@pytest.mark.parametrize(
    "typed",
    [
        "đừng",
        "Đừng!",
        "dung",
        "dừng",
        "dừng rồi",
        "dung roi",
        "đừng xóa",
        "dung xoa",
        "thôi",
        "thoi",
        "không",
    ],
)
def test_a_no_keeps_the_tip_in_any_spelling(asked: Play, typed: str) -> None:
    asked.type(typed)
    assert asked.effects[-1] is Effect.NONE
    assert not asked.draft.cancelling
    assert asked.draft.story


@pytest.mark.parametrize(
    "typed", ["ửng", "cỏ", "ư", "đúng là tôi sợ", "xơ", "xoá thì sao", "ờ thì", "hủy", "bố"]
)
def test_what_is_no_clear_answer_is_asked_again(asked: Play, typed: str) -> None:
    asked.type(typed)
    assert asked.effects[-1] is Effect.NONE
    assert asked.draft.cancelling
    assert asked.note_keys == ["not_an_answer"]


@pytest.mark.parametrize(
    "typed",
    [
        "1",
        "có",
        "ok",
        "OK.",
        "đúng",
        "bỏ",
        "xóa",
        "xoá",
        "xoa",
        "xóa hết",
        "xoa du lieu cua toi",
        "bỏ và xóa",
    ],
)
def test_a_clear_yes_throws_it_away(asked: Play, typed: str) -> None:
    assert asked.type(typed).effects[-1] is Effect.DISCARD


def test_the_button_throws_it_away(asked: Play) -> None:
    assert asked.tap(asked.button("yes")).effects[-1] is Effect.DISCARD
