"""The reporter's own name and numbers are noticed before a tip is sent, and covered if they say so."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.draft import OwnWords, Step, dump, load
from bot.intake.masking import covered, with_own_words
from bot.intake.terms import Effect, Page
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.intake_play import Play, at_step, context
from tests.bot.test_tip_form import until_story
from tests.bot.web_driver import WebWorker

PHONE = "0912 345 678"
TOLD = f"nó gọi em qua zalo suốt, sđt của em là {PHONE}, em sợ lắm"


def at_mask(*story: str, place: str | None = None, who: str | None = None) -> Play:
    """A tip with ``story`` that has come to its review."""
    play = at_step(Step.READERS)
    play.draft = replace(play.draft, story=story, place=place, who=who)
    return play.type("1")


class TestAsking:
    @pytest.mark.parametrize(
        ("text", "kind", "words"),
        [
            (TOLD, "phone", PHONE),
            ("em tên là Nguyễn Thị Mận, làm ở chuyền 3", "name", "Nguyễn Thị Mận"),
            ("họ giữ thẻ, cccd của em 079123456789", "id_card", "079123456789"),
            ("nó bắt em chuyển, stk của em 0123456789 vcb", "bank_account", "0123456789"),
        ],
    )
    def test_what_is_the_writers_own_is_asked_about_before_the_review(
        self, text: str, kind: str, words: str
    ) -> None:
        play = at_mask("ông Tư cho vay ở cổng", text)
        assert play.prompt.page == Page.MASK
        assert words in play.prompt.text
        assert context().say(f"mask.{kind}") in play.prompt.text
        assert "ông Tư" not in play.prompt.text

    def test_the_offenders_number_is_not_asked_about(self) -> None:
        play = at_mask("ông Tư cho vay, gọi số 0987654321", who="ông Tư, 0987654321, tên Tư")
        assert play.prompt.page == Step.REVIEW

    def test_nothing_can_be_sent_past_the_question(self) -> None:
        play = at_mask(TOLD)
        play.type("gửi").tap(f"tip.{play.draft.tag}.review.send")
        assert Effect.SEND not in play.effects
        assert play.prompt.page == Page.MASK


class TestCovering:
    @pytest.mark.parametrize("answer", ["1", "che đi", "có", "che di"])
    def test_yes_covers_it_in_every_text_however_it_is_written(self, answer: str) -> None:
        play = at_mask(
            TOLD, "gọi 0912.345.678 không được", place="trọ, sđt 0912345678", who="nó, +84912345678"
        )
        play.type(answer)
        draft = play.draft
        whole = "\n".join([*draft.story, draft.place or "", draft.who or ""])
        assert whole.count("[đã che]") == 4
        assert "678" not in whole
        assert "em sợ lắm" in whole
        assert play.prompt.page == Step.REVIEW
        assert play.note_keys == ["mask.done"]

    @pytest.mark.parametrize("answer", ["2", "để nguyên", "không"])
    def test_no_leaves_it_and_it_is_not_asked_about_again(self, answer: str) -> None:
        play = at_mask(TOLD).type(answer)
        assert play.draft.story == (TOLD,)
        assert play.prompt.page == Step.REVIEW
        play.tap(play.button("story")).type("chiều nay họ lại tới").type("xong")
        assert play.prompt.page == Step.REVIEW

    def test_a_new_finding_is_asked_about_once(self) -> None:
        play = at_mask(TOLD).type("2")
        play.tap(play.button("story")).type("em tên là Nguyễn Thị Mận").type("xong")
        assert play.prompt.page == Page.MASK
        assert "Nguyễn Thị Mận" in play.prompt.text
        assert PHONE not in play.prompt.text

    def test_several_are_asked_about_one_by_one_or_covered_at_once(self) -> None:
        story = ("em tên là Nguyễn Thị Mận", TOLD)
        one_by_one = at_mask(*story).type("1").type("2")
        assert one_by_one.draft.story == ("em tên là [đã che]", TOLD)
        at_once = at_mask(*story).type("3")
        assert at_once.draft.own == ()
        assert "Mận" not in "".join(at_once.draft.story) and "678" not in "".join(at_once.draft.story)

    def test_an_answer_that_is_none_is_asked_again(self) -> None:
        play = at_mask(TOLD).type("sao vậy")
        assert play.note_keys == ["not_an_answer"]
        assert play.prompt.page == Page.MASK

    def test_going_back_leads_past_the_question(self) -> None:
        play = at_mask(TOLD).type("1").type("quay lại")
        assert play.draft.step is Step.READERS

    def test_a_draft_with_findings_survives_and_shows_nothing(self) -> None:
        draft = at_mask(TOLD, "em tên là Nguyễn Thị Mận").type("2").draft
        assert load(dump(draft)) == draft
        assert "678" not in repr(draft) + repr(draft.own) + repr(draft.own_kept)

    @given(st.lists(st.text(max_size=60), max_size=3), st.integers(0, 10**8 - 1))
    def test_whatever_stands_around_it_no_digit_of_a_covered_number_is_left(
        self, around: list[str], number: int
    ) -> None:
        phone = f"09{number:08d}"
        told = f"sđt của em là {phone}"
        draft = with_own_words(replace(at_step(Step.REVIEW).draft, story=(*around, told)))
        mine = [own for own in draft.own if own.words == phone]
        assert mine == [OwnWords("phone", phone)]
        after = covered(draft, mine, "[đã che]")
        assert after.story[-1] == "sđt của em là [đã che]"
        assert phone not in "\n".join(after.story)


def test_in_the_chat_the_question_comes_before_the_review(house: House) -> None:
    worker = WebWorker(house.url)
    seen = worker.say("báo tin")
    for text in ("1", "1", "1", TOLD, "xong", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "không có", "3", "1"):
        seen = worker.say(text)
    assert PHONE in seen.text and "muốn che đi không" in seen.text
    seen = worker.tap(seen.button("Che đi"))
    assert "[đã che]" in seen.text and "678" not in seen.text
    assert "Đã gửi" in worker.tap(seen.button("Gửi tin")).text


def test_in_the_form_the_question_comes_before_the_review(house: House) -> None:
    browser = until_story(Browser(house.url)).post(text=TOLD, option="done")
    for _ in ("province", "place", "when", "who"):
        browser.post(way="skip")
    browser.post(option="none").post(option="no").post(option="union")
    assert PHONE in browser.page and "muốn che đi không" in browser.page
    browser.post(option="yes")
    assert "[đã che]" in browser.page and "678" not in browser.page
    assert "Đã gửi" in browser.post(option="send").page
