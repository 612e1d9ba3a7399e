"""The tables of what desks and reporters tell each other beside messages."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base, RandomId


class Notice(Base):
    """A reporter's wish to be told of an answer. UNLOGGED: a return address is in no backup and no WAL.

    It names no tip: ``lookup`` is an HMAC of the tip's id. The address is sealed by ``bot``.
    """

    __tablename__ = "notices"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    owner: Mapped[bytes] = mapped_column(index=True)
    """HMAC of the address under a key of ``bot``: whoever asks to be forgotten is forgotten here too."""
    sealed: Mapped[bytes]
    due: Mapped[bool] = mapped_column(default=False)
    """There is news to tell of."""
    taken_until: Mapped[datetime | None]
    """Until when one process of ``bot`` is at it; afterwards another may be."""
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Commendation(RandomId, Base):
    """Thanks that can be collected with a code. The code is here as a hash, and sealed to the reporter."""

    __tablename__ = "commendations"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("tip_messages.id", ondelete="CASCADE"), unique=True
    )
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"))
    code_hash: Mapped[bytes] = mapped_column(unique=True)
    mac_version: Mapped[int]
    """Of the site key ``mac`` that the hash is keyed with: it stays until the code is collected."""
    sealed_code: Mapped[bytes]
    """For the reporter alone, together with the message's id, so that it cannot be moved."""
    collected: Mapped[bool] = mapped_column(default=False)
    """No day: beside the tip it would say when its reporter stood at the counter."""


class WithdrawnSubmission(Base):
    """A draft whose tip was withdrawn: sending it once more must not bring the tip back. UNLOGGED."""

    __tablename__ = "withdrawn_submissions"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    submission_id: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
