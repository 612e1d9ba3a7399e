"""Escrow: each desk's key sealed once more, to a key whose private half nobody here keeps.

Off unless an operator sets it up, and said on the desks' pages while it is on. With the printed private half
a desk that has lost all its members gets a new one (``recovering.py``). Whoever has that half and a copy of
the database opens every desk's tips with it: it is kept as all of them together would be. Only keys that are
made while it is on are kept.
"""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import keys as desk_keys
from backend.desks.models import Desk, DeskEscrow, EscrowKey
from backend.kit.crypto import new_key_pair, same, seal_to
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

SUBJECT = "escrow"
"""How the audit log names it."""


def is_genuine_key(row: EscrowKey, keys: SiteKeys) -> bool:
    """Whether this program made the escrow key; to another one nothing may be sealed."""
    try:
        return same(row.mac, desk_keys.escrow_mac(row.version, row.public_key, keys, row.mac_version))
    except SiteKeyMissing:
        return False


def is_genuine(row: DeskEscrow, keys: SiteKeys) -> bool:
    """Whether this program put a desk's key into escrow, and nobody changed it."""
    try:
        return same(row.mac, desk_keys.escrowed_mac(_escrowed(row), keys, row.mac_version))
    except SiteKeyMissing:
        return False


def authenticate_key(row: EscrowKey, keys: SiteKeys) -> None:
    """Give an escrow key its MAC. One that was read must have been found genuine before."""
    row.mac_version, _ = keys.current("mac")
    row.mac = desk_keys.escrow_mac(row.version, row.public_key, keys, row.mac_version)


def authenticate(row: DeskEscrow, keys: SiteKeys) -> None:
    """Give a desk's key in escrow its MAC. One that was read must have been found genuine before."""
    row.mac_version, _ = keys.current("mac")
    row.mac = desk_keys.escrowed_mac(_escrowed(row), keys, row.mac_version)


def _escrowed(row: DeskEscrow) -> desk_keys.EscrowedKey:
    return desk_keys.EscrowedKey(
        row.desk_id, row.key_version, row.escrow_version, row.desk_public_key, row.sealed_desk_key
    )


async def all_keys(session: AsyncSession) -> list[EscrowKey]:
    """Every escrow key, the youngest first: that one is in use, older ones until each desk has a new key."""
    return list(await session.scalars(select(EscrowKey).order_by(EscrowKey.version.desc())))


async def in_use(session: AsyncSession) -> EscrowKey | None:
    """The escrow key that desks' keys are sealed to; ``None`` while there is no escrow."""
    return next(iter(await all_keys(session)), None)


async def set_up(session: AsyncSession, keys: SiteKeys, today: date) -> bytes:
    """Make an escrow key, in place of the one before. As the owner of the database.

    Each desk gets a new key when one of its members signs in next, and that one is kept.

    Returns:
        The private half, to be printed once.
    """
    before = await in_use(session)
    public_key, private_key = new_key_pair()
    row = EscrowKey(version=before.version + 1 if before else 1, public_key=public_key, made_on=today)
    authenticate_key(row, keys)
    session.add(row)
    await session.execute(update(Desk).where(Desk.public_key.is_not(None)).values(rotation_due=True))
    await session.flush()
    await audit.record(
        session,
        keys,
        actor_id=None,
        action="escrow.set_up",
        subject=SUBJECT,
        detail={"version": row.version},
    )
    return private_key


async def end(session: AsyncSession, keys: SiteKeys) -> bool:
    """Give escrow up: every kept key is deleted. False if there was none. As the owner of the database."""
    if await in_use(session) is None:
        return False
    await session.execute(delete(DeskEscrow))
    await session.execute(delete(EscrowKey))
    await audit.record(session, keys, actor_id=None, action="escrow.ended", subject=SUBJECT)
    return True


async def keep(session: AsyncSession, keys: SiteKeys, made: desk_keys.NewDeskKey) -> None:
    """Put a desk's key that was just made into escrow, if there is one.

    An escrow key that was put in by hand gets nothing, and the log says so: the desk works on without.
    """
    standing = await in_use(session)
    if standing is None:
        return
    subject, genuine = f"desk:{made.public.desk_id}", is_genuine_key(standing, keys)
    if genuine:
        row = DeskEscrow(
            desk_id=made.public.desk_id,
            key_version=made.public.version,
            escrow_version=standing.version,
            desk_public_key=made.public.public_key,
            sealed_desk_key=seal_to(standing.public_key, made.private_key),
        )
        authenticate(row, keys)
        session.add(row)
        await session.flush()
    await audit.record(
        session,
        keys,
        actor_id=None,
        action="desk.key_in_escrow" if genuine else "desk.escrow_refused",
        subject=subject,
        detail={"key_version": made.public.version, "escrow": standing.version},
    )


async def kept(session: AsyncSession, keys: SiteKeys, desk_id: uuid.UUID) -> list[DeskEscrow]:
    """A desk's keys that are in escrow, the youngest first; what was put in by hand is left out."""
    query = select(DeskEscrow).where(DeskEscrow.desk_id == desk_id).order_by(DeskEscrow.key_version.desc())
    return [row for row in await session.scalars(query) if is_genuine(row, keys)]


async def covered(session: AsyncSession, keys: SiteKeys, desks: Collection[Desk]) -> set[uuid.UUID]:
    """Those of the desks whose key, the one that they work with now, is in escrow."""
    versions = {desk.id: desk.key_version for desk in desks}
    rows = await session.scalars(select(DeskEscrow).where(DeskEscrow.desk_id.in_(versions)))
    return {row.desk_id for row in rows if row.key_version == versions[row.desk_id] and is_genuine(row, keys)}


async def covers(session: AsyncSession, keys: SiteKeys, desk: Desk) -> bool:
    """Whether the key that the desk works with now is in escrow."""
    return desk.id in await covered(session, keys, [desk])


async def drop(session: AsyncSession, desk_id: uuid.UUID, key_version: int) -> None:
    """Let a desk's key of an older version go: what was sealed to it is sealed to another one now."""
    gone = delete(DeskEscrow).where(DeskEscrow.desk_id == desk_id, DeskEscrow.key_version == key_version)
    await session.execute(gone)
