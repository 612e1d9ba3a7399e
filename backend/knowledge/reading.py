"""A topic as a worker reads it in one language: the same for the internal API and the trainer's preview.

Pure. Nothing here decides what is published.
"""

import re
from collections.abc import Mapping
from datetime import date

from backend.knowledge.content.document import SECTIONS, Source, Topic
from backend.knowledge.content.hotlines import Hotline, Hotlines, ids_in, note_of, with_numbers
from backend.knowledge.content.phrases import phrase
from backend.knowledge.content.wording import laws_in, sentences
from backend.knowledge.schemas import (
    HotlineReading,
    Lang,
    RelatedTopic,
    Section,
    TopicHotline,
    TopicReading,
    TopicSummary,
)

_ARTICLES = re.compile(r",? (?:các )?[Đđ]iều \d.*$")


def title_of(topic: Topic, lang: Lang) -> str:
    return topic.title_en or topic.title if lang == "en" else topic.title


def summary_of(topic: Topic, lang: Lang) -> str:
    """The one-line summary; in English the first sentence of the English version."""
    if lang == "vi":
        return topic.summary
    return next(iter(sentences(topic.english)), topic.title_en)


def summarise(topic_id: str, topic: Topic, lang: Lang) -> TopicSummary:
    return TopicSummary(id=topic_id, title=title_of(topic, lang), summary=summary_of(topic, lang))


def read_topic(
    topic_id: str,
    topic: Topic,
    *,
    version: int,
    lang: Lang,
    hotlines: Hotlines,
    others: Mapping[str, Topic],
) -> TopicReading:
    """What a worker gets: the first answer, then the sections; only published topics as related ones."""
    return TopicReading(
        id=topic_id,
        title=title_of(topic, lang),
        summary=summary_of(topic, lang),
        version=version,
        answer=with_numbers(topic.english if lang == "en" else topic.answer, hotlines, lang),
        sections=_sections(topic, hotlines) if lang == "vi" else [],
        related=[
            RelatedTopic(id=related, title=title_of(others[related], lang))
            for related in topic.related
            if related in others
        ],
        hotlines=[_topic_hotline(hotlines[key], hotlines, lang) for key in _hotline_ids(topic, hotlines)],
    )


def read_hotline(hotline: Hotline, hotlines: Hotlines, lang: Lang) -> HotlineReading:
    return HotlineReading(
        id=hotline.id,
        name=hotline.names[lang],
        number=hotline.number,
        use=hotline.uses[lang],
        note=note_of(hotline, hotlines, lang),
    )


def _sections(topic: Topic, hotlines: Hotlines) -> list[Section]:
    """The Vietnamese sections; the English version is short and has none."""
    found = []
    for part in SECTIONS:
        text = with_numbers(topic.part(part), hotlines, "vi")
        if part == "law" and (texts := _law_texts(topic)):
            text = f"{text}\n{texts}"
        if text:
            found.append(Section(id=part.value, title=phrase(f"section.{part.value}"), text=text))
    return found


def _law_texts(topic: Topic) -> str:
    """The laws among the sources, without articles, with the day from which they hold."""
    laws = [_law_text(source) for source in topic.sources if laws_in(source.ref)]
    return phrase("law_texts", laws="; ".join(dict.fromkeys(laws))) if laws else ""


def _law_text(source: Source) -> str:
    """A source's day is that of entry into force, unless its name ends with the words for "issued"."""
    key = "law_text_issued" if source.ref.endswith("ban hành") else "law_text"
    return phrase(key, ref=_ARTICLES.sub("", source.ref), day=_day(source.day))


def _day(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _hotline_ids(topic: Topic, hotlines: Hotlines) -> list[str]:
    """The hotlines of the front matter, then those that the texts name."""
    named = [*topic.hotlines, *ids_in(topic.answer), *ids_in(topic.help), *ids_in(topic.do_now)]
    return [key for key in dict.fromkeys(named) if key in hotlines]


def _topic_hotline(hotline: Hotline, hotlines: Hotlines, lang: Lang) -> TopicHotline:
    return TopicHotline(
        name=hotline.names[lang], number=hotline.number, note=note_of(hotline, hotlines, lang)
    )
