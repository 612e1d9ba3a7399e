"""The life of a sign-in: password, code, and what a new or returning member does in between.

A wrong password, an unknown name and a deactivated account take the same time and give the same answer.
Every step ends with the member locked and its grounds read once more: a reset meanwhile always wins.
"""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.accounts import known_browsers, repository, rewrapping, sessions, throttle
from backend.accounts.keys import (
    Wrapped,
    attempt_name_hash,
    open_totp_secret,
    seal_totp_secret,
    sign_public_key,
    unwrap_private_key,
    wrap_private_key,
)
from backend.accounts.models import Member, MemberKeys
from backend.accounts.passwords import (
    normal_login,
    normal_one_time_password,
    normal_password,
    password_fault,
)
from backend.accounts.schemas import Arrived, Faulty, Refused
from backend.accounts.sessions import Held, Stage
from backend.accounts.totp import SECRET_BYTES, accepted_step
from backend.audit import service as audit
from backend.kit.argon2_queue import SALT_BYTES, derive
from backend.kit.crypto import KEY_BYTES, Unsealable, keyed_hash, new_key_pair, same
from backend.kit.errors import Forbidden, Unauthenticated
from backend.kit.site_keys import SiteKeys

LONGEST_LOGIN: Final = 200
"""Characters of a name that are looked at; nobody has a longer one."""


@dataclass(frozen=True)
class _Proof:
    """What a typed password is held against, loaded before the long derivation."""

    member_id: uuid.UUID | None
    salt: bytes
    one_time_hash: bytes | None = field(default=None, repr=False)
    wrapped: Wrapped | None = field(default=None, repr=False)
    one_time: bool = False
    """The password is for the first sign-in only: another must be chosen."""


@dataclass(frozen=True)
class Entry:
    """What every step of one request needs.

    ``session`` is the request's own transaction. ``maker`` opens short ones beside it: an attempt stays
    counted whatever becomes of the request.
    """

    maker: async_sessionmaker[AsyncSession]
    session: AsyncSession
    keys: SiteKeys
    now: datetime
    mark: str = field(default="", repr=False)
    """What this browser kept from an earlier sign-in (``known_browsers``), unchecked."""

    def _counted_as(self, login: str) -> bytes:
        known = known_browsers.browser_id(self.keys, login, self.mark)
        return attempt_name_hash(self.keys, login, known or b"")

    async def admit(self, login: str) -> timedelta:
        """Count one attempt; zero if it may go on, else how long to wait."""
        async with self.maker.begin() as counting:
            return await throttle.admit(counting, self._counted_as(login), self.now)

    async def forget(self, login: str) -> None:
        """The person proved who they are: the count starts anew."""
        await throttle.forget(self.session, self._counted_as(login))

    async def begin(self, member_id: uuid.UUID, stage: Stage, private_key: bytes | None) -> Arrived:
        return Arrived(
            await sessions.begin(self.session, self.keys, member_id, stage, private_key, now=self.now),
            stage,
        )

    async def advance(self, held: Held, stage: Stage) -> Arrived:
        return Arrived(
            await sessions.advance(self.session, self.keys, held, stage, held.private_key, now=self.now),
            stage,
        )

    async def note(self, member_id: uuid.UUID, action: str) -> None:
        """An audit entry about the member's own account."""
        await audit.record(
            self.session,
            self.keys,
            actor_id=member_id,
            action=action,
            subject=f"member:{member_id}",
        )


