"""Accounts for administrators and for other domains: who there is, and who comes and goes.

Deactivating or resetting an account destroys the member's key pair. What was sealed to it is lost to them, so
the desks are told first (``backend.desks.service``, by whoever calls this).
"""

import re
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import repository, sessions
from backend.accounts.keys import SignedPublicKey, SwappedKey, verify_public_key
from backend.accounts.models import Member, MemberKeys
from backend.accounts.passwords import (
    new_one_time_password,
    normal_login,
    normal_one_time_password,
    printable,
)
from backend.accounts.roles import Role, desk_kind
from backend.accounts.schemas import Colleague, MemberFault, MemberRow, NewAccount
from backend.audit import service as audit
from backend.kit.argon2_queue import SALT_BYTES, derive
from backend.kit.crypto import KEY_BYTES
from backend.kit.errors import NotFound
from backend.kit.site_keys import SiteKeys

ONE_TIME_LIFE: Final = timedelta(days=7)
_LOGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38}[a-z0-9])")
_LONGEST_NAME: Final = 80


async def colleague(session: AsyncSession, keys: SiteKeys, member_id: uuid.UUID) -> Colleague:
    """One member.

    Raises:
        NotFound: there is no such member.
    """
    found = await colleagues(session, keys, [member_id])
    if not found:
        raise NotFound
    return found[member_id]


async def colleagues(
    session: AsyncSession, keys: SiteKeys, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Colleague]:
    """Members by id; who does not exist is left out."""
    members = await repository.members_by_ids(session, ids)
    rows = {row.member_id: row for row in await repository.keys_of_all(session, ids)}
    return {member.id: _colleague(keys, member, rows.get(member.id)) for member in members}


async def checked_public_key(session: AsyncSession, keys: SiteKeys, member_id: uuid.UUID) -> bytes:
    """A member's public key, once its MAC holds: only to such a key may anything be sealed.

    Raises:
        NotFound: no such active member, or no password chosen yet.
        SwappedKey: the key was changed outside this program.
    """
    member = await repository.member(session, member_id)
    row = await repository.keys_of(session, member_id)
    if member is None or not member.active or row is None:
        raise NotFound
    return verify_public_key(keys, member_id, _signed(row))


async def present_member_ids(session: AsyncSession, within: timedelta) -> set[uuid.UUID]:
    """Who is at work: signed in, and used a page within that time."""
    return await repository.members_seen_since(session, datetime.now(UTC) - within)


