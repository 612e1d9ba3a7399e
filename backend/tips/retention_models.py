"""The tables of retention: who holds a tip back, what was warned of, and which tips are gone."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base


class TipHold(Base):
    """A desk's wish that a tip be kept up to and including a day. The reason stands sealed in its notes."""

    __tablename__ = "tip_holds"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"))
    """Who set or renewed it last."""
    until: Mapped[date]


class TipWarning(Base):
    """What the desks of a tip were warned of, so that they are warned once."""

    __tablename__ = "tip_warnings"
    __table_args__ = (CheckConstraint("event IN ('destruction_near', 'open_for_long')", name="event"),)

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    event: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[date]
    """The day that the warning spoke of: another day is another warning."""


class Destruction(Base):
    """That a tip was destroyed, kept for as long as a backup may still hold it."""

    __tablename__ = "destructions"

    mark: Mapped[bytes] = mapped_column(primary_key=True)
    """Keyed hash of the tip's id: without the site key ``audit`` it says nothing about which."""
    key_version: Mapped[int]
    day: Mapped[date]
