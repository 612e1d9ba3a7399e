"""Says what is wrong or doubtful in a topic. Pure: texts in, findings out.

The rules are the promises of the content: short, true, sourced, no verdicts. Their sentences stand in
``data/phrases/knowledge.yml`` under ``finding.<code>``, in the trainer's language.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from backend.knowledge.content.document import SECTIONS, Part, Topic
from backend.knowledge.content.findings import Finding, advice, broken
from backend.knowledge.content.hotlines import Hotlines, ids_in, with_numbers
from backend.knowledge.content.wording import (
    bare_numbers,
    cites_article,
    laws_in,
    markup_in,
    officialese_in,
    sentences,
    slow_step,
    unnumbered_law,
    verdicts_in,
    words,
)

ANSWER_MAX = 600
"""Characters of the first answer and of the English version, numbers filled in."""
TITLE_MAX = 60
SUMMARY_MAX = 120
SENTENCE_MAX = 19
"""Words (syllables) of a Vietnamese sentence; a law's title counts as one."""
SECTION_MAX = 1_100
"""Characters of a further part: two screens of a small phone."""
READING_MAX = 3
"""Minutes that all Vietnamese parts together take to read."""
READ_A_MINUTE = 220
"""Words (syllables) that a tired reader takes in."""
POINTS = range(3, 6)
"""How many signs and how many steps."""
ALIASES_MIN = 3
REVIEW_MAX_DAYS = 366
_BULLET = re.compile(r"^- \S")
_STEP = re.compile(r"^(\d+)\. \S")
_SAID_TWICE = re.compile(r"\{hotline:\w+\} \([^)]*kiểm tra lại")
"""An unconfirmed number says by itself that it should be checked."""
_ID = re.compile(r"^[a-z][a-z0-9_]{1,47}$")


@dataclass(frozen=True)
class Surroundings:
    """What a topic is checked against: the topics and hotlines there are, and today."""

    topic_ids: frozenset[str]
    hotlines: Hotlines
    today: date


def lint(topic_id: str, topic: Topic, around: Surroundings) -> list[Finding]:
    """Every finding about one topic, in the order of its fields."""
    findings = [
        *_names(topic_id, topic),
        *_links(topic_id, topic, around),
        *_dates(topic, around.today),
        *_lengths(topic, around.hotlines),
        *_lists(topic),
    ]
    for part in Part:
        findings += _text(part, topic.part(part), topic, around)
    findings += _line("title", topic.title, around)
    findings += _line("title_en", topic.title_en, around)
    findings += _line("summary", topic.summary, around)
    for alias in topic.aliases:
        findings += _line("aliases", alias, around)
    return findings


def _names(topic_id: str, topic: Topic) -> Iterator[Finding]:
    if not _ID.match(topic_id):
        yield broken("bad_id", "id", id=topic_id)
    for name, limit in (("title", TITLE_MAX), ("title_en", TITLE_MAX), ("summary", SUMMARY_MAX)):
        text = str(getattr(topic, name))
        if not text:
            yield broken("missing", name)
        elif len(text) > limit:
            yield broken("too_long", name, length=len(text), limit=limit)
    if len(topic.aliases) < ALIASES_MIN:
        yield advice("few_aliases", "aliases", count=len(topic.aliases), least=ALIASES_MIN)
    for alias in _twice(alias.casefold() for alias in topic.aliases):
        yield advice("alias_twice", "aliases", alias=alias)


def _links(topic_id: str, topic: Topic, around: Surroundings) -> Iterator[Finding]:
    if not topic.related:
        yield advice("no_related", "related")
    for related in topic.related:
        if related == topic_id:
            yield broken("related_to_itself", "related", id=related)
        elif related not in around.topic_ids:
            yield broken("dead_related", "related", id=related)
    if not topic.hotlines:
        yield broken("no_hotlines", "hotlines")
    for hotline in topic.hotlines:
        if hotline not in around.hotlines:
            yield broken("unknown_hotline", "hotlines", id=hotline)
    if not topic.sources:
        yield broken("no_sources", "sources")
    for source in topic.sources:
        if not source.ref:
            yield broken("bad_source", "sources", ref="")
        for law in laws_in(source.ref)[:1]:  # a later number is that of the consolidated text
            if source.day.year < int(law.split("/")[1]):
                yield broken("law_before_its_year", "sources", law=law, day=source.day.strftime("%d/%m/%Y"))


