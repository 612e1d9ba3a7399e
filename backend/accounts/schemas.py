"""What accounts tell other domains, and what their own pages ask for."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from backend.accounts.passwords import PasswordFault
from backend.accounts.roles import Role
from backend.accounts.sessions import Stage


@dataclass(frozen=True)
class Colleague:
    """A member as other domains see one."""

    id: uuid.UUID
    login: str
    display_name: str
    role: Role
    active: bool
    public_key: bytes | None
    """Checked against its MAC; absent until the member has chosen a password."""


@dataclass(frozen=True)
class MemberRow:
    """A member in the administrator's list."""

    id: uuid.UUID
    login: str
    display_name: str
    role: Role
    active: bool
    ready: bool
    """Has chosen a password of their own."""
    one_time_until: datetime | None


@dataclass(frozen=True)
class Arrived:
    """The secret was right: the token of the new session, and what is still to do."""

    token: bytes = field(repr=False)
    stage: Stage


@dataclass(frozen=True)
class Refused:
    """The secret was wrong, or it is too early to try again. Never says which account exists."""

    wait: timedelta = timedelta(0)


@dataclass(frozen=True)
class Faulty:
    """The new password is not good enough."""

    fault: PasswordFault


class MemberFault(StrEnum):
    """Why a member cannot be created or changed."""

    LOGIN_SHAPE = "login_shape"
    LOGIN_TAKEN = "login_taken"
    NAME_MISSING = "name_missing"
    LAST_ADMINISTRATOR = "last_administrator"
    ONESELF = "oneself"
    LAST_OF_DESK = "last_of_desk"
    """A desk would be lost with the member, and the login name was not typed to confirm it."""


@dataclass(frozen=True)
class NewAccount:
    """A member with the one-time password that is shown once."""

    member_id: uuid.UUID
    login: str
    role: Role
    one_time_password: str = field(repr=False)
