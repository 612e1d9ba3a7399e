"""Whatever a worker types and taps: the tip conversation answers, and loses nothing of the story."""

from dataclasses import dataclass
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.emergency import Alarm
from bot.files import MAX_FILES
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


@dataclass(frozen=True)
class SentFile:
    kind: Literal["photo", "voice"]


words = st.sampled_from(
    [
        "sđt của em là 0912345678",
        "che đi",
        "để nguyên",
        "xóa ảnh 1",
        "xóa hết tệp",
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
Move = Typed | Tapped | TappedAnything | SentFile
moves = st.one_of(
    st.builds(Typed, st.one_of(words, texts), findings),
    st.builds(Tapped, st.integers(0, 20)),
    st.builds(TappedAnything, st.text(max_size=60)),
    st.builds(SentFile, st.sampled_from(["photo", "voice"])),
)


def offered(play: Play) -> list[str]:
    page = play.prompt
    values = [option.value for option in page.options] + [f"~{way}" for way in page.ways]
    return [f"tip.{play.draft.tag}.{page.page}.{value}" for value in values]


def make(play: Play, move: Move) -> None:
    match move:
        case SentFile(kind):
            # The service takes none while the tip is on its way, or to be thrown away.
            if play.draft.step not in (Step.SENDING, Step.SENT) and not play.draft.cancelling:
                play.send_file(kind)
        case Typed(text, found):
            play.findings = found
            play.type(text)
        case Tapped(number):
            buttons = offered(play)
            play.tap(buttons[number % len(buttons)])
        case TappedAnything(choice):
            play.tap(choice)


def lost(before: TipDraft, play: Play) -> bool:
    """Whether a part of the story went, or a file, that nobody asked to remove or to cover."""
    after = play.draft
    undone = after.story == before.story[:-1]
    asked = undone or play.note_keys == ["mask.done"]
    removed = play.note_keys in (["files.dropped"], ["files.dropped_all"])
    kept_story = after.story[: len(before.story)] == before.story
    kept_files = after.files[: len(before.files)] == before.files
    return not (kept_story or asked) or not (kept_files or removed)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([Step.PLATFORM, Step.STORY, Step.WHO, Step.FILES, Step.REVIEW]),
    st.lists(moves, max_size=25),
)
def test_any_sequence_is_answered_and_loses_nothing(start: Step, sequence: list[Move]) -> None:
    play = Play() if start is Step.PLATFORM else at_step(start)
    for move in sequence:
        before = play.draft
        make(play, move)
        assert play.prompt.text
        assert load(dump(play.draft)) == play.draft
        assert not lost(before, play)
        assert len(play.draft.files) <= MAX_FILES
        if play.effects[-1] is Effect.SEND and play.draft.step is Step.REVIEW:
            assert play.draft.category and play.draft.story and play.draft.readers
            assert not play.draft.own
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
