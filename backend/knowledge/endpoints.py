"""The internal API of topics and hotlines (scope ``knowledge``)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from backend.kit.errors import NotFound, problems
from backend.kit.request_session import Session
from backend.kit.service_auth import REFUSALS
from backend.kit.service_auth import service as calling_service
from backend.kit.service_tokens import Scope
from backend.knowledge import service
from backend.knowledge.content.hotlines import Hotlines, load_hotlines
from backend.knowledge.finder import Finder
from backend.knowledge.reading import read_hotline, read_topic, summarise, title_of
from backend.knowledge.schemas import (
    HotlineReading,
    Lang,
    SearchHit,
    SearchRequest,
    TopicReading,
    TopicSummary,
)

internal = APIRouter(
    prefix="/internal",
    tags=["knowledge"],
    dependencies=[calling_service(Scope.KNOWLEDGE)],
    responses=REFUSALS,
)

LangParam = Annotated[Lang, Query(description="The language of the answer.")]
TopicId = Annotated[str, Path(max_length=64, examples=["bat_ho"])]


def _hotlines(request: Request) -> Hotlines:
    return load_hotlines(request.app.state.settings.data / "hotlines.yml")


@internal.get("/topics")
async def topics(session: Session, lang: LangParam = "vi") -> list[TopicSummary]:
    """Every published topic: id, title, one-line summary."""
    published = await service.published_topics(session)
    return [summarise(topic.id, topic.topic, lang) for topic in published]


@internal.post("/topics/search")
async def search(request: Request, session: Session, wanted: SearchRequest) -> list[SearchHit]:
    """The topics nearest to a worker's text, best first; empty when nothing is near."""
    finder: Finder = request.app.state.finder
    hits = await finder.search(session, wanted.text, wanted.limit)
    published = await service.published_among(session, [hit.topic_id for hit in hits])
    return [
        SearchHit(id=hit.topic_id, title=title_of(published[hit.topic_id], wanted.lang), score=hit.score)
        for hit in hits
        if hit.topic_id in published
    ]


@internal.get("/topics/{topic_id}", responses=problems(NotFound))
async def topic(
    request: Request, session: Session, topic_id: TopicId, lang: LangParam = "vi"
) -> TopicReading:
    """One topic as a worker reads it; 404 if it is not published."""
    found = await service.published_topic(session, topic_id)
    others = await service.published_among(session, found.topic.related)
    return read_topic(
        found.id, found.topic, version=found.number, lang=lang, hotlines=_hotlines(request), others=others
    )


@internal.get("/hotlines")
async def hotlines(request: Request, lang: LangParam = "vi") -> list[HotlineReading]:
    """Every telephone number the assistant may say."""
    known = _hotlines(request)
    return [read_hotline(hotline, known, lang) for hotline in known.values()]
