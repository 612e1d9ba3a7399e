"""The tip conversation, step by step, as pure functions."""

from dataclasses import replace

import pytest

from bot.emergency import Alarm
from bot.envelope import Language
from bot.intake.draft import Reader, Step, dump, load, new_draft
from bot.intake.machine import IDLE_MINUTES, is_resting, resume_prompt
from bot.intake.steps.story import MAX_CHARACTERS
from bot.intake.submission import submission
from bot.intake.terms import Effect, Findings, Way
from tests.bot.intake_play import CATEGORIES, Play, at_step, context

OPTIONAL = (Step.PROVINCE, Step.PLACE, Step.WHEN, Step.WHO, Step.FILES, Step.DANGER)
NEEDED = (Step.NOTICE, Step.CATEGORY, Step.STORY, Step.READERS)


class TestOrder:
    def test_the_whole_tip_by_typing(self) -> None:
        play = at_step(Step.REVIEW).type("1")
        assert play.effects[-1] is Effect.SEND
        body = submission(play.draft, context())
        assert body["category"] == CATEGORIES[0]
        assert body["story"] == ["có ông cho vay ở cổng"]
        assert body["province"] == "75"
        assert body["place"] == "cổng số 2"
        assert body["when"] == "Đang diễn ra"
        assert body["who"] == "ông Tư"
        assert body["danger"] == "no"
        assert body["readers"] == ["union"]

    def test_what_the_platform_sees_and_the_notice_come_before_any_free_text(self) -> None:
        play = Play()
        assert play.prompt.page == Step.PLATFORM
        play.type("1")
        assert play.prompt.page == Step.NOTICE
        play.type("chuyện của tôi là")
        assert play.draft.story == ()
        assert play.note_keys == ["not_an_answer"]

    def test_a_story_may_come_in_several_messages(self) -> None:
        play = at_step(Step.STORY).all("một", "hai", "ba", "xong")
        assert play.draft.story == ("một", "hai", "ba")
        assert play.draft.step is Step.PROVINCE

    def test_done_without_a_story_asks_for_one(self) -> None:
        play = at_step(Step.STORY)
        play.type("xong")
        assert play.draft.step is Step.STORY

    def test_nothing_is_preselected_among_the_readers(self) -> None:
        play = at_step(Step.READERS)
        assert play.draft.readers == ()
        play.type("bỏ qua")
        assert play.draft.step is Step.READERS

    @pytest.mark.parametrize(
        ("typed", "readers"), [("1", ("union",)), ("2", ("police",)), ("3", ("union", "police"))]
    )
    def test_the_reporter_chooses_the_readers(self, typed: str, readers: tuple[str, ...]) -> None:
        assert at_step(Step.READERS).type(typed).draft.readers == readers

    @pytest.mark.parametrize(("kind", "other"), [("union", "công an"), ("police", "công đoàn")])
    def test_only_who_can_receive_is_offered_and_that_is_said(self, kind: Reader, other: str) -> None:
        play = at_step(Step.READERS)
        play.draft = replace(play.draft, receivers=(kind,))
        assert [option.value for option in play.prompt.options] == [kind]
        assert f"{other} chưa nhận được" in play.prompt.text
        assert play.tap(f"tip.{play.draft.tag}.readers.both").draft.readers == ()
        assert play.type("1").draft.readers == (kind,)

    def test_when_nobody_can_receive_the_tip_can_wait(self) -> None:
        play = at_step(Step.READERS)
        play.draft = replace(play.draft, receivers=())
        assert play.prompt.options == ()
        assert "chưa nơi nào nhận được" in play.prompt.text
        assert play.type("1").draft.readers == ()
        assert play.type("quay lại").draft.step is Step.DANGER

    def test_the_unions_category_can_be_changed_while_the_union_cannot_receive(self) -> None:
        play = at_step(Step.READERS)
        play.draft = replace(play.draft, category="labour_violation", receivers=("police",))
        assert "công đoàn chưa nhận được" in play.prompt.text
        assert play.type("1").draft.step is Step.CATEGORY
        assert play.type("1").draft.step is Step.READERS
        assert play.type("1").draft.step is Step.REVIEW
        assert play.draft.readers == ("police",)


