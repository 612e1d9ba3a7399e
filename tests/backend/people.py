"""Members of staff for tests, with real keys."""

import uuid
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.keys import sign_public_key
from backend.accounts.models import Member, MemberKeys
from backend.accounts.sign_in import set_password
from backend.desks import service as desks
from backend.desks.models import Desk
from backend.kit.crypto import new_key_pair
from backend.kit.site_keys import SiteKeys

PASSWORD = "đường về khu trọ 14"


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
    public_key, private_key = new_key_pair()
    signed = sign_public_key(keys, member.id, public_key)
    row = MemberKeys(
        member_id=member.id,
        public_key=public_key,
        public_key_mac=signed.mac,
        mac_version=signed.version,
        recovery_saved=True,
        totp_confirmed=False,
        totp_last_step=0,
    )
    await set_password(keys, member.id, row, private_key, PASSWORD)
    session.add(row)
    await session.flush()
    return Person(member.id, login, public_key, private_key)


async def staffed_desk(
    session: AsyncSession, keys: SiteKeys, kind: str, province: str | None
) -> tuple[Desk, Person]:
    """A desk whose first member has activated it."""
    desk = await desks.create(session, kind, province)
    person = await hire(session, keys, f"{kind}_liaison")
    await desks.invite(session, keys, desk=desk, member_id=person.member_id, actor_id=None)
    await desks.activate(session, keys, person)
    return desk, person
