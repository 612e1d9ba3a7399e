"""The tables of files: those that wait with a draft, and those that belong to a tip."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base, RandomId
from backend.tips.files.sealing import Field


class DraftFile(RandomId, Base):
    """A clean file on its way to a tip, under a key that only the bot has. UNLOGGED: in no backup."""

    __tablename__ = "draft_files"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    sealed: Mapped[bytes]
    sealed_original: Mapped[bytes | None]
    """As it came, only if the reporter wants it kept."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TipFile(RandomId, Base):
    """A file of a tip's report or of one of its messages, under the tip's content key."""

    __tablename__ = "tip_files"
    __table_args__ = (
        CheckConstraint("field IN ('clean', 'original')", name="field"),
        UniqueConstraint("tip_id", "number", "field"),
    )

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"))
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("tip_messages.id", ondelete="CASCADE"), index=True
    )
    """The message it came with; none for a file of the report."""
    number: Mapped[int]
    """1, 2, 3 … within the tip; an original has the number of its clean file."""
    field: Mapped[Field] = mapped_column(Text)
    """``clean``: made anew from pixels or samples; ``original``: as it came."""
    version: Mapped[int] = mapped_column(default=1)
    sealed_about: Mapped[bytes]
    """What a list shows of it: media type, size, thumbnail."""
    sealed: Mapped[bytes]
