"""Commands, digits and emoji are no story; a worker who has had enough is asked whether to stop."""

from dataclasses import replace

import pytest

from bot.intake.draft import Step
from bot.intake.terms import Findings
from tests.bot.intake_play import at_step


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("xong", "story.empty"),
        ("hết rồi", "story.empty"),
        ("xóa đoạn cuối", "story.empty"),
        ("bỏ qua", "no_way.skip"),
        ("không biết", "no_way.skip"),
        ("7", "story.number"),
        ("🙏🙏", "story.no_words"),
    ],
)
def test_what_is_no_story_is_not_recorded(typed: str, said: str) -> None:
    play = at_step(Step.STORY)
    play.findings = Findings(refused="political")
    play.type("chuyện chính trị")
    play.findings = Findings()
    play.type(typed)
    assert play.draft.story == ()
    assert play.note_keys == [said]


@pytest.mark.parametrize("step", [Step.STORY, Step.PLACE, Step.WHEN, Step.WHO])
@pytest.mark.parametrize(
    "typed", ["thôi sợ quá", "thoi so qua", "tôi không muốn báo nữa", "Không báo nữa.", "em không báo nữa"]
)
def test_who_has_had_enough_is_asked_whether_to_throw_it_away(step: Step, typed: str) -> None:
    play = at_step(step)
    before = play.draft
    play.type(typed)
    assert play.draft == replace(before, cancelling=True)


@pytest.mark.parametrize(
    "typed", ["họ dọa nên tôi không muốn báo nữa", "sợ quá thôi em kể luôn", "xong việc họ đòi thêm 5 triệu"]
)
def test_a_sentence_that_only_holds_such_words_is_a_story(typed: str) -> None:
    assert at_step(Step.STORY).type(typed).draft.story == (typed,)


def test_digits_alone_are_not_enough_to_send() -> None:
    play = at_step(Step.STORY).all("0912345678", "xong")
    assert play.draft.step is Step.STORY
    assert play.note_keys == ["story.empty"]


def test_a_story_that_was_emoji_alone_is_asked_for_before_the_review() -> None:
    play = at_step(Step.WHO)
    play.draft = replace(play.draft, story=("😭😭",), editing=True)
    assert play.type("ông Tư").draft.step is Step.STORY


def test_a_tip_that_is_the_unions_already_is_not_told_to_become_one() -> None:
    play = at_step(Step.STORY)
    play.draft = replace(play.draft, category="labour_violation")
    play.findings = Findings(labour_dispute=True)
    play.type("công ty nợ lương ba tháng")
    assert play.note_keys == []
    assert play.draft.story == ("công ty nợ lương ba tháng",)
