"""The editor's fields hold a topic without losing any of it, and forgive how people type."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from backend.knowledge.content.document import Source, Topic
from backend.knowledge.content.markdown import parse
from backend.studio.forms import REVIEW_AFTER, TopicForm, fill, read
from tests.backend.knowledge.topics import DATA, SOUND, TODAY, around

HOTLINES = around().hotlines
FILES = sorted((DATA / "knowledge").glob("*.md"))


def through(topic: Topic, **changed: object) -> Topic:
    """The topic after it was shown and sent back, with some fields typed otherwise."""
    form = fill(topic, HOTLINES).model_copy(update=changed)
    return read(form, HOTLINES, TODAY)[0]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_topic_comes_back_from_its_form_unchanged(path: Path) -> None:
    topic = parse(path.read_text(encoding="utf-8"))
    assert through(topic) == topic


def test_signs_and_steps_need_no_marks() -> None:
    typed = through(
        SOUND, signs="Đòi thẻ\n\n* Đòi PIN\n- Đòi giấy", do_now="Khóa thẻ\n3) Kể công đoàn\n2. Đổi số"
    )
    assert typed.signs == "- Đòi thẻ\n- Đòi PIN\n- Đòi giấy"
    assert typed.do_now == "1. Khóa thẻ\n2. Kể công đoàn\n3. Đổi số"


@pytest.mark.parametrize(
    "typed", ["Gọi 113 ngay.", "Gọi ☎113 ngay.", "Gọi ☎ 113 ngay.", "Gọi {hotline:113} ngay."]
)
def test_a_known_number_becomes_the_hotline_however_it_is_typed(typed: str) -> None:
    assert through(SOUND, help=typed).help == "Gọi {hotline:113} ngay."


def test_spaces_and_dots_in_a_known_number_do_not_matter() -> None:
    typed = through(SOUND, help="BHXH: 19009068, 1900.9068 hoặc 1900 9068.")
    assert typed.help == "BHXH: {hotline:bhxh}, {hotline:bhxh} hoặc {hotline:bhxh}."


def test_an_article_of_a_law_is_not_taken_for_a_number_to_call() -> None:
    assert through(SOUND, law="- Bị phạt. (Nghị định 282/2025/NĐ-CP, Điều 113)").law.endswith("Điều 113)")


def test_ticking_the_review_sets_both_days() -> None:
    typed = through(SOUND, reviewed_today="yes")
    assert (typed.reviewed, typed.review_by) == (TODAY, TODAY + REVIEW_AFTER)


def test_a_source_goes_when_its_name_is_cleared() -> None:
    two = replace(SOUND, sources=(*SOUND.sources, Source("Báo Lao Động", date(2025, 1, 2))))
    assert through(two, source_ref=[SOUND.sources[0].ref, ""]).sources == SOUND.sources


def test_an_empty_form_is_an_empty_topic() -> None:
    assert read(TopicForm(), HOTLINES, TODAY) == (Topic(), [])
