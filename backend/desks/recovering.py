"""Bringing back a desk that has lost all its members, with the printed escrow key.

Done by an operator at the command line, never by a page: the desk's private key is in memory there for a
moment, so the desk gets another one at the next sign-in. Logged, and shown on the desk's page for good.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import escrow, repository, rotation
from backend.desks import keys as desk_keys
from backend.desks.models import Desk, DeskEscrow, DeskMember, EscrowKey
from backend.desks.service import checked_public_key, is_seated, seat
from backend.kit.crypto import Unsealable, open_with, public_key_of, same
from backend.kit.site_keys import SiteKeys
from backend.tips import escalation

RECOVERED = "desk.recovered"


class NoEscrow(Exception):
    """There is no escrow, or it was set up after the desk had lost its members."""


class WrongEscrowKey(Exception):
    """The typed key is none that this deployment's desks are sealed to."""


class NothingLost(Exception):
    """The desk has members, and nothing is sealed to a key that they do not have: they let others in."""


@dataclass(frozen=True)
class Newcomer:
    """The member who gets the desk, and the public key that was checked against its MAC."""

    member_id: uuid.UUID
    public_key: bytes


@dataclass(frozen=True)
class Recovered:
    """What was brought back."""

    seated: bool
    """The member holds the desk's key now; false where the desk has begun anew with others meanwhile."""
    seals: int
    """Sealed keys of tips and notes that the desk's present key opens again."""


async def recover(
    session: AsyncSession,
    keys: SiteKeys,
    *,
    desk_id: uuid.UUID,
    escrow_private_key: bytes,
    newcomer: Newcomer,
) -> Recovered:
    """Give a lost desk to a member, and to the desk's present key what was sealed to its lost ones.

    Raises:
        NoEscrow, WrongEscrowKey, NothingLost: see there; nothing was changed.
        desk_keys.SwappedKey: the desk's public key was changed in the database.
    """
    desk = await repository.desk(session, desk_id, lock=True)
    kept = await escrow.kept(session, keys, desk_id)
    if desk is None or desk.public_key is None or not kept:
        raise NoEscrow
    holders = await _matching(session, keys, escrow_private_key)
    opened = {row.key_version: _opened(row, holders, escrow_private_key) for row in kept}
    old_keys = {version: key for version, key in opened.items() if key is not None}
    if not old_keys:
        raise WrongEscrowKey
    current = checked_public_key(desk, keys)
    present = any(is_seated(person, keys) for person in await repository.members(session, desk_id))
    if not present:
        await _seat(session, keys, desk, old_keys.pop(desk.key_version, None), newcomer)
    public = desk_keys.signed(desk_id, desk.key_version, current, keys)
    seals = 0
    for version, old in old_keys.items():
        if version < desk.key_version:
            seals += (await rotation.reseal(session, keys, desk_id, old, public)).sealed_anew
            await escrow.drop(session, desk_id, version)
    if present and not seals:
        raise NothingLost
    await escalation.take_back(session, desk_id)
    desk.rotation_due = True
    await audit.record(
        session,
        keys,
        actor_id=None,
        action=RECOVERED,
        subject=f"desk:{desk_id}",
        detail={"member": None if present else str(newcomer.member_id), "seals": seals},
    )
    return Recovered(not present, seals)


async def _matching(session: AsyncSession, keys: SiteKeys, private_key: bytes) -> dict[int, EscrowKey]:
    """The genuine escrow keys that a private half belongs to, by version."""
    public_key = public_key_of(private_key)
    rows = await escrow.all_keys(session)
    return {
        row.version: row
        for row in rows
        if same(row.public_key, public_key) and escrow.is_genuine_key(row, keys)
    }


def _opened(row: DeskEscrow, holders: dict[int, EscrowKey], private_key: bytes) -> rotation.OldKey | None:
    holder = holders.get(row.escrow_version)
    if holder is None:
        return None
    try:
        desk_key = open_with(holder.public_key, private_key, row.sealed_desk_key)
    except Unsealable:
        return None
    return rotation.OldKey(row.key_version, row.desk_public_key, desk_key)


async def _seat(
    session: AsyncSession, keys: SiteKeys, desk: Desk, held: rotation.OldKey | None, member: Newcomer
) -> None:
    if held is None or held.public_key != desk.public_key:
        raise NoEscrow
    place = await session.get(DeskMember, (desk.id, member.member_id), with_for_update=True)
    if place is None:
        place = DeskMember(desk_id=desk.id, member_id=member.member_id, invited_at=datetime.now(UTC))
        session.add(place)
    key = desk_keys.DeskPrivateKey(held.version, held.private_key)
    seat(place, key, member.public_key, member.member_id, keys)
    await session.flush()


async def last_recovered(session: AsyncSession, desk_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When desks were brought back from escrow last, of those that were; members are told on their page."""
    subjects = {f"desk:{desk_id}": desk_id for desk_id in desk_ids}
    found = await audit.last_of(session, subjects, RECOVERED)
    return {subjects[subject]: at for subject, at in found.items()}
