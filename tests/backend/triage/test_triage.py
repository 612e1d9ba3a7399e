"""A tip gets the category, urgency and desks that a liaison would give, with reasons; none is dropped."""

from dataclasses import replace
from pathlib import Path
from typing import TypedDict

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.text.normalize import fold
from backend.tips.triage import TriageInput, TriageResult, triage
from backend.tips.triage.types import CATEGORIES, PRIORITIES

ROOT = Path(__file__).resolve().parents[3]


class Case(TypedDict, total=False):
    text: str
    chosen: str
    category: str
    priority: str
    desks: list[str]
    reason: str
    either: list[str]


CASES: list[Case] = yaml.safe_load(Path(__file__).with_name("triage_cases.yml").read_text(encoding="utf-8"))
REASONS: dict[str, dict[str, str]] = yaml.safe_load(
    (ROOT / "data" / "phrases" / "triage.yml").read_text(encoding="utf-8")
)
stories = st.one_of(st.sampled_from([case["text"] for case in CASES]), st.text(max_size=200))
tips = st.builds(
    TriageInput,
    category=st.sampled_from(CATEGORIES),
    story=stories,
    place=st.one_of(st.none(), stories),
    danger=st.sampled_from(["now", "soon", "no", "unknown"]),
    readers=st.sampled_from([("union",), ("police",), ("union", "police")]),
)


def tip(case: Case) -> TriageInput:
    return TriageInput(case.get("chosen", "other_crime"), case["text"])


class TestLabelledTips:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
    def test_category_and_priority_are_a_liaisons(self, case: Case) -> None:
        result = triage(tip(case))
        either = case.get("either", [])
        assert result.category in [case["category"], *either]
        assert result.priority in [case["priority"], *either]

    @pytest.mark.parametrize(
        "case", [case for case in CASES if "desks" in case], ids=lambda case: case["text"]
    )
    def test_the_desks_are_suggested(self, case: Case) -> None:
        assert list(triage(tip(case)).desks) == case["desks"]

    @pytest.mark.parametrize(
        "case", [case for case in CASES if "reason" in case], ids=lambda case: case["text"]
    )
    def test_the_telling_reason_is_given(self, case: Case) -> None:
        assert case["reason"] in triage(tip(case)).reasons

    def test_diacritics_change_little(self) -> None:
        changed = [
            case["text"]
            for case in CASES
            if triage(TriageInput("other_crime", fold(case["text"]))).priority
            != triage(TriageInput("other_crime", case["text"])).priority
        ]
        assert len(changed) <= 0.05 * len(CASES), changed


class TestOfficers:
    @pytest.mark.parametrize(
        ("text", "code", "desks"),
        [
            ("công an phường nhận tiền bảo kê tiệm cầm đồ", "about_police", ("union",)),
            ("chu tich cong doan an chan tien qua tet", "about_union", ("police",)),
        ],
    )
    def test_a_tip_about_an_officer_passes_that_desk_by(
        self, text: str, code: str, desks: tuple[str, ...]
    ) -> None:
        result = triage(TriageInput("other_crime", text))
        assert code in result.reasons
        assert result.desks == desks

    @pytest.mark.parametrize(
        "text",
        ["giả công an lừa em 5 triệu", "xưng là cán bộ công an đòi tiền", "em đã báo công an phường rồi"],
    )
    def test_a_false_officer_or_a_report_to_one_is_no_tip_about_one(self, text: str) -> None:
        assert "about_police" not in triage(TriageInput("online_fraud", text)).reasons

    def test_the_reporters_only_choice_is_kept(self) -> None:
        only = TriageInput("other_crime", "công an phường nhận tiền bảo kê", readers=("police",))
        assert triage(only).desks == ("police",)


