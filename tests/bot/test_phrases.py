"""The sentences the bot says: whole, in both languages, and short."""

import re
from string import Formatter

import pytest
import yaml

from bot.envelope import Language
from bot.intake.draft import Step
from bot.phrases import FILES, Phrases
from bot.settings import ROOT
from tests.bot.intake_play import CATEGORIES, PHRASES

LONGEST = 600
"""Characters of one message (VOICE)."""
ITEMS = sorted(PHRASES.table.items())


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(re.sub(r"\{hotline:[\w-]+\}", "", text)) if name}


@pytest.mark.parametrize(("key", "entry"), ITEMS, ids=[key for key, _ in ITEMS])
def test_a_phrase_stands_in_both_languages_with_the_same_places(key: str, entry: dict[Language, str]) -> None:
    assert set(entry) == set(Language)
    assert all(text.strip() for text in entry.values())
    assert places(entry[Language.VI]) == places(entry[Language.EN])
    assert all(len(text) <= LONGEST for text in entry.values())


@pytest.mark.parametrize(("key", "entry"), ITEMS, ids=[key for key, _ in ITEMS])
def test_a_telephone_number_stands_in_the_hotlines_only(key: str, entry: dict[Language, str]) -> None:
    for text in entry.values():
        assert not re.search(r"(?<!\d)(11[1-5]|1900|0\d{9})(?!\d)", re.sub(r"\{hotline:[\w-]+\}", "", text))


def test_no_phrase_stands_in_two_files_so_that_none_is_said_for_another() -> None:
    files = [(ROOT / "data" / "phrases" / f"{name}.yml").read_text(encoding="utf-8") for name in FILES]
    keys = [key for text in files for key in yaml.safe_load(text)]
    assert len(keys) == len(set(keys))


def test_every_hotline_that_is_named_exists(phrases: Phrases) -> None:
    for entry in phrases.table.values():
        for text in entry.values():
            assert "{hotline" not in phrases.with_numbers(text)


def test_every_category_and_every_line_of_the_review_has_a_name(phrases: Phrases) -> None:
    for category in CATEGORIES:
        assert f"category.{category}" in phrases.table
    for step in list(Step)[2:11]:
        assert f"review.{step}" in phrases.table


@pytest.mark.parametrize(
    "kind", ["violence_now", "held", "suicide", "child", "trafficking", "medical", "general"]
)
@pytest.mark.parametrize("language", list(Language))
def test_every_danger_names_a_number_in_its_first_lines(
    phrases: Phrases, kind: str, language: Language
) -> None:
    said = phrases.text(language, f"emergency.{kind}", {})
    assert re.search(r"\b11[135]\b", "\n".join(said.splitlines()[:2]))


def test_no_verdict_and_no_empty_promise(phrases: Phrases) -> None:
    said = "\n".join(entry[Language.VI].lower() for entry in phrases.table.values())
    for word in (
        "là tội phạm",
        "tuyệt đối an toàn",
        "chắc chắn lấy lại",
        "không cần trả nợ",
        "quý khách",
        "vui lòng",
    ):
        assert word not in said
