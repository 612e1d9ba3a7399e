"""Keeps the search index of the published topics, rebuilt as soon as any version number changed.

Only the index is kept in memory; which versions are published is asked of the database every time.
"""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from backend.knowledge import repository, service
from backend.knowledge.search import Hit, TopicIndex
from backend.text.lexicon import Lexicon


class Finder:
    """The index with the version numbers it was built from. One an application."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._numbers: dict[str, int] | None = None
        self._index = TopicIndex({}, lexicon.concepts)
        self._building = asyncio.Lock()

    async def search(self, session: AsyncSession, text: str, limit: int) -> list[Hit]:
        """The published topics nearest to ``text``, best first."""
        await self.refresh(session)
        return self._index.search(text, limit)

    async def refresh(self, session: AsyncSession) -> None:
        """Build the index anew if a version was published since: about a second, off the event loop."""
        async with self._building:
            if await repository.published_numbers(session) == self._numbers:
                return
            published = await service.published_topics(session)
            topics = {topic.id: topic.topic for topic in published}
            self._index = await asyncio.to_thread(TopicIndex, topics, self._lexicon.concepts)
            self._numbers = {topic.id: topic.number for topic in published}
