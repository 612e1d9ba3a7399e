"""Changing a desk's key after a member left: a new pair, and everything sealed to the old one sealed anew.

Runs in the session of the next member who signs in, the first moment when the desk's private key is
in memory. The member who left may have kept the old key; what was sealed before is then out of reach
of that key in this database, though not in a copy they took. Whatever cannot be opened is left as it is
and counted: one damaged row must not keep a desk from working.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.accounts.keys import SwappedKey as SwappedMemberKey
from backend.audit import service as audit
from backend.desks import keys as desk_keys
from backend.desks import repository
from backend.desks import service as desks
from backend.desks.service import OpenDesk
from backend.kit.crypto import Unsealable, open_with, seal_to
from backend.kit.errors import NotFound
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening
from backend.tips import repository as tips
from backend.tips.models import NoteKey


class _Sealed(Protocol):
    """A row that holds a key sealed to the desk."""

    key_version: int
    sealed_key: bytes


@dataclass
class _Count:
    sealed_anew: int = 0
    left: int = 0


async def rotate_due(session: AsyncSession, keys: SiteKeys, holder: KeyHolder) -> list[uuid.UUID]:
    """Give a new key to each of the member's desks that is due for one. Returns those desks' ids."""
    rotated = []
    for desk, membership in await desks.my_desks(session, holder.member_id):
        if not desk.rotation_due or not desks.is_seated(membership, keys):
            continue
        locked = await repository.desk(session, desk.id, lock=True)
        if locked is not None and locked.rotation_due and await _rotated(session, keys, holder, locked.id):
            rotated.append(locked.id)
    return rotated


async def _rotated(session: AsyncSession, keys: SiteKeys, holder: KeyHolder, desk_id: uuid.UUID) -> bool:
    """Rotate one desk, all of it or nothing. A desk that cannot be is noted; signing in goes on."""
    try:
        async with session.begin_nested():
            old = await desks.open_desk(session, keys, holder, desk_id)
            new = desk_keys.make(desk_id, old.desk.key_version + 1, keys)
            count = await _reseal(session, keys, old, new)
            await _seat_members(session, keys, holder, new)
            desks.install_key(old.desk, new)
    except (Unsealable, desk_keys.SwappedKey, desks.NotGranted):
        action, detail = "desk.rotation_failed", audit.Detail()
    else:
        action = "desk.key_rotated"
        detail = {"key_version": new.public.version, "seals": count.sealed_anew, "left": count.left}
    subject = f"desk:{desk_id}"
    await audit.record(
        session, keys, actor_id=holder.member_id, action=action, subject=subject, detail=detail
    )
    return action == "desk.key_rotated"


async def _reseal(session: AsyncSession, keys: SiteKeys, old: OpenDesk, new: desk_keys.NewDeskKey) -> _Count:
    count = _Count()
    seals = await tips.seals_of_desk(session, old.id)
    _move(seals, old, new, count)
    for seal in seals:
        if seal.key_version == new.public.version:
            opening.authenticate(seal, keys)
    _move(await session.scalars(select(NoteKey).where(NoteKey.desk_id == old.id)), old, new, count)
    return count


def _move(rows: Iterable[_Sealed], old: OpenDesk, new: desk_keys.NewDeskKey, count: _Count) -> None:
    for row in rows:
        try:
            if row.key_version != old.desk.key_version:
                raise Unsealable
            opened = open_with(old.public_key, old.private_key, row.sealed_key)
        except Unsealable:
            count.left += 1
            continue
        row.sealed_key, row.key_version = seal_to(new.public.public_key, opened), new.public.version
        count.sealed_anew += 1


async def _seat_members(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, new: desk_keys.NewDeskKey
) -> None:
    """Hand the new key to everybody who genuinely held the old one; anybody else must be granted again."""
    desk_id = new.public.desk_id
    key = desk_keys.DeskPrivateKey(new.public.version, new.private_key)
    for person in await repository.members(session, desk_id):
        if not desks.is_seated(person, keys):
            continue
        try:
            public_key = await accounts.checked_public_key(session, keys, person.member_id)
        except (NotFound, SwappedMemberKey):
            continue
        desks.seat(person, key, public_key, holder.member_id, keys)
