"""What the internal API (see docs/ARCHITECTURE.md) and other domains get to know of topics and hotlines."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.contract import example

Lang = Literal["vi", "en"]


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class TopicSummary(_Out):
    """A line of the list of topics."""

    model_config = example(id="bat_ho", title="Bốc bát họ, vay góp ngày", summary="Vay trả góp từng ngày.")

    id: str
    title: str
    summary: str


class Section(_Out):
    """A part that follows the first answer: ``how``, ``signs``, ``do_now``, ``law`` or ``help``."""

    id: str
    title: str
    text: str


class RelatedTopic(_Out):
    id: str
    title: str


class TopicHotline(_Out):
    """A number that a topic recommends."""

    name: str
    number: str
    note: str


class TopicReading(_Out):
    """A topic as a worker reads it. ``answer``: at most 600 characters of plain text with line breaks."""

    model_config = example(
        id="bat_ho",
        title="Bốc bát họ, vay góp ngày",
        summary="Vay trả góp từng ngày, bị cắt lãi trước.",
        version=3,
        answer="Bốc họ là vay rồi góp từng ngày.\nGhi lại số tiền bạn thật nhận.",
        sections=[{"id": "signs", "title": "Dấu hiệu nhận biết", "text": "- Cắt lãi ngay khi đưa tiền."}],
        related=[{"id": "interest_law", "title": "Lãi bao nhiêu là đúng luật"}],
        hotlines=[{"name": "Công an", "number": "113", "note": "Gọi được cả ngày đêm."}],
    )

    id: str
    title: str
    summary: str
    version: int
    answer: str
    sections: list[Section]
    related: list[RelatedTopic]
    hotlines: list[TopicHotline]


class HotlineReading(_Out):
    model_config = example(
        id="113", name="Công an", number="113", use="Đang bị đe dọa, đánh, giữ người", note="Cả ngày đêm."
    )

    id: str
    name: str
    number: str
    use: str
    note: str


@dataclass(frozen=True)
class VersionHead:
    """A version without its text, for lists."""

    topic_id: str
    number: int
    origin: str
    author_id: uuid.UUID | None
    note: str
    restores: int | None
    published_at: datetime


class SearchRequest(BaseModel):
    """``text`` is what a worker wrote: it comes in the body and is never logged or stored."""

    model_config = ConfigDict(extra="forbid") | example(text="boc ho la gi", limit=3, lang="vi")

    text: str = Field(max_length=20_000)
    limit: int = Field(default=3, ge=1, le=10)
    lang: Lang = "vi"


class SearchHit(_Out):
    """``score`` from 0 to 1; comparable within one answer only."""

    model_config = example(id="bat_ho", title="Bốc bát họ, vay góp ngày", score=0.83)

    id: str
    title: str
    score: float
