"""Emergencies are seen in every style of writing, and ordinary questions are not drowned in alarms."""

import subprocess
import sys
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


HERE = Path(__file__).parent
FAR_TOO_LONG = 60
"""Seconds."""
CASES: dict[str, list[Case]] = yaml.safe_load((HERE / "danger_cases.yml").read_text(encoding="utf-8"))


class OtherWords(TypedDict):
    danger: dict[str, list[str]]
    harmless: list[str]


def other_words(name: str) -> OtherWords:
    read: OtherWords = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return read


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


@pytest.mark.parametrize("name", ["danger_indirect_cases.yml", "danger_fresh_cases.yml"])
class TestOtherPeoplesWords:
    """Texts without the usual words. Not each is found; the shares may only rise."""

    def test_danger_told_indirectly_is_seen(self, name: str) -> None:
        texts = [text for told in other_words(name)["danger"].values() for text in told]
        missed = [text for text in texts if not imminent(text)]
        assert len(missed) <= 0.05 * len(texts), missed

    def test_without_diacritics_most_of_it_is_seen(self, name: str) -> None:
        texts = [fold(text) for told in other_words(name)["danger"].values() for text in told]
        missed = [text for text in texts if not imminent(text)]
        assert len(missed) <= 0.15 * len(texts), missed

    def test_what_only_sounds_like_it_is_left_alone(self, name: str) -> None:
        texts = other_words(name)["harmless"]
        alarmed = [text for text in texts if imminent(text)]
        assert len(alarmed) <= 0.02 * len(texts), alarmed

    def test_thoughts_of_suicide_never_get_the_police_first(self, name: str) -> None:
        for text in other_words(name)["danger"]["suicide"]:
            found = danger_in(text)
            assert found is None or found.kind in {"suicide", "medical", "child"}, text


def imminent(text: str) -> bool:
    found = danger_in(text)
    return found is not None and found.imminent


class TestTopics:
    """The phrases of every other label, as far as workers ask rather than cry for help."""

    @pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
    def test_ordinary_questions_are_hardly_ever_taken_for_an_emergency(self, every: int) -> None:
        near = {"emergency", "cambodia_job", "debt_terror"}  # there danger is often real
        texts = [
            line
            for file in sorted((HERE.parents[2] / "data" / "examples").glob("*.txt"))
            if file.stem not in near
            for line in file.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")
        ][::every]
        alarmed = [text for text in texts if imminent(text)]
        assert len(alarmed) <= 0.015 * len(texts), alarmed


class TestBounds:
    @pytest.mark.parametrize("text", ["", " ", "🍜", "/start", "\x00", ".", "?" * 50])
    def test_nothing_is_no_danger(self, text: str) -> None:
        assert danger_in(text) is None

    @settings(deadline=None)
    @given(st.text(max_size=300))
    def test_no_text_raises(self, text: str) -> None:
        assert danger_in(text) is None or isinstance(danger_in(text), Danger)

    def test_a_long_text_made_to_be_slow_is_read_in_time(self) -> None:
        """In seconds where its time grows with its length, in minutes where it grows with the square."""
        work = "from backend.text.danger import danger_in; danger_in('nó đang đòi bị em tôi vợ chồng ' * 400)"
        subprocess.run([sys.executable, "-c", work], cwd=HERE.parents[2], check=True, timeout=FAR_TOO_LONG)


@pytest.mark.parametrize(
    "text", ["nó đang đánh em trong phòng trọ", "no dang danh em trong phong tro", "cứu", "cuu"]
)
def test_once_prepared_no_rule_is_read_while_somebody_waits(text: str) -> None:
    work = (
        "import re; from backend.text import danger, patterns; danger.prepare()\n"
        "def late(self, pattern): raise AssertionError('read late')\n"
        "patterns.PatternReader.read = late\n"
        f"assert danger.danger_in({text!r})"
    )
    subprocess.run(
        [sys.executable, "-c", work], cwd=Path(__file__).resolve().parents[3], check=True, timeout=60
    )
