"""Changing a desk's key after a member left: a new pair, and everything sealed to the old one sealed anew.

Runs in the session of the next member who signs in, the first moment when the desk's private key is
in memory. The member who left may have kept the old key; what was sealed before is then out of reach
of that key in this database, though not in a copy they took.
"""

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.audit import service as audit
from backend.desks import keys as desk_keys
from backend.desks import repository
from backend.desks import service as desks
from backend.kit.crypto import open_with, seal_to
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import repository as tips
from backend.tips.models import NoteKey


async def rotate_due(session: AsyncSession, keys: SiteKeys, holder: KeyHolder) -> list[uuid.UUID]:
    """Give a new key to each of the member's desks that is due for one. Returns those desks' ids."""
    rotated = []
    for desk, membership in await desks.my_desks(session, holder.member_id):
        if desk.rotation_due and membership.active:
            locked = await repository.desk(session, desk.id, lock=True)
            assert locked is not None
            await session.refresh(locked)
            if locked.rotation_due:
                await _rotate(session, keys, holder, locked.id)
                rotated.append(locked.id)
    return rotated


async def _rotate(session: AsyncSession, keys: SiteKeys, holder: KeyHolder, desk_id: uuid.UUID) -> None:
    old = await desks.open_desk(session, keys, holder, desk_id)
    old_public, version = old.public_key, old.desk.key_version + 1
    new = desk_keys.make(desk_id, version, keys)
    resealed = 0
    for seal in await tips.seals_of_desk(session, desk_id):
        seal.sealed_key = seal_to(
            new.public.public_key, open_with(old_public, old.private_key, seal.sealed_key)
        )
        seal.key_version = version
        resealed += 1
    for note_key in await session.scalars(select(NoteKey).where(NoteKey.desk_id == desk_id)):
        opened = open_with(old_public, old.private_key, note_key.sealed_key)
        note_key.sealed_key, note_key.key_version = seal_to(new.public.public_key, opened), version
    for person in await repository.members(session, desk_id):
        if person.active:
            public_key = await accounts.checked_public_key(session, keys, person.member_id)
            person.sealed_desk_key = desk_keys.seal_to_member(new.private_key, public_key)
            person.key_version = version
    desks.install_key(old.desk, new)
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action="desk.key_rotated",
        subject=f"desk:{desk_id}",
        detail={"key_version": version, "seals": resealed},
    )