async def names(session: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Display names by id, also of people who have left."""
    return await repository.names(session, ids) if ids else {}


async def liaisons(session: AsyncSession, keys: SiteKeys, kind: str) -> list[Colleague]:
    """The active members who may sit at a desk of ``kind`` (``union`` or ``police``), by name."""
    ids = [
        member.id
        for member in await repository.members(session)
        if member.active and desk_kind(Role(member.role)) == kind
    ]
    found = await colleagues(session, keys, ids)
    return [found[member_id] for member_id in ids]


def _signed(row: MemberKeys) -> SignedPublicKey:
    return SignedPublicKey(row.public_key, row.public_key_mac, row.mac_version)


def _colleague(keys: SiteKeys, member: Member, row: MemberKeys | None) -> Colleague:
    public_key = None
    if row is not None and member.active:
        try:
            public_key = verify_public_key(keys, member.id, _signed(row))
        except SwappedKey:
            public_key = None
    return Colleague(
        member.id,
        member.login,
        member.display_name,
        Role(member.role),
        member.active,
        public_key,
    )


async def member_rows(session: AsyncSession) -> list[MemberRow]:
    """Everybody, for the administrator."""
    ready = await repository.members_with_keys(session)
    return [
        MemberRow(
            member.id,
            member.login,
            member.display_name,
            Role(member.role),
            member.active,
            member.id in ready and member.one_time_until is None,
            member.one_time_until,
        )
        for member in await repository.members(session)
    ]


async def nobody_yet(session: AsyncSession) -> bool:
    """True on a fresh installation."""
    return await repository.count_members(session) == 0


async def member_id_of(session: AsyncSession, login: str) -> uuid.UUID:
    """The id of a login name.

    Raises:
        NotFound: nobody has it.
    """
    member = await repository.member_by_login(session, normal_login(login))
    if member is None:
        raise NotFound
    return member.id


async def create(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    login: str,
    display_name: str,
    role: Role,
    now: datetime,
) -> NewAccount | MemberFault:
    """A new member with a one-time password, valid for 7 days.

    Args:
        actor_id: the administrator, ``None`` for the command line.
    """
    login, display_name = normal_login(login), printable(" ".join(display_name.split()))
    if not _LOGIN.fullmatch(login):
        return MemberFault.LOGIN_SHAPE
    if not display_name or len(display_name) > _LONGEST_NAME:
        return MemberFault.NAME_MISSING
    if await repository.member_by_login(session, login) is not None:
        return MemberFault.LOGIN_TAKEN
    member = Member(id=uuid.uuid4(), login=login, display_name=display_name, role=role, active=True)
    session.add(member)
    one_time = await _OneTime.make()
    one_time.give(member, now)
    await session.flush()
    await _note(session, keys, actor_id, "account.created", member, detail={"role": role})
    return NewAccount(member.id, login, role, one_time.password)


async def reset(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    member_id: uuid.UUID,
    now: datetime,
) -> NewAccount | MemberFault:
    """Begin an account anew: its key pair is destroyed, a one-time password is given. Reactivates it.

    Raises:
        NotFound: there is no such member.
    """
    if actor_id == member_id:
        return MemberFault.ONESELF
    one_time = await _OneTime.make()
    member = await _existing(session, member_id)
    await repository.delete_keys(session, member_id)
    await sessions.end_all(session, member_id)
    member.active = True
    one_time.give(member, now)
    await _note(session, keys, actor_id, "account.reset", member)
    return NewAccount(member.id, member.login, Role(member.role), one_time.password)


async def deactivate(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    actor_id: uuid.UUID | None,
    member_id: uuid.UUID,
) -> MemberFault | None:
    """Shut an account at once: its sessions and its key pair are gone.

    Raises:
        NotFound: there is no such member.
    """
    if actor_id == member_id:
        return MemberFault.ONESELF
    member = await _existing(session, member_id)
    if member.role == Role.ADMINISTRATOR and await repository.count_active(session, Role.ADMINISTRATOR) <= 1:
        return MemberFault.LAST_ADMINISTRATOR
    member.active = False
    member.one_time_hash = member.one_time_salt = member.one_time_until = None
    await repository.delete_keys(session, member_id)
    await sessions.end_all(session, member_id)
    await _note(session, keys, actor_id, "account.deactivated", member)
    return None


async def ask_new_phone(
    session: AsyncSession, keys: SiteKeys, *, actor_id: uuid.UUID, member_id: uuid.UUID
) -> MemberFault | None:
    """Let a member who lost phone and recovery key enrol a new authenticator; the password is still needed.

    The recovery key is ended too: whoever found it could set a password, and no code would be asked for.

    Raises:
        NotFound: there is no such member, or no key pair yet.
    """
    if actor_id == member_id:
        return MemberFault.ONESELF
    member = await _existing(session, member_id)
    row = await repository.keys_for_change(session, member_id)
    if row is None:
        raise NotFound
    row.totp_sealed, row.totp_wrap_version, row.totp_confirmed = None, None, False
    row.spend_recovery_key()
    await sessions.end_all(session, member_id)
    await _note(session, keys, actor_id, "account.totp_reset", member)
    return None


async def _existing(session: AsyncSession, member_id: uuid.UUID) -> Member:
    """The member, locked: a sign-in that is being judged waits, and then sees what became of the account."""
    member = await repository.member_for_change(session, member_id)
    if member is None:
        raise NotFound
    return member


@dataclass(frozen=True)
class _OneTime:
    """A one-time password, stretched before the member is locked."""

    password: str = field(repr=False)
    salt: bytes = field(repr=False)
    stretched: bytes = field(repr=False)

    @classmethod
    async def make(cls) -> "_OneTime":
        password, salt = new_one_time_password(), secrets.token_bytes(SALT_BYTES)
        normal = normal_one_time_password(password)
        return cls(password, salt, await derive(normal, salt, KEY_BYTES, row="sign_in"))

    def give(self, member: Member, now: datetime) -> None:
        member.one_time_salt, member.one_time_hash = self.salt, self.stretched
        member.one_time_until = now + ONE_TIME_LIFE


async def _note(
    session: AsyncSession,
    keys: SiteKeys,
    actor_id: uuid.UUID | None,
    action: str,
    member: Member,
    *,
    detail: dict[str, str] | None = None,
) -> None:
    await audit.record(
        session,
        keys,
        actor_id=actor_id,
        action=action,
        subject=f"member:{member.id}",
        detail={**(detail or {})},
    )
