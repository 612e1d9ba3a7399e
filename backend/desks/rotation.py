"""Changing a desk's key after a member left: a new pair, and everything sealed to the old one sealed anew.

Runs in the session of the next member who signs in, the first moment when the desk's private key is
in memory. The member who left may have kept the old key; what was sealed before is then out of reach
of that key in this database, though not in a copy they took. Whatever cannot be opened is left as it is
and counted: one damaged row must not keep a desk from working.
"""

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.accounts.keys import SwappedKey as SwappedMemberKey
from backend.audit import service as audit
from backend.desks import escrow, repository
from backend.desks import keys as desk_keys
from backend.desks import service as desks
from backend.kit.crypto import Unsealable, open_with, seal_to
from backend.kit.errors import NotFound
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening
from backend.tips import repository as tips
from backend.tips.models import NoteKey, TipSeal


@dataclass(frozen=True)
class OldKey:
    """A key pair of the desk that seals stand under."""

    version: int
    public_key: bytes
    private_key: bytes = field(repr=False)


@dataclass
class Count:
    """How many seals were moved to the new key, and how many were left as they are."""

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
            before = OldKey(old.desk.key_version, old.public_key, old.private_key)
            count = await reseal(session, keys, desk_id, before, new.public)
            await _seat_members(session, keys, holder, new)
            desks.install_key(old.desk, new)
            await escrow.keep(session, keys, new)
            await escrow.drop(session, desk_id, before.version)
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


async def reseal(
    session: AsyncSession, keys: SiteKeys, desk_id: uuid.UUID, old: OldKey, new: desk_keys.DeskPublicKey
) -> Count:
    """Seal to the ``new`` key what the desk holds under the ``old`` one.

    A seal whose MAC does not hold was put there by somebody else: giving it a new MAC would make it
    genuine, so it is left.
    """
    count = Count()
    notes = select(NoteKey).where(NoteKey.desk_id == desk_id).order_by(NoteKey.tip_id).with_for_update()
    rows: list[TipSeal | NoteKey] = [
        *await tips.seals_of_desk(session, desk_id),
        *await session.scalars(notes),
    ]
    for row in rows:
        try:
            if row.key_version != old.version or not opening.is_authentic(row, keys):
                raise Unsealable
            opened = open_with(old.public_key, old.private_key, row.sealed_key)
        except Unsealable:
            count.left += 1
            continue
        row.sealed_key, row.key_version = seal_to(new.public_key, opened), new.version
        opening.authenticate(row, keys)
        count.sealed_anew += 1
    return count


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
