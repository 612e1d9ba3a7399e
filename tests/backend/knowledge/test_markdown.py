"""The topic file can be read back exactly, and says where it cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.knowledge.content.document import Part, Source, Topic, tidy_line, tidy_text
from backend.knowledge.content.markdown import HEADINGS, Malformed, parse, write
from tests.backend.knowledge.topics import DATA, SOUND

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
lines = letters.map(tidy_line)
bodies = (
    st.lists(letters, max_size=5)
    .map("\n".join)
    .map(tidy_text)
    .filter(lambda text: not any(line.startswith("#") for line in text.split("\n")))
)
days = st.dates()
topics = st.builds(
    Topic,
    title=lines,
    title_en=lines,
    summary=lines,
    aliases=st.lists(lines, max_size=4).map(tuple),
    related=st.lists(lines, max_size=3).map(tuple),
    hotlines=st.lists(lines, max_size=3).map(tuple),
    sources=st.lists(st.builds(Source, lines, days, lines), max_size=3).map(tuple),
    reviewed=st.none() | days,
    review_by=st.none() | days,
    **{part.value: bodies for part in Part},
)


@given(topics)
def test_what_is_written_is_read_back_the_same(topic: Topic) -> None:
    assert parse(write(topic)) == topic


def test_a_file_and_its_written_form_mean_the_same() -> None:
    text = (DATA / "knowledge" / "bat_ho.md").read_text(encoding="utf-8")
    assert parse(write(parse(text))) == parse(text)


def test_a_number_written_without_quotes_is_still_a_hotline_id() -> None:
    text = write(SOUND).replace("- '113'", "- 113")
    assert parse(text).hotlines == ("113",)


def test_decomposed_letters_are_composed() -> None:
    decomposed = write(SOUND).replace("Cầm thẻ lương", "Cầm thẻ lương")
    assert parse(decomposed).title == "Cầm thẻ lương"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("---\n", "", 1), "no_front_matter"),
        (lambda text: text.replace("title: ", "title: [", 1), "bad_yaml"),
        (lambda text: text.replace("title: ", "titel: ", 1), "unknown_key"),
        (lambda text: text.replace("aliases:\n", "aliases: one\nrelated_too:\n", 1), "bad_key"),
        (lambda text: text.replace("date: 2025-12-15", "date: năm ngoái", 1), "bad_source"),
        (lambda text: text.replace("# Luật nói gì", "# Luật", 1), "unknown_heading"),
        (lambda text: text + "\n# English\nAgain.\n", "heading_twice"),
        (lambda text: text.replace("# Trả lời", "Trước hết\n# Trả lời", 1), "text_before_heading"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(change: object, code: str) -> None:
    assert callable(change)
    with pytest.raises(Malformed) as caught:
        parse(change(write(SOUND)))
    assert code in {finding.code for finding in caught.value.findings}


def test_the_headings_are_the_parts_in_order() -> None:
    assert list(HEADINGS.values()) == list(Part)
