"""Members of staff for tests, with real keys."""

import uuid
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.keys import wrap_private_key
from backend.accounts.models import Member
from backend.accounts.passwords import normal_password
from backend.accounts.sign_in import new_keys
from backend.desks import service as desks
from backend.desks.models import Desk
from backend.kit import argon2_queue
from backend.kit.argon2_queue import SALT_BYTES, derive_now
from backend.kit.crypto import KEY_BYTES
from backend.kit.site_keys import SiteKeys

PASSWORD = "đường về khu trọ 14"

_SALT = bytes(SALT_BYTES)


@cache
def _stretched_password(memory_kib: int, passes: int) -> bytes:
    """One password and salt for everybody: stretched once a cost, since every test hires several people."""
    return derive_now(normal_password(PASSWORD), _SALT, KEY_BYTES)


@dataclass(frozen=True)
class Person:
    """A signed-in member, as the services see one."""

    member_id: uuid.UUID
    login: str
    public_key: bytes
    private_key: bytes = field(repr=False)


async def hire(session: AsyncSession, keys: SiteKeys, role: str) -> Person:
    """An active member with a password (``PASSWORD``) and a key pair."""
    login = f"{role[:5]}.{uuid.uuid4().hex[:8]}"
    member = Member(id=uuid.uuid4(), login=login, display_name=login, role=role, active=True)
    session.add(member)
    await session.flush()
    row, private_key = new_keys(keys, member.id)
    row.recovery_saved = True
    stretched = _stretched_password(argon2_queue.MEMORY_KIB, argon2_queue.PASSES)
    wrapped = wrap_private_key(keys, member.id, private_key, stretched, "password")
    row.password_salt, row.password_wrapped, row.password_wrap_version = _SALT, wrapped.value, wrapped.version
    session.add(row)
    await session.flush()
    return Person(member.id, login, row.public_key, private_key)


async def staffed_desk(
    session: AsyncSession, keys: SiteKeys, kind: str, province: str | None
) -> tuple[Desk, Person]:
    """A desk whose first member has activated it."""
    desk = await desks.create(session, keys, kind, province)
    person = await hire(session, keys, f"{kind}_liaison")
    await desks.invite(session, keys, desk=desk, member_id=person.member_id, actor_id=None)
    await desks.activate(session, keys, person)
    return desk, person