class TestMovingAbout:
    @pytest.mark.parametrize("step", OPTIONAL)
    def test_an_optional_step_can_be_skipped(self, step: Step) -> None:
        play = at_step(step)
        assert Way.SKIP in play.prompt.ways
        play.type("bỏ qua")
        assert play.draft.step is list(Step)[list(Step).index(step) + 1]

    @pytest.mark.parametrize("step", NEEDED)
    def test_a_needed_step_cannot_be_skipped(self, step: Step) -> None:
        play = Play().type("1") if step is Step.NOTICE else Play().all("1", "1")
        if step not in (Step.NOTICE, Step.CATEGORY):
            play = at_step(step)
        assert Way.SKIP not in play.prompt.ways
        assert play.tap(f"tip.{play.draft.tag}.{step}.~skip").draft.step is step

    @pytest.mark.parametrize("step", list(Step)[1:12])
    def test_back_leads_to_the_step_before_and_loses_nothing(self, step: Step) -> None:
        play = at_step(step) if list(Step).index(step) >= 3 else Play().all(*["1"] * list(Step).index(step))
        assert play.draft.step is step
        before = play.draft
        play.type("quay lại")
        assert play.draft.step is list(Step)[list(Step).index(step) - 1]
        assert (play.draft.story, play.draft.who, play.draft.readers) == (
            before.story,
            before.who,
            before.readers,
        )

    @pytest.mark.parametrize("step", [step for step in Step if step not in (Step.SENDING, Step.SENT)])
    def test_cancel_asks_first_and_then_throws_everything_away(self, step: Step) -> None:
        play = at_step(step) if list(Step).index(step) >= 3 else Play().all(*["1"] * list(Step).index(step))
        play.type("hủy")
        assert play.draft.cancelling
        assert play.effects[-1] is Effect.NONE
        kept = play.type("giữ lại").draft
        assert not kept.cancelling
        assert kept.step is step
        assert play.all("hủy", "1").effects[-1] is Effect.DISCARD

    @pytest.mark.parametrize(
        ("typed", "meaning"),
        [("quay lai", Step.PLACE), ("Quay lại!", Step.PLACE), ("back", Step.PLACE), ("Bo qua.", Step.WHO)],
    )
    def test_quick_words_work_with_and_without_diacritics(self, typed: str, meaning: Step) -> None:
        assert at_step(Step.WHEN).type(typed).draft.step is meaning

    def test_a_name_is_no_command(self) -> None:
        play = at_step(Step.WHO).type("Huy")
        assert play.draft.who == "Huy"
        assert at_step(Step.WHO).type("hủy").draft.cancelling

    def test_a_button_of_an_earlier_question_is_refused_kindly(self) -> None:
        play = Play().all("1", "1")
        old = play.button("illegal_lending")
        play.type("2")
        before = play.draft
        play.tap(old)
        assert play.note_keys == ["stale"]
        assert play.draft == before

    def test_a_button_of_an_older_tip_is_refused_kindly(self) -> None:
        old = Play().button("go")
        assert Play().tap(old).note_keys == ["stale"]

    def test_a_rest_of_a_quarter_of_an_hour_hides_the_tip(self) -> None:
        draft = replace(at_step(Step.WHO).draft, touched=1000)
        assert not is_resting(draft, 1000 + IDLE_MINUTES - 1)
        assert is_resting(draft, 1000 + IDLE_MINUTES)
        shown = resume_prompt(draft, context())
        assert "cổng" not in shown.text + "".join(option.label for option in shown.options)

    def test_pausing_leaves_the_conversation_and_keeps_the_tip(self) -> None:
        play = at_step(Step.STORY).all("một", "để sau")
        assert play.effects[-1] is Effect.LEAVE
        assert play.draft.paused
        assert play.draft.story == ("một",)


class TestDigits:
    @pytest.mark.parametrize("typed", ["2", "2.", "2)", "(2)", " 2 ", "２"])
    def test_a_typed_digit_is_a_choice(self, typed: str) -> None:
        assert Play().all("1", "1").type(typed).draft.category == CATEGORIES[1]

    def test_the_tenth_category_has_two_digits(self) -> None:
        assert Play().all("1", "1", "10").draft.category == "other_crime"

    def test_a_digit_that_is_no_choice_is_no_answer(self) -> None:
        assert Play().all("1", "1", "11").note_keys == ["not_an_answer"]

    def test_a_label_can_be_typed_without_diacritics(self) -> None:
        assert at_step(Step.READERS).type("ca cong doan va cong an").draft.readers == ("union", "police")

    def test_the_provinces_are_paged_by_digits(self) -> None:
        play = at_step(Step.PROVINCE)
        seen: list[str] = []
        for _ in range(5):
            play.tap(play.button("more"))
            seen += [option.value for option in play.prompt.options if option.value != "more"]
        assert len(seen) == len(set(seen)) == 34
        first = play.prompt.options[0].value
        assert play.type("1").draft.province == first


