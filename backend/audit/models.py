"""The audit log's table: append-only (the application's role may insert and read, nothing else)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base


class AuditEntry(Base):
    """One act of one person or job; chained to the entry before it."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject"),)

    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None]
    """The member who acted; absent for a job. No foreign key: the log outlives accounts."""
    action: Mapped[str]
    subject: Mapped[str]
    """``topic:<id>``, ``member:<id>``, ``desk:<id>``, ``searches:<member id>``, or ``tip:<keyed hash>``
    (never a tip's own id)."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    key_version: Mapped[int] = mapped_column(server_default=text("1"))
    """Version of the site key ``audit`` that ``digest`` was made with."""
