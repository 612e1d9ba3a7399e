"""What the channel never accepts is refused in every style of writing; crimes and workers' rights are not."""

from pathlib import Path
from typing import TypedDict

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.text.normalize import fold
from backend.tips.guard import GuardResult, guard


class Case(TypedDict, total=False):
    text: str
    why: str | list[str]
    labour: bool


CASES: dict[str, list[Case]] = yaml.safe_load(
    Path(__file__).with_name("guard_cases.yml").read_text(encoding="utf-8")
)


def _text(case: Case) -> str:
    return case["text"]


class TestLabelledTexts:
    @pytest.mark.parametrize("case", CASES["refused"], ids=_text)
    def test_what_is_never_accepted_is_refused_with_its_reason(self, case: Case) -> None:
        result = guard(case["text"])
        reasons = [case["why"]] if isinstance(case["why"], str) else case["why"]
        assert result.out_of_purpose
        assert result.why in reasons
        assert result.labour_dispute or not case.get("labour", False)

    @pytest.mark.parametrize("case", CASES["accepted"], ids=_text)
    def test_what_only_sounds_like_it_is_accepted(self, case: Case) -> None:
        assert guard(case["text"]) == GuardResult(False, labour_dispute=case.get("labour", False))


class TestEveryStyle:
    def test_few_refusals_are_lost_without_diacritics(self) -> None:
        lost = [case["text"] for case in CASES["refused"] if not guard(fold(case["text"])).out_of_purpose]
        assert len(lost) <= 0.05 * len(CASES["refused"]), lost

    def test_few_tips_are_refused_for_want_of_diacritics(self) -> None:
        refused = [case["text"] for case in CASES["accepted"] if guard(fold(case["text"])).out_of_purpose]
        assert len(refused) <= 0.02 * len(CASES["accepted"]), refused


class TestCrimeWins:
    @pytest.mark.parametrize("refused", CASES["refused"], ids=_text)
    def test_a_refused_text_that_also_tells_of_a_lender_is_accepted(self, refused: Case) -> None:
        assert not guard(refused["text"] + ". Nó còn cho vay nặng lãi, dọa đánh em.").out_of_purpose

    def test_a_person_in_danger_is_never_refused(self) -> None:
        assert not guard("đang đình công thì tụi nó cầm dao rượt em, cứu em với").out_of_purpose


DESCRIBED = (
    "nó đội nón màu đen nói giọng nghệ an hay ngồi quán cà phê",
    "chị ấy ở phòng số 5 dãy trọ bà Hai, chồng làm bảo vệ",
    "nó ở chung với bồ ở phòng số 3",
    "nó hay nhậu ở quán bà Bảy với mấy ông bảo vệ",
    "hình như nó có con nhỏ, chiều nào cũng chở con đi học",
    "biệt danh Tư Đen thì cả khu trọ đều biết",
    "no co vo hai o ben kia cau, toi nao cung ghe",
)
"""What people add about whom their tip names: how he looks, where he lives, with whom."""


class TestWithinATip:
    @pytest.mark.parametrize("text", DESCRIBED)
    def test_how_somebody_looks_and_lives_may_be_added(self, text: str) -> None:
        assert not guard(text, within_a_tip=True).out_of_purpose

    def test_what_a_rule_names_is_refused_there_too(self) -> None:
        named = [case for case in CASES["refused"] if guard(case["text"], within_a_tip=True).out_of_purpose]
        assert len(named) >= 0.9 * len(CASES["refused"])

    def test_it_never_refuses_more_than_elsewhere(self) -> None:
        texts = [case["text"] for case in (*CASES["refused"], *CASES["accepted"])]
        here = {text for text in texts if guard(text, within_a_tip=True).out_of_purpose}
        assert here <= {text for text in texts if guard(text).out_of_purpose}


class TestBounds:
    @settings(deadline=None)
    @given(st.text(max_size=400))
    def test_no_text_raises_and_a_reason_stands_only_beside_a_refusal(self, text: str) -> None:
        result = guard(text)
        assert (result.why is not None) == result.out_of_purpose

    def test_what_stands_at_the_end_of_a_long_story_counts(self) -> None:
        assert not guard(
            "đình công " + "kể chuyện công ty " * 3_000 + "rồi có người cho vay nặng lãi"
        ).out_of_purpose
