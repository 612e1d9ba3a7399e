"""Keeps the search index of the published topics, rebuilt as soon as any version number changed.

Only the index is kept in memory; which versions are published is asked of the database every time.
"""

from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from backend.knowledge import repository, service
from backend.knowledge.search import Hit, TopicIndex
from backend.text.lexicon import Lexicon


class Finder:
    """The index with the version numbers it was built from. One a process."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._numbers: dict[str, int] | None = None
        self._index = TopicIndex({}, lexicon.concepts)

    async def search(self, session: AsyncSession, text: str, limit: int) -> list[Hit]:
        """The published topics nearest to ``text``, best first."""
        numbers = await repository.published_numbers(session)
        if numbers != self._numbers:
            published = await service.published_topics(session)
            self._index = TopicIndex({topic.id: topic.topic for topic in published}, self._lexicon.concepts)
            self._numbers = {topic.id: topic.number for topic in published}
        return self._index.search(text, limit)


@lru_cache
def finder() -> Finder:
    """The finder of this process."""
    return Finder(Lexicon.load())
