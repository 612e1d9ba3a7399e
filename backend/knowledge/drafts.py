"""Trainers' unpublished working copies: kept as typed, one a trainer and topic. Nothing here commits."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.knowledge import repository
from backend.knowledge.models import TopicDraft


@dataclass(frozen=True)
class Draft:
    """A working copy. ``form`` is the editor's own; ``based_on`` the version it began from, 0 for none."""

    topic_id: str
    based_on: int
    form: dict[str, Any]
    saved_at: datetime


def _draft(row: TopicDraft) -> Draft:
    return Draft(row.topic_id, row.based_on, row.form, row.saved_at)


async def find(session: AsyncSession, topic_id: str, author_id: uuid.UUID) -> Draft | None:
    """The member's working copy of a topic, if there is one."""
    row = await repository.draft(session, topic_id, author_id)
    return _draft(row) if row is not None else None


async def all_of(session: AsyncSession, author_id: uuid.UUID) -> list[Draft]:
    """The member's working copies, newest first."""
    return [_draft(row) for row in await repository.drafts_of(session, author_id)]


async def keep(
    session: AsyncSession, topic_id: str, author_id: uuid.UUID, *, based_on: int, form: dict[str, Any]
) -> None:
    """Store a working copy in place of the former one."""
    await repository.keep_draft(session, topic_id, author_id, based_on, form)


async def drop(session: AsyncSession, topic_id: str, author_id: uuid.UUID) -> None:
    """Throw a working copy away; nothing happens if there is none."""
    await repository.drop_draft(session, topic_id, author_id)
