"""The topic editor's fields, and their way to a topic and back. Pure.

What a trainer types is kept as typed, however odd; ``read`` makes the topic of it. Two comforts: signs and
steps are one a line without marks, and telephone numbers are typed as numbers (those of a hotline become
``{hotline:<id>}``, shown as ``☎113``).
"""

import re
from datetime import date, timedelta
from itertools import zip_longest

from pydantic import BaseModel, ConfigDict, Field

from backend.knowledge.content.document import Part, Source, Topic, tidy_line, tidy_text
from backend.knowledge.content.findings import Finding, broken
from backend.knowledge.content.hotlines import PLACE, Hotlines
from backend.knowledge.content.wording import bare_numbers

PHONE = "☎"
REVIEW_AFTER = timedelta(days=180)
"""When a text that was reviewed today is to be read again."""
_LONGEST = 20_000
_MOST = 200
_MARK = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")


class TopicForm(BaseModel):
    """Every field as it stands on the page."""

    model_config = ConfigDict(extra="ignore")

    title: str = Field("", max_length=_LONGEST)
    title_en: str = Field("", max_length=_LONGEST)
    summary: str = Field("", max_length=_LONGEST)
    aliases: str = Field("", max_length=_LONGEST)
    """One a line."""
    answer: str = Field("", max_length=_LONGEST)
    how: str = Field("", max_length=_LONGEST)
    signs: str = Field("", max_length=_LONGEST)
    """One a line, without marks."""
    do_now: str = Field("", max_length=_LONGEST)
    """One step a line, without numbers."""
    law: str = Field("", max_length=_LONGEST)
    help: str = Field("", max_length=_LONGEST)
    english: str = Field("", max_length=_LONGEST)
    related: list[str] = Field(default_factory=list, max_length=_MOST)
    hotlines: list[str] = Field(default_factory=list, max_length=_MOST)
    source_ref: list[str] = Field(default_factory=list, max_length=_MOST)
    source_day: list[str] = Field(default_factory=list, max_length=_MOST)
    """As ``2026-11-21``."""
    source_url: list[str] = Field(default_factory=list, max_length=_MOST)
    reviewed: str = Field("", max_length=40)
    review_by: str = Field("", max_length=40)
    reviewed_today: str = Field("", max_length=10)
    """Anything but empty: the trainer has just read the whole text again."""


def fill(topic: Topic, hotlines: Hotlines) -> TopicForm:
    """The form that shows ``topic``."""
    texts = {part.value: _shown(topic.part(part), hotlines) for part in Part}
    texts |= {name: _unmarked(texts[name]) for name in ("signs", "do_now")}
    return TopicForm(
        title=topic.title,
        title_en=topic.title_en,
        summary=_shown(topic.summary, hotlines),
        aliases="\n".join(topic.aliases),
        related=list(topic.related),
        hotlines=list(topic.hotlines),
        source_ref=[source.ref for source in topic.sources],
        source_day=[source.day.isoformat() for source in topic.sources],
        source_url=[source.url for source in topic.sources],
        reviewed=topic.reviewed.isoformat() if topic.reviewed else "",
        review_by=topic.review_by.isoformat() if topic.review_by else "",
        **texts,
    )


def read(form: TopicForm, hotlines: Hotlines, today: date) -> tuple[Topic, list[Finding]]:
    """The topic that the form describes, and what in it cannot be read (days and sources)."""
    faults: list[Finding] = []
    reviewed, review_by = _day(form.reviewed, "reviewed", faults), _day(form.review_by, "review_by", faults)
    if form.reviewed_today:
        reviewed, review_by = today, today + REVIEW_AFTER
    texts = {part.value: _stored(getattr(form, part.value), hotlines) for part in Part}
    texts["signs"] = _marked(texts["signs"], numbered=False)
    texts["do_now"] = _marked(texts["do_now"], numbered=True)
    topic = Topic(
        title=tidy_line(form.title),
        title_en=tidy_line(form.title_en),
        summary=_stored(tidy_line(form.summary), hotlines),
        aliases=tuple(filter(None, map(tidy_line, form.aliases.splitlines()))),
        related=tuple(form.related),
        hotlines=tuple(form.hotlines),
        sources=_sources(form, faults),
        reviewed=reviewed,
        review_by=review_by,
        **texts,
    )
    return topic, faults


def _sources(form: TopicForm, faults: list[Finding]) -> tuple[Source, ...]:
    found = []
    rows = zip_longest(form.source_ref, form.source_day, form.source_url, fillvalue="")
    for ref, day, url in ((tidy_line(ref), day, tidy_line(url)) for ref, day, url in rows):
        if not ref and not url:
            continue
        when = _iso(day)
        if not ref or when is None:
            faults.append(broken("bad_source", "sources", ref=ref or url or day))
        else:
            found.append(Source(ref, when, url))
    return tuple(found)


def _day(text: str, where: str, faults: list[Finding]) -> date | None:
    found = _iso(text)
    if text.strip() and found is None:
        faults.append(broken("bad_day", where))
    return found


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _shown(text: str, hotlines: Hotlines) -> str:
    """``{hotline:113}`` as ☎113; an unknown id stays, so that it is seen."""
    return PLACE.sub(
        lambda match: PHONE + hotlines[match[1]].number if match[1] in hotlines else match[0], text
    )


def _stored(text: str, hotlines: Hotlines) -> str:
    """Telephone numbers of hotlines, with or without ☎ before them, as ``{hotline:<id>}``."""
    text = tidy_text(text)
    for hotline in sorted(hotlines.values(), key=lambda hotline: -len(hotline.number)):
        text = text.replace(PHONE + hotline.number, f"{{hotline:{hotline.id}}}")
    for number in reversed(bare_numbers(text, hotlines)):
        if number.hotline is not None:
            start = number.start
            if text[:start].rstrip(" ").endswith(PHONE):
                start = text.rindex(PHONE, 0, start)
            text = f"{text[:start]}{{hotline:{number.hotline}}}{text[number.end :]}"
    return text


def _unmarked(text: str) -> str:
    return "\n".join(_MARK.sub("", line) for line in text.split("\n"))


def _marked(text: str, *, numbered: bool) -> str:
    lines = [line for line in (_MARK.sub("", line) for line in text.split("\n")) if line]
    return "\n".join(f"{number}. {line}" if numbered else f"- {line}" for number, line in enumerate(lines, 1))
