"""Bringing values to the current version of a site key, as far as that needs nobody's password.

In batches of one transaction each, so nobody waits long; it can be broken off and run again. A value is
proven under its old key first: what is not genuine is left as it is and named by its table and row, since a
new MAC would make it genuine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import InstrumentedAttribute

from backend.accounts import keys as member_keys
from backend.accounts.models import MemberKeys
from backend.desks import escrow
from backend.desks import keys as desk_keys
from backend.desks.models import Desk, DeskEscrow, DeskMember, EscrowKey
from backend.desks.service import authenticate_seat, is_seated
from backend.kit.crypto import Unsealable
from backend.kit.database import Base
from backend.kit.site_keys import SiteKeyMissing, SiteKeys
from backend.tips import opening
from backend.tips.linking.rotation import layer_index
from backend.tips.models import NoteKey, TipSeal

BATCH: Final = 500
Maker = async_sessionmaker[AsyncSession]


@dataclass
class Carried:
    """What was done: how many values, and the rows that were left as they are."""

    done: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One sort of row that stands under a key."""

    table: type[Base]
    version: InstrumentedAttribute[Any]
    bring: Callable[[Any, SiteKeys], bool]
    """Brings a row to the current key; false if it is not genuine, and then it was not touched."""


def _seal(row: TipSeal | NoteKey, keys: SiteKeys) -> bool:
    if genuine := opening.is_authentic(row, keys):
        opening.authenticate(row, keys)
    return genuine


def _desk(row: Desk, keys: SiteKeys) -> bool:
    assert row.public_key and row.public_key_mac and row.mac_version is not None
    found = desk_keys.DeskPublicKey(
        row.id, row.key_version, row.public_key, row.public_key_mac, row.mac_version
    )
    try:
        public_key = desk_keys.checked(found, keys)
    except desk_keys.SwappedKey:
        return False
    signed = desk_keys.signed(row.id, row.key_version, public_key, keys)
    row.public_key_mac, row.mac_version = signed.mac, signed.mac_version
    return True


def _seat(row: DeskMember, keys: SiteKeys) -> bool:
    if genuine := is_seated(row, keys):
        authenticate_seat(row, keys)
    return genuine


def _member(row: MemberKeys, keys: SiteKeys) -> bool:
    signed = member_keys.SignedPublicKey(row.public_key, row.public_key_mac, row.mac_version)
    try:
        public_key = member_keys.verify_public_key(keys, row.member_id, signed)
    except member_keys.SwappedKey:
        return False
    again = member_keys.sign_public_key(keys, row.member_id, public_key)
    row.public_key_mac, row.mac_version = again.mac, again.version
    return True


def _escrow_key(row: EscrowKey, keys: SiteKeys) -> bool:
    if genuine := escrow.is_genuine_key(row, keys):
        escrow.authenticate_key(row, keys)
    return genuine


def _desk_escrow(row: DeskEscrow, keys: SiteKeys) -> bool:
    if genuine := escrow.is_genuine(row, keys):
        escrow.authenticate(row, keys)
    return genuine


def _totp(row: MemberKeys, keys: SiteKeys) -> bool:
    if row.totp_sealed is None or row.totp_wrap_version is None:
        return True
    sealed = member_keys.Wrapped(row.totp_sealed, row.totp_wrap_version)
    try:
        secret = member_keys.open_totp_secret(keys, row.member_id, sealed)
    except (Unsealable, SiteKeyMissing):
        return False
    again = member_keys.seal_totp_secret(keys, row.member_id, secret)
    row.totp_sealed, row.totp_wrap_version = again.value, again.version
    return True


KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "mac": (
        Kind(TipSeal, TipSeal.mac_version, _seal),
        Kind(NoteKey, NoteKey.mac_version, _seal),
        Kind(Desk, Desk.mac_version, _desk),
        Kind(DeskMember, DeskMember.seat_mac_version, _seat),
        Kind(MemberKeys, MemberKeys.mac_version, _member),
        Kind(EscrowKey, EscrowKey.mac_version, _escrow_key),
        Kind(DeskEscrow, DeskEscrow.mac_version, _desk_escrow),
    ),
    "wrap": (Kind(MemberKeys, MemberKeys.totp_wrap_version, _totp),),
}


async def carry(maker: Maker, keys: SiteKeys, purpose: str, batch: int = BATCH) -> Carried:
    """Bring everything of ``purpose`` to its current key that can be brought without a password."""
    carried = Carried()
    for kind in KINDS.get(purpose, ()):
        last: tuple[Any, ...] | None = None
        whole = True
        while whole:
            async with maker.begin() as session:
                rows = await _next(session, kind, keys.current(purpose)[0], last, batch)
                for row in rows:
                    last = _place(kind, row)
                    _bring(kind, row, keys, carried)
            whole = len(rows) == batch
    if purpose == "index":
        carried.done += await layer_index(maker, keys)
    return carried


def _bring(kind: Kind, row: Base, keys: SiteKeys, carried: Carried) -> None:
    if kind.bring(row, keys):
        carried.done += 1
    else:
        name = " ".join(map(str, _place(kind, row)))
        carried.left.append(f"{kind.table.__tablename__} {name}")


def _columns(kind: Kind) -> list[ColumnElement[Any]]:
    return list(kind.table.__table__.primary_key)


def _place(kind: Kind, row: Base) -> tuple[Any, ...]:
    return tuple(getattr(row, column.key) for column in _columns(kind) if column.key)


async def _next(
    session: AsyncSession, kind: Kind, current: int, after: tuple[Any, ...] | None, batch: int
) -> list[Any]:
    columns = _columns(kind)
    query = select(kind.table).where(kind.version.is_not(None), kind.version != current)
    if after is not None:
        query = query.where(tuple_(*columns) > tuple_(*after))
    query = query.order_by(*columns).limit(batch).with_for_update()
    return list(await session.scalars(query))
