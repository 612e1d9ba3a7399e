"""Desks and who works at them."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base, RandomId


class Desk(RandomId, Base):
    """One desk a province and kind; the national desk of a kind has no province."""

    __tablename__ = "desks"
    __table_args__ = (
        CheckConstraint("kind IN ('union', 'police')", name="kind"),
        UniqueConstraint("kind", "province", postgresql_nulls_not_distinct=True),
    )

    kind: Mapped[str]
    province: Mapped[str | None]
    """Code of ``data/regions.yml``; absent for the national desk."""
    public_key: Mapped[bytes | None]
    """Absent until the first member activates; no tip can be sealed to the desk before."""
    public_key_mac: Mapped[bytes | None]
    """Keyed with the site key ``mac`` over (desk, version, public key): a swapped key is refused."""
    mac_version: Mapped[int | None]
    key_version: Mapped[int] = mapped_column(default=0)
    rotation_due: Mapped[bool] = mapped_column(default=False)
    """A member left: the next member who signs in makes a new key and re-seals."""


class DeskMember(Base):
    """A member's place at a desk: ``invited`` until the desk's private key is sealed to them."""

    __tablename__ = "desk_members"

    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)
    sealed_desk_key: Mapped[bytes | None]
    """The desk's private key, sealed to this member's public key."""
    key_version: Mapped[int | None]
    seat_mac: Mapped[bytes | None]
    """Site key ``mac`` over the seat (``desk_keys.seat_mac``): a row added by hand has none."""
    seat_mac_version: Mapped[int | None]
    invited_at: Mapped[datetime]
    granted_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("members.id"))
    granted_at: Mapped[datetime | None]

    @property
    def active(self) -> bool:
        return self.sealed_desk_key is not None


class EscrowKey(Base):
    """The public half of the key that can bring back a desk without members. No row: there is no escrow."""

    __tablename__ = "escrow_keys"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_key: Mapped[bytes]
    mac: Mapped[bytes]
    """Site key ``mac`` over (version, public key): nobody's own key can be put in its place."""
    mac_version: Mapped[int]
    made_on: Mapped[date]


class DeskEscrow(Base):
    """A desk's private key of one version, sealed to the escrow key."""

    __tablename__ = "desk_escrows"

    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desks.id"), primary_key=True)
    key_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    escrow_version: Mapped[int]
    desk_public_key: Mapped[bytes]
    """Of the same version: what stands at the desk may be a younger one."""
    sealed_desk_key: Mapped[bytes]
    mac: Mapped[bytes]
    """Site key ``mac`` over all of it."""
    mac_version: Mapped[int]