async def sign_in(entry: Entry, login: str, password: str) -> Arrived | Refused:
    """First step: name and password (or the one-time password of a new account).

    No transaction is open during the derivation, so a flood of attempts holds no database connection.
    """
    login = normal_login(login)[:LONGEST_LOGIN]
    if wait := await entry.admit(login):
        return Refused(wait)
    async with entry.maker() as reading:
        proof = await _proof(reading, entry, login)
    typed = normal_one_time_password(password) if proof.one_time else normal_password(password)
    stretched = await derive(typed, proof.salt, KEY_BYTES, row="sign_in")
    if proof.member_id is None:
        return Refused()
    if proof.one_time_hash is not None:
        if not same(stretched, proof.one_time_hash) or not await _still_stored(entry, login, proof):
            return Refused()
        return await entry.begin(proof.member_id, Stage.CHOOSE_PASSWORD, None)
    if proof.wrapped is None:
        return Refused()
    try:
        private_key = unwrap_private_key(entry.keys, proof.member_id, proof.wrapped, stretched, "password")
    except Unsealable:
        return Refused()
    if not await _still_stored(entry, login, proof):
        return Refused()
    if proof.one_time:
        return await entry.begin(proof.member_id, Stage.CHOOSE_PASSWORD, private_key)
    row = await repository.keys_for_change(entry.session, proof.member_id)
    if row is not None:
        rewrapping.after_password(entry.keys, row, private_key, stretched)
    return await after_password(entry, proof.member_id, private_key)


async def _still_stored(entry: Entry, login: str, proof: _Proof) -> bool:
    """False if the account was reset, shut or given another password while the typed one was judged.

    Locks the member and the keys until the end of the transaction.
    """
    if proof.member_id is not None:
        await repository.member_for_change(entry.session, proof.member_id)
        await repository.keys_for_change(entry.session, proof.member_id)
    return await _proof(entry.session, entry, login) == proof


async def _proof(session: AsyncSession, entry: Entry, login: str) -> _Proof:
    _, mac_key = entry.keys.current("mac")
    nobody = _Proof(None, keyed_hash(mac_key, b"salt of nobody", login.encode())[:SALT_BYTES])
    member = await repository.member_by_login(session, login)
    if member is None or not member.active:
        return nobody
    one_time = member.one_time_until is not None
    if member.one_time_until is not None and member.one_time_until <= entry.now:
        return nobody
    row = await repository.keys_of(session, member.id)
    if row is not None:
        return _Proof(member.id, row.password_salt, wrapped=_password_wrap(row), one_time=one_time)
    if member.one_time_hash is None or member.one_time_salt is None or not one_time:
        return nobody
    return _Proof(member.id, member.one_time_salt, one_time_hash=member.one_time_hash, one_time=True)


def _password_wrap(row: MemberKeys) -> Wrapped:
    return Wrapped(row.password_wrapped, row.password_wrap_version)


async def after_password(entry: Entry, member_id: uuid.UUID, private_key: bytes) -> Arrived | Refused:
    """The private key is open: on to the code, or first to connecting an authenticator app."""
    row = await repository.keys_for_change(entry.session, member_id)
    if row is None:  # reset while the password was being judged
        return Refused()
    if not row.totp_confirmed:
        ensure_totp_secret(entry.keys, row)
    stage = Stage.CONFIRM_TOTP if row.totp_confirmed else Stage.ENROL_TOTP
    return await entry.begin(member_id, stage, private_key)


def ensure_totp_secret(keys: SiteKeys, row: MemberKeys, *, renew: bool = False) -> None:
    """Give the member a TOTP secret if there is none, or (``renew``) another one; a code must confirm it."""
    if row.totp_sealed is not None and not renew:
        return
    sealed = seal_totp_secret(keys, row.member_id, secrets.token_bytes(SECRET_BYTES))
    row.totp_sealed, row.totp_wrap_version = sealed.value, sealed.version
    row.totp_confirmed = False


def totp_secret(keys: SiteKeys, row: MemberKeys) -> bytes:
    """The member's TOTP secret, for showing it once and for judging codes."""
    if row.totp_sealed is None or row.totp_wrap_version is None:
        raise Forbidden
    return open_totp_secret(keys, row.member_id, Wrapped(row.totp_sealed, row.totp_wrap_version))


def new_keys(keys: SiteKeys, member_id: uuid.UUID) -> tuple[MemberKeys, bytes]:
    """A fresh key pair: its row, still without a password, and the private key."""
    public_key, private_key = new_key_pair()
    signed = sign_public_key(keys, member_id, public_key)
    row = MemberKeys(
        member_id=member_id,
        public_key=public_key,
        public_key_mac=signed.mac,
        mac_version=signed.version,
        recovery_saved=False,
        totp_confirmed=False,
        totp_last_step=0,
    )
    return row, private_key


