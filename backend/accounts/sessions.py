"""Sessions of staff browsers: a random token in the cookie, its hash and a sealed private key in the table.

Cookie, row and site key together open the private key; any two of them do not.

The token passes a sign-in stage by being replaced: a token that was known before a password or a code was
given opens nothing after it.
"""

import base64
import binascii
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import repository
from backend.accounts.keys import open_from_session, seal_for_session, token_hash
from backend.accounts.models import StaffSession
from backend.accounts.repository import Arrived
from backend.kit.crypto import Unsealable
from backend.kit.site_keys import SiteKeys

IDLE_LIMIT: Final = timedelta(minutes=30)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
ARRIVING_LIMIT: Final = timedelta(minutes=20)
"""To finish a sign-in, enrolment and recovery key included."""
_SEEN_STEP: Final = timedelta(minutes=1)
"""Last use is kept no finer than this: a page of many requests writes once."""
_TOKEN_BYTES: Final = 32


class Stage(StrEnum):
    """How far a sign-in has come. Only ``OPEN`` opens the pages of work."""

    CHOOSE_PASSWORD = "choose_password"  # noqa: S105  # a stage, not a password
    ENROL_TOTP = "enrol_totp"
    CONFIRM_TOTP = "confirm_totp"
    SAVE_RECOVERY = "save_recovery"
    OPEN = "open"


@dataclass(frozen=True)
class Held:
    """A living session as its holder brings it."""

    stage: Stage
    token: bytes = field(repr=False)
    private_key: bytes | None = field(repr=False)
    arrived: Arrived
    """As the tables told it of the session and its member, in this request."""

    @property
    def member_id(self) -> uuid.UUID:
        return self.arrived.member_id


def token_text(token: bytes) -> str:
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()


def token_from_text(text: str) -> bytes | None:
    try:
        token = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == _TOKEN_BYTES else None


async def begin(
    session: AsyncSession,
    keys: SiteKeys,
    member_id: uuid.UUID,
    stage: Stage,
    private_key: bytes | None,
    *,
    now: datetime,
) -> bytes:
    """Store a new session and return its token. Old sessions of everybody are swept out on the way."""
    await repository.delete_stale_sessions(session, now - ABSOLUTE_LIMIT, now - IDLE_LIMIT)
    token = secrets.token_bytes(_TOKEN_BYTES)
    sealed = None if private_key is None else seal_for_session(keys, token, member_id, private_key)
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            member_id=member_id,
            stage=stage,
            sealed_private_key=sealed,
            created_at=now,
            last_seen_at=now,
        )
    )
    await session.flush()
    return token


async def advance(
    session: AsyncSession,
    keys: SiteKeys,
    held: Held,
    stage: Stage,
    private_key: bytes | None,
    *,
    now: datetime,
) -> bytes:
    """Replace a session by one of another stage; the old token is dead."""
    await repository.delete_session(session, token_hash(held.token))
    return await begin(session, keys, held.member_id, stage, private_key, now=now)


async def hold(
    session: AsyncSession, keys: SiteKeys, token: bytes, now: datetime, *, quiet: bool = False
) -> Held | None:
    """The session that ``token`` opens, or none if there is none or its time is over.

    Args:
        quiet: a request that the page makes by itself, which does not count as being there.
    """
    row = await repository.arrived(session, token_hash(token))
    if row is None or is_over(Stage(row.stage), row.created_at, row.last_seen_at, now):
        return None
    private_key = None
    if row.sealed_private_key is not None:
        try:
            private_key = open_from_session(keys, token, row.member_id, row.sealed_private_key)
        except Unsealable:
            return None
    if not quiet and now - row.last_seen_at >= _SEEN_STEP:
        await repository.note_seen(session, token_hash(token), now)
    return Held(Stage(row.stage), token, private_key, row)


async def lives(session: AsyncSession, held: Held) -> bool:
    """False if the session was ended after it was read: by a sign-out, a step taken twice, or a reset."""
    return await repository.session_exists(session, token_hash(held.token))


def is_over(stage: Stage, created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """True if a session's time is over: 30 idle minutes, 12 hours in all, 20 minutes to finish signing in."""
    limit = ABSOLUTE_LIMIT if stage is Stage.OPEN else ARRIVING_LIMIT
    return now - created_at >= limit or now - last_seen_at >= IDLE_LIMIT


async def end(session: AsyncSession, token: bytes) -> None:
    """Sign out this browser."""
    await repository.delete_session(session, token_hash(token))


async def end_all(session: AsyncSession, member_id: uuid.UUID, except_token: bytes | None = None) -> None:
    """Sign out every browser of a member, but that of ``except_token``."""
    keep = None if except_token is None else token_hash(except_token)
    await repository.delete_sessions_of(session, member_id, keep)
