"""Emergencies are seen in every style of writing, and ordinary questions are not drowned in alarms."""

import subprocess
import sys
import time
from pathlib import Path
from typing import TypedDict

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.text.danger import Danger, danger_in
from backend.text.normalize import fold


class Case(TypedDict, total=False):
    text: str
    kind: str | list[str]
    imminent: bool


CASES: dict[str, list[Case]] = yaml.safe_load(
    Path(__file__).with_name("danger_cases.yml").read_text(encoding="utf-8")
)


class TestLabelledTexts:
    @pytest.mark.parametrize("case", CASES["danger"], ids=lambda case: case["text"])
    def test_a_person_in_danger_is_seen(self, case: Case) -> None:
        danger = danger_in(case["text"])
        assert danger is not None
        kinds = [case["kind"]] if isinstance(case["kind"], str) else case["kind"]
        assert danger.kind in kinds
        assert danger.imminent == case.get("imminent", True)

    @pytest.mark.parametrize("case", CASES["no_danger"], ids=lambda case: case["text"])
    def test_what_only_sounds_dangerous_is_left_alone(self, case: Case) -> None:
        assert danger_in(case["text"]) is None


class TestEveryStyle:
    @pytest.mark.parametrize("case", CASES["danger"], ids=lambda case: case["text"])
    def test_losing_the_diacritics_never_hides_a_danger(self, case: Case) -> None:
        assert danger_in(fold(case["text"])) is not None

    @pytest.mark.parametrize("case", CASES["danger"], ids=lambda case: case["text"])
    def test_shouting_never_hides_a_danger(self, case: Case) -> None:
        assert danger_in(case["text"].upper() + "!!!") is not None


class TestBounds:
    @pytest.mark.parametrize("text", ["", " ", "🍜", "/start", "\x00", ".", "?" * 50])
    def test_nothing_is_no_danger(self, text: str) -> None:
        assert danger_in(text) is None

    @settings(deadline=None)
    @given(st.text(max_size=300))
    def test_no_text_raises(self, text: str) -> None:
        assert danger_in(text) is None or isinstance(danger_in(text), Danger)

    def test_a_long_text_is_read_quickly(self) -> None:
        began = time.perf_counter()
        danger_in("nó đang đòi bị em tôi vợ chồng " * 400)
        assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    "text", ["nó đang đánh em trong phòng trọ", "no dang danh em trong phong tro", "cứu", "cuu"]
)
def test_once_prepared_no_rule_is_compiled_while_somebody_waits(text: str) -> None:
    work = (
        "import re; from backend.text import danger, patterns; danger.prepare()\n"
        "def late(self, strict): raise AssertionError('compiled late')\n"
        "patterns.Patterns._compiled = late\n"
        f"assert danger.danger_in({text!r})"
    )
    subprocess.run(
        [sys.executable, "-c", work], cwd=Path(__file__).resolve().parents[3], check=True, timeout=60
    )
