"""The tables of a tip. In clear: what routing and the queue need. What anybody wrote is sealed."""

import uuid
from datetime import date, datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base, RandomId

KINDS = "('union', 'police')"


class Tip(RandomId, Base):
    """One tip: routing facts in clear, everything that somebody wrote in ``TipPart`` and ``TipMessage``."""

    __tablename__ = "tips"
    __table_args__ = (CheckConstraint("priority IN ('P1', 'P2', 'P3', 'P4')", name="priority"),)

    submission_id: Mapped[bytes | None] = mapped_column(unique=True)
    """Keyed hash of the draft it came from, so that a second sending is recognised; erased after two days."""
    receipt_lookup: Mapped[bytes] = mapped_column(unique=True)
    receipt_pepper: Mapped[int] = mapped_column(index=True)
    """Version of the pepper that ``receipt_lookup`` was derived with."""
    reporter_public_key: Mapped[bytes]
    category: Mapped[str]
    priority: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    province: Mapped[str | None]
    readers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The kinds of desk the reporter chose, narrowed by the rules and never widened."""
    language: Mapped[str]
    received_at: Mapped[datetime]
    """To the minute while open; cut to the day when the tip closes."""
    closed_on: Mapped[date | None]
    handed_over: Mapped[bool] = mapped_column(default=False)
    """It went to another body: the reporter can no longer withdraw it."""


class TipSeal(Base):
    """The tip's content key, sealed to one holder: a desk, or (``desk_id`` absent) the reporter."""

    __tablename__ = "tip_seals"
    __table_args__ = (UniqueConstraint("tip_id", "desk_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desks.id"), index=True)
    key_version: Mapped[int]
    """Version of the desk key it is sealed to; 0 for the reporter's."""
    sealed_key: Mapped[bytes]
    mac: Mapped[bytes]
    """Site key ``mac`` over (tip, holder, version, sealed key): a content key put in by hand has none."""
    mac_version: Mapped[int]


class TipPart(RandomId, Base):
    """One sealed piece of a tip: the report itself, later its files."""

    __tablename__ = "tip_parts"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), index=True)
    field: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes]


class TipDesk(Base):
    """A tip on a desk: status, assignee and clocks are each desk's own."""

    __tablename__ = "tip_desks"
    __table_args__ = (
        CheckConstraint("reach IN ('direct', 'escalation')", name="reach"),
        CheckConstraint("status IN ('new', 'in_review', 'waiting', 'forwarded', 'closed')", name="status"),
        Index("ix_tip_desks_queue", "desk_id", "status", "due_at"),
        Index("ix_tip_desks_flood_id", "desk_id", "flood_id", postgresql_where=text("flood_id IS NOT NULL")),
        Index("ix_tip_desks_head_id", "desk_id", "head_id", postgresql_where=text("head_id IS NOT NULL")),
    )

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"), primary_key=True)
    reach: Mapped[str]
    """``escalation``: a national desk that sees the tip only once the province's desk is late or asks."""
    status: Mapped[str] = mapped_column(default="new")
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("members.id"))
    due_at: Mapped[datetime]
    """By when a member should have opened it."""
    opened_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    flood_id: Mapped[uuid.UUID | None]
    """The flood it is held in until a member looks (``linking.floods``)."""
    head_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("tips.id", ondelete="SET NULL"))
    """The tip that this desk has merged it into; contents and reporters stay apart."""


class TipMessage(RandomId, Base):
    """One message between the desks and the reporter, under the tip's content key."""

    __tablename__ = "tip_messages"
    __table_args__ = (
        CheckConstraint("sender IN ('desk', 'reporter')", name="sender"),
        UniqueConstraint("tip_id", "submission_id"),
        UniqueConstraint("tip_id", "number"),
    )

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 … within the tip: the order, since the time is kept to the minute only."""
    sender: Mapped[str]
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desks.id"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("members.id"))
    submission_id: Mapped[bytes | None]
    """For the reporter's: keyed hash of the message id, so that a second sending is recognised."""
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes]
    written_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """When the other side first opened it."""


class NoteKey(Base):
    """The key of one desk's notes on one tip, sealed to that desk alone."""

    __tablename__ = "tip_note_keys"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), primary_key=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"), primary_key=True)
    key_version: Mapped[int]
    sealed_key: Mapped[bytes]
    mac: Mapped[bytes]
    """As a tip seal's, over (tip, desk, version, sealed key): a note key put in by hand has none."""
    mac_version: Mapped[int]


class StaffNote(RandomId, Base):
    """A note of a desk on a tip; also the reason given for a change of status, category or priority."""

    __tablename__ = "tip_notes"

    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"), index=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"))
    about: Mapped[str]
    """``note``, or what changed: ``status``, ``triage``."""
    version: Mapped[int] = mapped_column(default=1)
    sealed: Mapped[bytes]
    written_at: Mapped[datetime]


class Notification(RandomId, Base):
    """Tells one member that a tip needs them. Made by a job, deleted when read."""

    __tablename__ = "notifications"
    __table_args__ = (UniqueConstraint("member_id", "tip_id", "desk_id", "event"),)

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    tip_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tips.id", ondelete="CASCADE"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"))
    event: Mapped[str]
    """``received``, ``escalated``, ``reporter_wrote``."""


class Draft(Base):
    """A worker's sealed draft, opaque to the backend. UNLOGGED: in no backup and no WAL."""

    __tablename__ = "drafts"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    revision: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
