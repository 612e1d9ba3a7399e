"""Whatever a worker types and taps: the tip conversation answers, and loses nothing of the story."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.emergency import Alarm
from bot.intake.draft import Step, TipDraft, dump, load
from bot.intake.terms import Effect, Findings
from tests.bot.intake_play import Play, at_step


@dataclass(frozen=True)
class Typed:
    text: str
    findings: Findings


@dataclass(frozen=True)
class Tapped:
    number: int
    """Which of the offered buttons, counted round."""


@dataclass(frozen=True)
class TappedAnything:
    choice: str


words = st.sampled_from(
    [
        "xong",
        "quay lại",
        "bỏ qua",
        "hủy",
        "xóa",
        "để sau",
        "đã lưu",
        "1",
        "2",
        "10",
        "đồng nai",
        "gửi tin",
        "có",
        "không",
    ]
)
findings = st.builds(
    Findings,
    refused=st.sampled_from([None, None, "political"]),
    labour_dispute=st.booleans(),
    alarm=st.sampled_from([None, Alarm("violence_now"), Alarm("child", imminent=False)]),
    own_fault=st.booleans(),
)
texts = st.text(min_size=1, max_size=200)
moves = st.one_of(
    st.builds(Typed, st.one_of(words, texts), findings),
    st.builds(Tapped, st.integers(0, 20)),
    st.builds(TappedAnything, st.text(max_size=60)),
)


def offered(play: Play) -> list[str]:
    page = play.prompt
    values = [option.value for option in page.options] + [f"~{way}" for way in page.ways]
    return [f"tip.{play.draft.tag}.{page.page}.{value}" for value in values]


def make(play: Play, move: Typed | Tapped | TappedAnything) -> None:
    match move:
        case Typed(text, found):
            play.findings = found
            play.type(text)
        case Tapped(number):
            buttons = offered(play)
            play.tap(buttons[number % len(buttons)])
        case TappedAnything(choice):
            play.tap(choice)


def lost(before: TipDraft, after: TipDraft) -> bool:
    """Whether a part of the story went that nobody asked to remove."""
    undone = after.story == before.story[:-1]
    return after.story[: len(before.story)] != before.story and not undone


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([Step.PLATFORM, Step.STORY, Step.WHO, Step.REVIEW]), st.lists(moves, max_size=25))
def test_any_sequence_is_answered_and_loses_nothing(
    start: Step, sequence: list[Typed | Tapped | TappedAnything]
) -> None:
    play = Play() if start is Step.PLATFORM else at_step(start)
    for move in sequence:
        before = play.draft
        make(play, move)
        assert play.prompt.text
        assert load(dump(play.draft)) == play.draft
        assert not lost(before, play.draft)
        if play.effects[-1] is Effect.SEND and play.draft.step is Step.REVIEW:
            assert play.draft.category and play.draft.story and play.draft.readers
            play.sent()
        if play.draft.category == "labour_violation":
            assert "police" not in play.draft.readers


@settings(max_examples=200, deadline=None)
@given(texts, findings)
def test_a_text_is_in_the_story_or_the_worker_is_told_why_not(text: str, found: Findings) -> None:
    play = at_step(Step.STORY)
    play.findings = found
    play.type(text)
    kept = play.draft.story == (text,)
    moved = play.draft.step is not Step.STORY or play.draft.cancelling or play.draft.paused
    assert kept or moved or play.notes