class TestWhere:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [("Bình Dương", "79"), ("binh duong", "79"), ("sài gòn", "79"), ("BAC GIANG", "24")],
    )
    def test_old_names_and_names_without_diacritics_are_known(self, typed: str, code: str) -> None:
        play = at_step(Step.PROVINCE).type(typed)
        assert play.draft.province == code
        assert play.note_keys == ["province.chosen"]

    def test_an_unknown_name_is_asked_again(self) -> None:
        play = at_step(Step.PROVINCE).type("xứ thần tiên")
        assert play.draft.step is Step.PROVINCE
        assert play.note_keys == ["province.unknown"]

    def test_several_meanings_are_asked_back(self) -> None:
        play = at_step(Step.PROVINCE).type("hà nội hoặc hải phòng")
        assert len(play.prompt.options) == 2
        chosen = play.prompt.options[1].value
        assert play.type("2").draft.province == chosen


class TestLabour:
    def test_a_labour_violation_goes_to_the_union_alone(self) -> None:
        play = at_step(Step.READERS)
        play.draft = replace(play.draft, category="labour_violation")
        assert [option.value for option in play.prompt.options] == ["union"]
        assert play.tap(f"tip.{play.draft.tag}.readers.both").draft.readers == ()
        assert play.type("1").draft.readers == ("union",)

    def test_a_labour_dispute_is_told_of_the_union_and_keeps_its_text(self) -> None:
        play = at_step(Step.STORY)
        play.findings = Findings(labour_dispute=True)
        play.type("công ty nợ lương ba tháng")
        assert play.note_keys == ["labour.help"]
        assert play.draft.story == ("công ty nợ lương ba tháng",)
        play.tap(play.button("labour"))
        assert play.draft.category == "labour_violation"

    def test_changing_to_or_from_the_unions_category_asks_for_the_readers_again(self) -> None:
        play = at_step(Step.REVIEW)
        steps = []
        for category in ("labour_violation", "online_fraud"):
            play.tap(play.button("category")).tap(play.button(category))
            assert play.draft.readers == ()
            steps.append(play.draft.step)
            steps.append(play.type("1").draft.step)
        assert steps == [Step.READERS, Step.REVIEW, Step.READERS, Step.REVIEW]


class TestGuardAndDanger:
    def test_what_is_out_of_purpose_is_refused_and_not_stored(self) -> None:
        play = at_step(Step.STORY).type("một")
        play.findings = Findings(refused="political")
        play.type("chuyện chính trị")
        assert play.draft.story == ("một",)
        assert play.note_keys == ["refused.political"]

    @pytest.mark.parametrize("step", [Step.PLACE, Step.WHEN, Step.WHO])
    def test_the_guard_watches_every_free_text(self, step: Step) -> None:
        play = at_step(step)
        before = play.draft
        play.findings = Findings(refused="drug_user")
        play.type("một câu nào đó dài dài")
        assert play.draft == before

    def test_danger_in_a_story_is_answered_first_and_the_text_is_kept(self) -> None:
        play = at_step(Step.STORY)
        play.findings = Findings(alarm=Alarm("violence_now"))
        play.type("họ đang đánh em")
        assert play.note_keys[0] == "emergency.violence_now"
        assert play.notes[0].hotlines[0] == "113"
        assert play.draft.story == ("họ đang đánh em",)
        assert play.type("họ vẫn đánh").note_keys[0] == "emergency.again"

    def test_a_threat_without_an_hour_is_answered_shortly(self) -> None:
        play = at_step(Step.STORY)
        play.findings = Findings(alarm=Alarm("violence_now", imminent=False))
        assert play.type("nó dọa giết em").note_keys == ["emergency.threat"]

    def test_danger_is_answered_even_in_a_text_that_is_refused(self) -> None:
        play = at_step(Step.STORY)
        play.findings = Findings(alarm=Alarm("suicide"), refused="private_life")
        assert play.type("một câu").note_keys == ["emergency.suicide", "refused.private_life"]

    def test_danger_now_gives_113_at_once(self) -> None:
        play = at_step(Step.DANGER).type("1")
        assert play.notes[0].hotlines == ("113",)
        assert play.draft.danger == "now"

    def test_trafficking_in_danger_gives_111_too(self) -> None:
        play = at_step(Step.DANGER)
        play.draft = replace(play.draft, category="trafficking")
        assert play.type("1").notes[0].hotlines == ("113", "111")

    def test_police_readers_are_warned_of_the_reporters_own_fault(self) -> None:
        play = at_step(Step.STORY)
        play.findings = Findings(own_fault=True)
        play.type("em cầm căn cước cho họ")
        play.draft = replace(play.draft, step=Step.READERS)
        assert context().say("readers.own_fault") in play.prompt.text


