"""The tables of reported addresses: who reported what and when, and what is allowed all the same."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base

KINDS = "kind IN ('address', 'phone', 'account')"


class BlocklistSource(Base):
    """A list that was imported. Importing a newer one of the same name replaces its entries."""

    __tablename__ = "blocklist_sources"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    listed_on: Mapped[date]
    """The day as of which the list says what it says."""
    imported_at: Mapped[datetime] = mapped_column(server_default=func.now())


class BlocklistEntry(Base):
    """One reported thing, in the one spelling of ``blocklist.entry_of``."""

    __tablename__ = "blocklist_entries"
    __table_args__ = (CheckConstraint(KINDS, name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(
        ForeignKey("blocklist_sources.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class BlocklistAllowed(Base):
    """Something that is never taken for known bad, whatever list names it."""

    __tablename__ = "blocklist_allowed"
    __table_args__ = (CheckConstraint(KINDS, name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    note: Mapped[str]
    allowed_at: Mapped[datetime] = mapped_column(server_default=func.now())