def _twice(items: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [item for item in items if item in seen or seen.add(item)]  # type: ignore[func-returns-value]  # add() returns None


def _dates(topic: Topic, today: date) -> Iterator[Finding]:
    if topic.reviewed is None:
        yield broken("missing", "reviewed")
    elif topic.reviewed > today:
        yield advice("reviewed_in_future", "reviewed")
    if topic.review_by is None:
        yield broken("missing", "review_by")
        return
    if topic.review_by < today:
        yield advice("review_overdue", "review_by", day=topic.review_by.strftime("%d/%m/%Y"))
    if topic.reviewed and topic.review_by <= topic.reviewed:
        yield broken("review_by_too_early", "review_by")
    elif topic.reviewed and (topic.review_by - topic.reviewed).days > REVIEW_MAX_DAYS:
        yield advice("review_by_too_late", "review_by")


def _lengths(topic: Topic, hotlines: Hotlines) -> Iterator[Finding]:
    for part in Part:
        text = topic.part(part)
        if not text:
            yield broken("missing", part.value)
        elif part in (Part.ANSWER, Part.ENGLISH):
            length = len(with_numbers(text, hotlines, "en" if part is Part.ENGLISH else "vi"))
            if length > ANSWER_MAX:
                yield broken("too_long", part.value, length=length, limit=ANSWER_MAX)
        elif len(text) > SECTION_MAX:
            yield advice("long_part", part.value, length=len(text), limit=SECTION_MAX)
    minutes = math.ceil(
        sum(words(topic.part(part)) for part in Part if part is not Part.ENGLISH) / READ_A_MINUTE
    )
    if minutes > READING_MAX:
        yield advice("long_reading", "file", minutes=minutes, limit=READING_MAX)


def _lists(topic: Topic) -> Iterator[Finding]:
    signs = [line for line in topic.signs.split("\n") if _BULLET.match(line)]
    if _other_lines(topic.signs, _BULLET):
        yield broken("signs_line", "signs")
    elif topic.signs and len(signs) not in POINTS:
        yield broken("signs_count", "signs", count=len(signs))
    steps = [match for line in topic.do_now.split("\n") if (match := _STEP.match(line))]
    if _other_lines(topic.do_now, _STEP):
        yield broken("steps_line", "do_now")
    elif topic.do_now and len(steps) not in POINTS:
        yield broken("steps_count", "do_now", count=len(steps))
    elif [int(step[1]) for step in steps] != list(range(1, len(steps) + 1)):
        yield broken("steps_order", "do_now")
    if steps and slow_step(first := topic.do_now.split("\n")[0]):
        yield advice("slow_first_step", "do_now", start=_start(first))


def _other_lines(text: str, mark: re.Pattern[str]) -> bool:
    """True if a line of the list does not begin as a list item does."""
    return any(line and not mark.match(line) for line in text.split("\n"))


def _text(part: Part, text: str, topic: Topic, around: Surroundings) -> Iterator[Finding]:
    where = part.value
    yield from _line(where, text, around)
    for hotline in ids_in(text):
        if hotline not in around.hotlines:
            yield broken("unknown_hotline", where, id=hotline)
        elif part is Part.ANSWER and not around.hotlines[hotline].confirmed:
            yield broken("unconfirmed_in_answer", where, id=hotline)
    if _SAID_TWICE.search(text):
        yield advice("said_twice", where)
    for mark in markup_in(text):
        yield broken("markup", where, mark=mark)
    yield from _laws(where, text, topic)
    if part is Part.LAW and text and not laws_in(text):
        yield advice("no_law", where)
    elif part is Part.LAW and text and not cites_article(text):
        yield advice("no_article", where)
    if part is not Part.ENGLISH:
        for stiff, plain in officialese_in(text):
            yield advice("officialese", where, words=stiff, plain=plain)
        for sentence in sentences(text):
            if (count := words(sentence)) > SENTENCE_MAX:
                yield advice("long_sentence", where, count=count, limit=SENTENCE_MAX, start=_start(sentence))


def _line(where: str, text: str, around: Surroundings) -> Iterator[Finding]:
    if "[KXM" in text.upper():
        yield broken("unconfirmed_fact", where)
    for number in bare_numbers(text, around.hotlines):
        if number.hotline is None:
            yield broken("unknown_number", where, number=number.text)
        else:
            yield broken("bare_number", where, number=number.text, id=number.hotline)
    if verdicts := verdicts_in(text):
        yield broken("verdict", where, words='", "'.join(verdicts))


def _laws(where: str, text: str, topic: Topic) -> Iterator[Finding]:
    for law in unnumbered_law(text):
        yield broken("law_without_number", where, law=law)
    sourced = {number for source in topic.sources for number in laws_in(source.ref)}
    for number in laws_in(text):
        if number not in sourced:
            yield broken("law_without_source", where, law=number)


def _start(sentence: str) -> str:
    return " ".join(sentence.split()[:6]) + "…"


def section_ids() -> tuple[str, ...]:
    """Ids of what follows the first answer, as the internal API names them."""
    return tuple(part.value for part in SECTIONS)
