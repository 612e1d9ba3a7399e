"""The list of topics: what a trainer looks for, and what needs attention first. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from backend.knowledge.content.document import Topic
from backend.knowledge.schemas import VersionHead
from backend.text.normalize import fold

SOON = timedelta(days=30)


class Review(StrEnum):
    """Whether a text is to be read again."""

    FINE = "fine"
    SOON = "soon"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class TopicLine:
    """One topic of the list. ``head`` and ``review`` are ``None`` for one that is only a draft."""

    id: str
    topic: Topic
    head: VersionHead | None
    review: Review | None
    has_draft: bool


def review_state(review_by: date | None, today: date) -> Review:
    """Overdue from the day after; soon from 30 days before; a text without a day is overdue."""
    if review_by is None or review_by < today:
        return Review.OVERDUE
    return Review.SOON if review_by <= today + SOON else Review.FINE


def matches(topic_id: str, topic: Topic, wanted: str) -> bool:
    """True if every word looked for stands in the id, title, summary or aliases; diacritics do not matter."""
    texts = (topic_id, topic.title, topic.title_en, topic.summary, *topic.aliases)
    everything = fold(" ".join(texts))
    return all(word in everything for word in fold(wanted).split())


def in_order(lines: list[TopicLine]) -> list[TopicLine]:
    """New drafts first, then what is to be reviewed, then by title."""
    urgency = {None: 0, Review.OVERDUE: 1, Review.SOON: 2, Review.FINE: 3}
    return sorted(lines, key=lambda line: (urgency[line.review], fold(line.topic.title), line.id))
