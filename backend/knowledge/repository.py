"""Queries of topics, versions and drafts; no decisions here."""

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.knowledge.models import TopicDraft, TopicRow, TopicVersion
from backend.knowledge.schemas import VersionHead

_HEAD = (
    TopicVersion.topic_id,
    TopicVersion.number,
    TopicVersion.origin,
    TopicVersion.author_id,
    TopicVersion.note,
    TopicVersion.restores,
    TopicVersion.published_at,
)
_PUBLISHED = (TopicVersion.topic_id == TopicRow.id) & (TopicVersion.number == TopicRow.published)


async def published_versions(
    session: AsyncSession, among: Collection[str] | None = None
) -> list[TopicVersion]:
    """The version that workers read of every topic (or of those ``among``), by topic id."""
    query = select(TopicVersion).join(TopicRow, _PUBLISHED).order_by(TopicRow.id)
    if among is not None:
        query = query.where(TopicRow.id.in_(among))
    return list(await session.scalars(query))


async def published_version(session: AsyncSession, topic_id: str) -> TopicVersion | None:
    query = select(TopicVersion).join(TopicRow, _PUBLISHED).where(TopicRow.id == topic_id)
    return await session.scalar(query)


async def published_numbers(session: AsyncSession) -> dict[str, int]:
    """Topic id to the number of its published version: changes whenever anything is published."""
    rows = await session.execute(select(TopicRow.id, TopicRow.published).order_by(TopicRow.id))
    return {topic_id: number for topic_id, number in rows}


async def version(session: AsyncSession, topic_id: str, number: int) -> TopicVersion | None:
    return await session.get(TopicVersion, (topic_id, number))


async def published_heads(session: AsyncSession) -> list[VersionHead]:
    """Of every topic the version that workers read, without its text, by topic id."""
    query = select(*_HEAD).join(TopicRow, _PUBLISHED).order_by(TopicRow.id)
    return [VersionHead(*row) for row in await session.execute(query)]


async def history(session: AsyncSession, topic_id: str) -> list[VersionHead]:
    """Every version of a topic, newest first."""
    query = select(*_HEAD).where(TopicVersion.topic_id == topic_id).order_by(TopicVersion.number.desc())
    return [VersionHead(*row) for row in await session.execute(query)]


async def only_seeded(session: AsyncSession, topic_id: str) -> bool:
    """True if no person ever published this topic."""
    query = select(func.count()).where(TopicVersion.topic_id == topic_id, TopicVersion.origin != "seed")
    return not await session.scalar(query)


async def lock_published(session: AsyncSession, topic_id: str) -> int | None:
    """The published number, the topic's row held until the transaction ends; ``None`` if there is none."""
    return await session.scalar(select(TopicRow.published).where(TopicRow.id == topic_id).with_for_update())


async def add_topic(session: AsyncSession, topic_id: str) -> bool:
    """Make a topic whose first version follows in this transaction. False if another was faster."""
    statement = insert(TopicRow).values(id=topic_id, published=1).on_conflict_do_nothing()
    added = await session.scalar(statement.returning(TopicRow.id))
    return added is not None


async def add_version(session: AsyncSession, version: TopicVersion) -> None:
    """Store a version and make it the one that workers read; the topic's row must be held."""
    session.add(version)
    topic = await session.get_one(TopicRow, version.topic_id, populate_existing=True)
    topic.published = version.number
    await session.flush()


async def keep_draft(
    session: AsyncSession, topic_id: str, author_id: uuid.UUID, based_on: int, form: dict[str, Any]
) -> None:
    """Store a trainer's working copy in place of the former one."""
    values = {"based_on": based_on, "form": form, "saved_at": func.now()}
    statement = insert(TopicDraft).values(topic_id=topic_id, author_id=author_id, **values)
    key = [TopicDraft.topic_id, TopicDraft.author_id]
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


async def draft(session: AsyncSession, topic_id: str, author_id: uuid.UUID) -> TopicDraft | None:
    return await session.get(TopicDraft, (topic_id, author_id), populate_existing=True)


async def drafts_of(session: AsyncSession, author_id: uuid.UUID) -> list[TopicDraft]:
    """A trainer's working copies, newest first."""
    query = select(TopicDraft).where(TopicDraft.author_id == author_id)
    return list(await session.scalars(query.order_by(TopicDraft.saved_at.desc())))


async def drop_draft(session: AsyncSession, topic_id: str, author_id: uuid.UUID) -> None:
    await session.execute(
        delete(TopicDraft).where(TopicDraft.topic_id == topic_id, TopicDraft.author_id == author_id)
    )