class TestUrgency:
    def test_a_far_off_danger_in_the_story_is_serious_but_not_immediate(self) -> None:
        result = triage(TriageInput("debt_violence", "tháng trước nó nhốt em một ngày rồi thả"))
        assert (result.priority, "past_violence" in result.reasons) == ("P2", True)

    def test_what_goes_on_since_then_is_immediate(self) -> None:
        story = "hôm qua tụi nó bắt em trai em đi, tới giờ chưa về"
        assert triage(TriageInput("debt_violence", story)).priority == "P1"

    def test_the_reporters_no_does_not_hide_what_the_story_tells(self) -> None:
        assert triage(TriageInput("other_crime", "em đang bị nhốt", danger="no")).priority == "P1"

    def test_the_size_of_a_company_is_no_number_of_victims(self) -> None:
        story = "công ty có 5000 công nhân, bà Tư zalo 0912345678 cho vay góp ngày"
        assert triage(TriageInput("illegal_lending", story)).priority == "P3"

    @pytest.mark.parametrize(
        "story",
        [
            "sdt 0987654321 stk 1234567890",
            "zalo 0987 654 321 người tên Hùng cho vay góp",
            "so tai khoan 19012345678 nguoi nhan la Lan",
            "so nha 25 nguoi ta cho vay gop",
            "ở hẻm 30 người lạ hay vô cho vay",
            "vay 5000000 người ta lấy 1500000 tiền lãi",
        ],
    )
    def test_a_number_that_names_something_counts_no_people(self, story: str) -> None:
        assert "many_victims" not in triage(TriageInput("illegal_lending", story)).reasons

    @pytest.mark.parametrize(
        "story", ["20 cong nhan bi lua", "nó giữ 80 thẻ ATM", "lừa 6 chị em, 150 nạn nhân"]
    )
    def test_a_small_number_beside_people_counts_them(self, story: str) -> None:
        assert "many_victims" in triage(TriageInput("online_fraud", story)).reasons

    def test_the_reporters_own_number_makes_nothing_concrete(self) -> None:
        story = "nghe nói có tín dụng đen, số của em 0912345678"
        assert "identifier" not in triage(TriageInput("illegal_lending", story)).reasons


class TestAlways:
    @settings(deadline=None)
    @given(tips)
    def test_the_result_is_valid_and_every_reason_has_its_sentences(self, given_tip: TriageInput) -> None:
        result = triage(given_tip)
        assert result.category in CATEGORIES
        assert result.priority in PRIORITIES
        assert result.desks and set(result.desks) <= {"union", "police"}
        assert result.reasons and len(set(result.reasons)) == len(result.reasons)
        for code in result.reasons:
            assert REASONS[code]["vi"] and REASONS[code]["en"]

    @settings(deadline=None)
    @given(tips)
    def test_a_chosen_labour_violation_never_reaches_the_police(self, given_tip: TriageInput) -> None:
        result = triage(replace(given_tip, category="labour_violation"))
        assert (result.category, result.desks) == ("labour_violation", ("union",))

    @settings(deadline=None)
    @given(tips)
    def test_desks_never_exceed_the_choice_except_for_labour(self, given_tip: TriageInput) -> None:
        result = triage(given_tip)
        assert set(result.desks) <= set(given_tip.readers) or result.category == "labour_violation"

    @settings(deadline=None)
    @given(tips, st.sampled_from(["now", "soon"]))
    def test_danger_told_by_the_reporter_is_always_first(self, given_tip: TriageInput, answer: str) -> None:
        assert triage(replace(given_tip, danger=answer)).priority == "P1"

    @settings(deadline=None)
    @given(tips, st.sampled_from([". Tụi nó đang phá cửa phòng em", ". con em dang bi nhot"]))
    def test_a_danger_added_to_the_story_never_makes_it_less_urgent(
        self, given_tip: TriageInput, danger: str
    ) -> None:
        more = replace(given_tip, story=given_tip.story + danger)
        assert triage(more).priority <= triage(given_tip).priority

    @settings(deadline=None)
    @given(tips)
    def test_the_same_tip_gets_the_same_answer(self, given_tip: TriageInput) -> None:
        assert triage(given_tip) == triage(replace(given_tip))

    def test_an_unknown_category_is_not_dropped(self) -> None:
        assert triage(TriageInput("??", "")) == TriageResult(
            "other_crime", "P3", ("union", "police"), ("unclear",)
        )
