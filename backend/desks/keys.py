"""The keys of a desk: pure functions over bytes, no database.

A desk has an X25519 pair. Its private key exists only sealed to the public key of each active
member. Its public key carries a MAC under a site key that is not in the database, so that nobody
who writes the database can put a key of their own in its place.
"""

import uuid
from dataclasses import dataclass, field

from backend.kit.crypto import Unsealable, keyed_hash, new_key_pair, open_with, same, seal_to
from backend.kit.site_keys import SiteKeyMissing, SiteKeys


class SwappedKey(Exception):
    """A public key's MAC is wrong: the database was changed by somebody without the site key."""


@dataclass(frozen=True)
class DeskPublicKey:
    """A desk's public key as the database holds it."""

    desk_id: uuid.UUID
    version: int
    public_key: bytes
    mac: bytes
    mac_version: int


@dataclass(frozen=True)
class NewDeskKey:
    """A desk key just made, and its private half for sealing to members at once."""

    public: DeskPublicKey
    private_key: bytes = field(repr=False)


@dataclass(frozen=True)
class DeskPrivateKey:
    """A desk's private key and its version, in memory for the length of a request."""

    version: int
    private_key: bytes = field(repr=False)


def _mac(key: bytes, desk_id: uuid.UUID, version: int, public_key: bytes) -> bytes:
    return keyed_hash(key, b"desk public key", desk_id.bytes, version.to_bytes(4, "big"), public_key)


def make(desk_id: uuid.UUID, version: int, keys: SiteKeys) -> NewDeskKey:
    """A fresh pair for a desk; ``version`` counts from 1."""
    public_key, private_key = new_key_pair()
    return NewDeskKey(signed(desk_id, version, public_key, keys), private_key)


def checked(key: DeskPublicKey, keys: SiteKeys) -> bytes:
    """The public key, once its MAC holds.

    Raises:
        SwappedKey: it does not.
    """
    try:
        expected = _mac(keys.get("mac", key.mac_version), key.desk_id, key.version, key.public_key)
    except SiteKeyMissing as error:
        raise SwappedKey(f"desk {key.desk_id}") from error
    if not same(expected, key.mac):
        raise SwappedKey(f"desk {key.desk_id}")
    return key.public_key


def signed(desk_id: uuid.UUID, version: int, public_key: bytes, keys: SiteKeys) -> DeskPublicKey:
    """A public key with a MAC under the current site key; one that was read has been ``checked`` before."""
    mac_version, mac_key = keys.current("mac")
    return DeskPublicKey(
        desk_id, version, public_key, _mac(mac_key, desk_id, version, public_key), mac_version
    )


@dataclass(frozen=True)
class Seat:
    """A member's place at a desk with the desk's key sealed to them, as the database holds it."""

    desk_id: uuid.UUID
    member_id: uuid.UUID
    version: int
    sealed_desk_key: bytes
    granted_by: uuid.UUID


def seat_mac(seat: Seat, keys: SiteKeys, mac_version: int) -> bytes:
    """What a genuine seat carries: whoever writes the database without the site key cannot make one."""
    return keyed_hash(
        keys.get("mac", mac_version),
        b"desk seat",
        seat.desk_id.bytes,
        seat.member_id.bytes,
        seat.version.to_bytes(4, "big"),
        seat.sealed_desk_key,
        seat.granted_by.bytes,
    )


@dataclass(frozen=True)
class EscrowPublicKey:
    """The public half of the escrow key as the database holds it."""

    version: int
    public_key: bytes
    mac: bytes
    mac_version: int


def escrow_mac(version: int, public_key: bytes, keys: SiteKeys, mac_version: int) -> bytes:
    """What a genuine escrow key carries: to any other one no desk's key is ever sealed."""
    number = version.to_bytes(4, "big")
    return keyed_hash(keys.get("mac", mac_version), b"escrow public key", number, public_key)


@dataclass(frozen=True)
class EscrowedKey:
    """A desk's private key of one version, sealed to the escrow key, as the database holds it."""

    desk_id: uuid.UUID
    version: int
    escrow_version: int
    desk_public_key: bytes
    sealed_desk_key: bytes


def escrowed_mac(kept: EscrowedKey, keys: SiteKeys, mac_version: int) -> bytes:
    """What a desk's key in escrow carries if it was put there by this program."""
    return keyed_hash(
        keys.get("mac", mac_version),
        b"desk key in escrow",
        kept.desk_id.bytes,
        kept.version.to_bytes(4, "big"),
        kept.escrow_version.to_bytes(4, "big"),
        kept.desk_public_key,
        kept.sealed_desk_key,
    )


def seal_to_member(desk_private_key: bytes, member_public_key: bytes) -> bytes:
    """The desk's private key for one member, whose public key the caller has checked."""
    return seal_to(member_public_key, desk_private_key)


def open_as_member(sealed: bytes, member_public_key: bytes, member_private_key: bytes) -> bytes:
    """The desk's private key.

    Raises:
        Unsealable: sealed to somebody else, or changed.
    """
    return open_with(member_public_key, member_private_key, sealed)


__all__ = [
    "DeskPrivateKey",
    "DeskPublicKey",
    "EscrowPublicKey",
    "EscrowedKey",
    "NewDeskKey",
    "Seat",
    "SwappedKey",
    "Unsealable",
    "checked",
    "escrow_mac",
    "escrowed_mac",
    "make",
    "open_as_member",
    "seal_to_member",
    "seat_mac",
    "signed",
]