class TestReview:
    def test_everything_that_was_told_is_shown(self) -> None:
        shown = "\n".join(at_step(Step.REVIEW).prompt.more)
        for told in ("có ông cho vay ở cổng", "Đồng Nai", "cổng số 2", "Đang diễn ra", "ông Tư", "Công đoàn"):
            assert told in shown

    @pytest.mark.parametrize(
        ("line", "typed", "changed"),
        [
            ("place", "cổng số 5", {"place": "cổng số 5"}),
            ("who", "bà Ba", {"who": "bà Ba"}),
            ("when", "hôm 3/11", {"when": "hôm 3/11", "when_choice": None}),
            ("danger", "2", {"danger": "soon"}),
            ("readers", "3", {"readers": ("union", "police")}),
            ("province", "huế", {"province": "46"}),
        ],
    )
    def test_each_line_can_be_changed_and_leads_back(
        self, line: str, typed: str, changed: dict[str, object]
    ) -> None:
        play = at_step(Step.REVIEW)
        play.tap(play.button(line)).type(typed)
        assert play.draft.step is Step.REVIEW
        assert {name: getattr(play.draft, name) for name in changed} == changed

    def test_a_change_can_be_left_without_changing(self) -> None:
        play = at_step(Step.REVIEW)
        before = play.draft
        play.tap(play.button("who")).type("quay lại")
        assert play.draft == before

    def test_a_line_can_be_emptied(self) -> None:
        play = at_step(Step.REVIEW)
        play.tap(play.button("who")).type("bỏ qua")
        assert play.draft.who is None
        assert play.draft.step is Step.REVIEW

    def test_the_last_part_of_a_story_can_be_removed(self) -> None:
        play = at_step(Step.REVIEW)
        play.tap(play.button("story")).type("thêm đoạn hai")
        play.tap(play.button("undo")).type("xong")
        assert play.draft.story == ("có ông cho vay ở cổng",)
        assert play.draft.step is Step.REVIEW

    def test_a_story_that_was_emptied_is_asked_for_before_sending(self) -> None:
        play = at_step(Step.REVIEW)
        play.tap(play.button("story"))
        play.tap(play.button("undo")).type("quay lại")
        assert play.draft.step is Step.STORY


class TestReceipt:
    def test_it_is_shown_until_it_is_noted(self) -> None:
        play = at_step(Step.REVIEW).sent()
        receipt = play.draft.receipt or ""
        for typed in ("ok rồi sao nữa", "quay lại", "mã đâu"):
            play.type(typed)
            assert receipt.replace(" ", "") in "".join(play.prompt.more).replace(" ", "")
        assert play.type("đã lưu").effects[-1] is Effect.FINISH

    def test_the_digit_of_send_sent_twice_does_not_destroy_the_receipt(self) -> None:
        play = at_step(Step.REVIEW).type("1").sent()
        assert play.type("1").effects[-1] is Effect.NONE
        assert play.note_keys == ["not_an_answer"]
        assert (play.draft.receipt or "?") in "".join(play.prompt.more).replace(" ", "")

    def test_throwing_it_away_is_asked_twice(self) -> None:
        play = at_step(Step.REVIEW).sent()
        play.type("xóa")
        assert play.prompt.text == context().say("cancel.sent")

    def test_the_most_urgent_tip_with_nobody_on_duty_names_113(self) -> None:
        play = at_step(Step.REVIEW).sent()
        confirmed = play.draft.confirmed
        assert confirmed is not None
        play.draft = replace(play.draft, confirmed=replace(confirmed, priority="P1", on_duty=False))
        assert "113" in play.prompt.more[0]


class TestSizes:
    def test_a_story_has_a_limit_and_says_so(self) -> None:
        play = at_step(Step.STORY)
        for _ in range(MAX_CHARACTERS // 4_000):
            play.type("á" * 4_000)
        full = play.draft.story
        assert play.type("một câu nữa").note_keys == ["story.full"]
        assert play.draft.story == full

    def test_an_answer_too_long_for_its_line_is_not_cut_but_asked_again(self) -> None:
        play = at_step(Step.PLACE).type("á" * 1_001)
        assert play.draft.place is None
        assert play.note_keys == ["line.too_long"]


def test_a_draft_survives_its_own_form() -> None:
    draft = at_step(Step.REVIEW).sent().draft
    assert load(dump(draft)) == draft


def test_a_draft_of_an_unknown_form_is_none() -> None:
    assert load(b'{"step": "dancing"}') is None


def test_a_draft_shows_nothing_of_itself() -> None:
    assert "cổng" not in repr(at_step(Step.REVIEW).draft)


def test_english_is_spoken_to_the_end() -> None:
    play = Play(draft=new_draft(Language.EN)).all(
        "1", "1", "2", "they hit my room-mate", "done", "binh duong"
    )
    assert play.draft.step is Step.PLACE
    assert play.prompt.text.startswith("Where exactly?")