async def set_password(
    keys: SiteKeys, member_id: uuid.UUID, row: MemberKeys, private_key: bytes, new: str
) -> None:
    """Wrap the private key under a new password. Whatever waited for the old one must end its sessions."""
    await wrap_under(keys, member_id, row, private_key, normal_password(new))


async def wrap_under(
    keys: SiteKeys, member_id: uuid.UUID, row: MemberKeys, private_key: bytes, normal: bytes
) -> None:
    """Wrap the private key under a password in its normal form."""
    salt = secrets.token_bytes(SALT_BYTES)
    stretched = await derive(normal, salt, KEY_BYTES, row="sign_in")
    wrapped = wrap_private_key(keys, member_id, private_key, stretched, "password")
    row.password_salt, row.password_wrapped, row.password_wrap_version = (
        salt,
        wrapped.value,
        wrapped.version,
    )


async def choose_first_password(entry: Entry, held: Held, new: str, repeated: str) -> Arrived | Faulty:
    """Second step of a new account: the key pair is born (or was made with the account), and is wrapped by
    the password that was chosen.
    """
    member = await member_at(entry, held, Stage.CHOOSE_PASSWORD)
    if fault := password_fault(new, repeated, member.login, member.display_name):
        return Faulty(fault)
    row, private_key = await repository.keys_for_change(entry.session, member.id), held.private_key
    if row is None or private_key is None:
        row, private_key = new_keys(entry.keys, member.id)
        entry.session.add(row)
    await set_password(entry.keys, member.id, row, private_key, new)
    ensure_totp_secret(entry.keys, row)
    member.one_time_hash = member.one_time_salt = member.one_time_until = None
    await entry.note(member.id, "account.password_chosen")
    await sessions.end_all(entry.session, member.id)
    return await entry.begin(member.id, Stage.ENROL_TOTP, private_key)


async def give_code(entry: Entry, held: Held, code: str) -> Arrived | Refused:
    """Third step: a code of the authenticator app, at enrolment and at every later sign-in."""
    if held.stage not in (Stage.ENROL_TOTP, Stage.CONFIRM_TOTP):
        raise Forbidden
    member = await member_at(entry, held, held.stage)
    if wait := await entry.admit(member.login):
        return Refused(wait)
    row = await repository.keys_for_change(entry.session, member.id)
    if row is None:
        raise Forbidden
    step = accepted_step(totp_secret(entry.keys, row), code, entry.now, row.totp_last_step)
    if step is None:
        return Refused()
    row.totp_last_step = step
    if not row.totp_confirmed:
        row.totp_confirmed = True
        await entry.note(member.id, "account.totp_enrolled")
    rewrapping.after_code(entry.keys, row)
    await entry.forget(member.login)
    stage = Stage.OPEN if row.recovery_saved else Stage.SAVE_RECOVERY
    if stage is Stage.OPEN:
        await entry.note(member.id, "account.signed_in")
    return await entry.advance(held, stage)


async def finish_recovery(entry: Entry, held: Held) -> Arrived:
    """Last step of a new account: the member says that the recovery key is put away."""
    member = await member_at(entry, held, Stage.SAVE_RECOVERY)
    row = await repository.keys_for_change(entry.session, member.id)
    if row is None or row.recovery_wrapped is None:
        raise Forbidden
    row.recovery_saved = True
    await entry.note(member.id, "account.signed_in")
    return await entry.advance(held, Stage.OPEN)


async def member_at(entry: Entry, held: Held, stage: Stage) -> Member:
    """The member who holds a session of this stage, locked until the end of the transaction.

    Raises:
        Forbidden: it is another stage, or the account was deactivated meanwhile.
        Unauthenticated: the session was ended meanwhile, as by a reset of the account.
    """
    member = await repository.member_for_change(entry.session, held.member_id)
    if held.stage is not stage or member is None or not member.active:
        raise Forbidden
    if not await sessions.lives(entry.session, held):
        raise Unauthenticated
    return member
