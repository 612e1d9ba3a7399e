"""Topics, their published versions, and the working copies of trainers."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base


class TopicRow(Base):
    """A topic and which of its versions workers read."""

    __tablename__ = "topics"

    id: Mapped[str] = mapped_column(primary_key=True)
    published: Mapped[int]
    """Number of the version that workers read."""


class TopicVersion(Base):
    """One published state of a topic; never changed. An old one is restored by publishing it again."""

    __tablename__ = "topic_versions"
    __table_args__ = (CheckConstraint("origin IN ('seed', 'trainer', 'import')", name="origin"),)

    topic_id: Mapped[str] = mapped_column(ForeignKey("topics.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """1, 2, 3 … within the topic."""
    body: Mapped[str]
    """The whole topic as its file's text."""
    origin: Mapped[str]
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("members.id"))
    """Who published it; absent for a seed and for an import by command."""
    note: Mapped[str]
    """What changed, in the publisher's words."""
    restores: Mapped[int | None]
    """The version that this one brought back."""
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TopicDraft(Base):
    """A trainer's unpublished working copy of a topic, also of one that does not exist yet."""

    __tablename__ = "topic_drafts"

    topic_id: Mapped[str] = mapped_column(primary_key=True)
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)
    based_on: Mapped[int]
    """The version the work began from; 0 for a new topic."""
    form: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The editor's fields as typed, which may not make a topic yet."""
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
