"""Staff accounts, their keys, their sessions, and the count of failed sign-ins.

No column holds a password hash: a password is right if it unwraps the private key. Only the one-time
password of a new account, which opens nothing but the page to choose a real one, has a hash.
"""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.database import Base, RandomId


class Member(RandomId, Base):
    """A person of staff."""

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint(
            "role IN ('union_liaison', 'police_liaison', 'trainer', 'administrator')",
            name="role",
        ),
        CheckConstraint("login = lower(login)", name="login_lower"),
    )

    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    one_time_salt: Mapped[bytes | None]
    one_time_hash: Mapped[bytes | None]
    """Argon2id of the one-time password; gone once a password is chosen."""
    one_time_until: Mapped[datetime | None]


class MemberKeys(Base):
    """The key pair of one member; the row is deleted when an administrator resets the account."""

    __tablename__ = "member_keys"

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), primary_key=True)

    public_key: Mapped[bytes]
    public_key_mac: Mapped[bytes]
    """Site key ``mac`` over (member, public key), checked at each use: none can be swapped in."""
    mac_version: Mapped[int]

    password_salt: Mapped[bytes]
    password_wrapped: Mapped[bytes]
    """The private key under Argon2id(password) mixed with the site key ``wrap``."""
    password_wrap_version: Mapped[int]

    recovery_wrapped: Mapped[bytes | None]
    """The private key under the recovery key mixed with the site key ``wrap``; absent once that was used."""
    recovery_wrap_version: Mapped[int | None]
    recovery_saved: Mapped[bool] = mapped_column(default=False)
    """The member said that the recovery key is put away."""

    totp_sealed: Mapped[bytes | None]
    """The TOTP secret, sealed for this member under the site key ``wrap``."""
    totp_wrap_version: Mapped[int | None]
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """The last 30-second step whose code was accepted: the same code never works twice."""

    def spend_recovery_key(self) -> None:
        """The recovery key opens nothing from now on; the next sign-in ends with a new one."""
        self.recovery_wrapped = self.recovery_wrap_version = None
        self.recovery_saved = False


class StaffSession(Base):
    """A signed-in browser. The row opens nothing without the cookie, nor with it without the site key."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        CheckConstraint(
            "stage IN ('choose_password', 'enrol_totp', 'confirm_totp', 'save_recovery', 'open')",
            name="stage",
        ),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the cookie's token."""
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("members.id"), index=True)
    stage: Mapped[str]
    sealed_private_key: Mapped[bytes | None]
    """The private key under the cookie's token mixed with the site key ``wrap``; its version stands first.

    Absent while there is no key pair yet.
    """
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class SignInAttempts(Base):
    """Failed sign-ins by keyed hash of the name that was typed, existing or not. No address is kept."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_last_at", "last_at"),)

    name_hash: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    blocked_until: Mapped[datetime]
