"""Thanks to somebody whom nobody knows: collected with a short code that only the receipt shows.

The desk never sees the code before somebody brings it: here it is a keyed hash, and sealed to the reporter.
"""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import Unsealable, keyed_hash, open_with, seal_to
from backend.kit.site_keys import SiteKeys
from backend.tips.models import Tip
from backend.tips.opening import KeyPair
from backend.tips.two_way_models import Commendation

DIGITS: Final = 8


@dataclass(frozen=True)
class NewCode:
    """A code just made, and what is kept of it."""

    digits: str = field(repr=False)
    hash: bytes = field(repr=False)
    mac_version: int


@dataclass(frozen=True)
class Code:
    """What the reporter brings along, and whether it was used."""

    digits: str = field(repr=False)
    collected: bool


def _hash(key: bytes, desk_id: uuid.UUID, digits: str) -> bytes:
    return keyed_hash(key, b"commendation", desk_id.bytes, digits.encode())


def new_code(keys: SiteKeys, desk_id: uuid.UUID) -> NewCode:
    """A code for this desk. Its hash goes into the sealed message too, so that it cannot be moved."""
    version, key = keys.current("mac")
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    return NewCode(digits, _hash(key, desk_id, digits), version)


async def add(
    session: AsyncSession, tip: Tip, code: NewCode, *, message_id: uuid.UUID, desk_id: uuid.UUID
) -> None:
    """Give the reporter a code for what a desk's message tells of. ``tip``'s key was checked before."""
    session.add(
        Commendation(
            tip_id=tip.id,
            message_id=message_id,
            desk_id=desk_id,
            code_hash=code.hash,
            mac_version=code.mac_version,
            sealed_code=seal_to(tip.reporter_public_key, message_id.bytes + code.digits.encode()),
        )
    )
    await session.flush()


async def codes(
    session: AsyncSession, reporter: KeyPair, message_ids: Iterable[uuid.UUID]
) -> Mapping[uuid.UUID, Code | None]:
    """The codes of these messages, for the reporter; ``None`` for one that was changed or moved."""
    rows = await session.scalars(select(Commendation).where(Commendation.message_id.in_(list(message_ids))))
    found: dict[uuid.UUID, Code | None] = {}
    for row in rows:
        try:
            found[row.message_id] = Code(_opened(row, reporter), row.collected)
        except Unsealable:
            found[row.message_id] = None
    return found


def _opened(row: Commendation, reporter: KeyPair) -> str:
    opened = open_with(reporter.public_key, reporter.private_key, row.sealed_code)
    place, digits = opened[:16], opened[16:]
    if place != row.message_id.bytes:
        raise Unsealable
    return digits.decode()


async def collect(
    session: AsyncSession, keys: SiteKeys, desk_id: uuid.UUID, digits: str
) -> Commendation | None:
    """Use up the code that somebody brought to this desk; ``None`` for a wrong or used one."""
    hashes = [_hash(keys.get("mac", version), desk_id, digits) for version in keys.versions("mac")]
    query = select(Commendation).where(Commendation.code_hash.in_(hashes), Commendation.desk_id == desk_id)
    found = await session.scalar(query.with_for_update())
    if found is None or found.collected:
        return None
    found.collected = True
    return found
