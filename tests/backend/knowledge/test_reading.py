"""A topic as a worker reads it: numbers filled in, laws with their days, nothing of the file's own marks."""

from dataclasses import replace
from datetime import date

from backend.knowledge.content.document import Source
from backend.knowledge.reading import read_topic
from backend.knowledge.schemas import TopicReading
from tests.backend.knowledge.topics import SOUND, around


def reading(**changed: object) -> TopicReading:
    topic = replace(SOUND, **changed)  # type: ignore[arg-type]  # each change names a field of its own type
    return read_topic("payroll_card_pawn", topic, version=1, lang="vi", hotlines=around().hotlines, others={})


def law_text(*sources: Source) -> str:
    return next(s.text for s in reading(sources=sources).sections if s.id == "law").split("\n")[-1]


def test_a_law_is_shown_once_with_the_day_it_holds_from() -> None:
    civil = [Source(f"Bộ luật Dân sự 91/2015/QH13, Điều {n}", date(2017, 1, 1)) for n in (468, 471)]
    assert law_text(*civil) == "Văn bản: Bộ luật Dân sự 91/2015/QH13 (hiệu lực 1/1/2017)."


def test_a_text_of_which_only_the_day_of_issue_is_known_says_so() -> None:
    issued = Source("Nghị quyết 01/2021/NQ-HĐTP, ban hành", date(2021, 12, 20))
    assert law_text(issued) == "Văn bản: Nghị quyết 01/2021/NQ-HĐTP, ban hành 20/12/2021."


def test_newspapers_are_for_trainers_only() -> None:
    assert law_text(Source("Báo Lao Động 12/7/2022", date(2022, 7, 12))) == SOUND.law


def test_numbers_named_in_the_texts_stand_among_the_hotlines() -> None:
    shown = reading(hotlines=(), help="- Nhờ công đoàn, {hotline:bhxh}.").hotlines
    assert [line.number for line in shown] == ["113", "1900 9068"]


def test_an_empty_section_is_left_out() -> None:
    assert [section.id for section in reading(how="").sections] == ["signs", "do_now", "law", "help"]
