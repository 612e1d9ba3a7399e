"""What the editor shows about a topic in work: remarks, lengths, choices, the worker's view. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.knowledge.content.document import Topic
from backend.knowledge.content.findings import Finding, Level
from backend.knowledge.content.hotlines import Hotline, Hotlines, with_numbers
from backend.knowledge.content.linter import ANSWER_MAX, SUMMARY_MAX, TITLE_MAX
from backend.knowledge.content.phrases import phrase
from backend.knowledge.reading import read_topic
from backend.knowledge.schemas import Lang, TopicReading
from backend.studio.labels import field_label
from backend.studio.service import Workpiece
from backend.text.normalize import fold

_SPARE_SOURCES = 2
"""Empty rows for further sources."""


@dataclass(frozen=True)
class Remark:
    """One finding in words."""

    field: str
    label: str
    sentence: str
    broken: bool


@dataclass(frozen=True)
class Length:
    """How much of a field's room is used, as a worker's phone counts it."""

    used: int
    limit: int


@dataclass(frozen=True)
class Choice:
    """A line to tick."""

    value: str
    text: str
    note: str
    chosen: bool


@dataclass(frozen=True)
class SourceRow:
    ref: str
    day: str
    url: str


@dataclass(frozen=True)
class WorkerView:
    """What a worker would get: a question, then the answer in both languages."""

    question: str
    vi: TopicReading
    en: TopicReading


@dataclass(frozen=True)
class EditorView:
    """Everything around the fields themselves."""

    remarks: list[Remark]
    lengths: dict[str, Length]
    worker: WorkerView

    @property
    def broken(self) -> list[Remark]:
        return [remark for remark in self.remarks if remark.broken]

    @property
    def advice(self) -> list[Remark]:
        return [remark for remark in self.remarks if not remark.broken]

    def about(self, field: str) -> list[Remark]:
        """The remarks about one field."""
        return [remark for remark in self.remarks if remark.field == field]


def editor_view(piece: Workpiece, hotlines: Hotlines, others: Mapping[str, Topic], lang: Lang) -> EditorView:
    """The view of a piece of work; ``others``: published topics by id, for the names of related ones."""
    topic = piece.topic
    lengths = {
        "title": Length(len(topic.title), TITLE_MAX),
        "title_en": Length(len(topic.title_en), TITLE_MAX),
        "summary": Length(len(with_numbers(topic.summary, hotlines, "vi")), SUMMARY_MAX),
        "answer": Length(len(with_numbers(topic.answer, hotlines, "vi")), ANSWER_MAX),
        "english": Length(len(with_numbers(topic.english, hotlines, "en")), ANSWER_MAX),
    }
    return EditorView(
        remarks(piece.findings, lang), lengths, worker_view(piece.topic_id, topic, hotlines, others)
    )


def worker_view(topic_id: str, topic: Topic, hotlines: Hotlines, others: Mapping[str, Topic]) -> WorkerView:
    """A topic as workers would get it, published or not."""

    def reading(lang: Lang) -> TopicReading:
        return read_topic(topic_id, topic, version=0, lang=lang, hotlines=hotlines, others=others)

    question = topic.aliases[0] if topic.aliases else topic.title
    return WorkerView(question, reading("vi"), reading("en"))


def remarks(findings: list[Finding], lang: Lang) -> list[Remark]:
    """Findings in words, what stops a publication first."""
    found = [
        Remark(
            finding.where,
            field_label(finding.where),
            phrase(f"finding.{finding.code}", lang, **finding.params),
            finding.level is Level.BROKEN,
        )
        for finding in findings
    ]
    return sorted(found, key=lambda remark: not remark.broken)


def related_choices(piece: Workpiece, published: Mapping[str, Topic]) -> list[Choice]:
    """The other topics to tick: the chosen ones first, in their order (a form sends them as they stand)."""
    chosen = piece.form.related
    titles = {topic_id: topic.title for topic_id, topic in published.items() if topic_id != piece.topic_id}
    others = sorted(titles.keys() - set(chosen), key=lambda topic_id: fold(titles[topic_id]))
    return [
        Choice(topic_id, titles.get(topic_id, topic_id), "", topic_id in chosen)
        for topic_id in (*chosen, *others)
    ]


def hotline_choices(piece: Workpiece, hotlines: Hotlines, lang: Lang) -> list[Choice]:
    """The hotlines to tick, with number and name; the chosen ones first, in their order."""
    chosen = piece.form.hotlines
    others = [hotline_id for hotline_id in hotlines if hotline_id not in chosen]
    return [
        _hotline_choice(hotline_id, hotlines.get(hotline_id), lang, chosen=hotline_id in chosen)
        for hotline_id in (*chosen, *others)
    ]


def _hotline_choice(hotline_id: str, hotline: Hotline | None, lang: Lang, *, chosen: bool) -> Choice:
    if hotline is None:
        return Choice(hotline_id, hotline_id, "", chosen)
    note = "" if hotline.confirmed else phrase("unconfirmed", lang)
    return Choice(hotline_id, f"{hotline.number} · {hotline.names[lang]}", note, chosen)


def source_rows(piece: Workpiece) -> list[SourceRow]:
    """The sources as typed, and empty rows for more."""
    form = piece.form
    rows = [
        SourceRow(ref, day, url)
        for ref, day, url in zip(form.source_ref, form.source_day, form.source_url, strict=False)
        if ref or day or url
    ]
    return rows + [SourceRow("", "", "")] * _SPARE_SOURCES
