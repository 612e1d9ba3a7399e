"""How a member's private key is wrapped, and how a public key, a TOTP secret and a session are bound to their
owner. Pure: no database, no clock, no queue.

A wrap needs two things from two places: what the member or the browser has (password, recovery key, cookie)
and a site key that stands outside the database. Either alone opens nothing.
"""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Final

from backend.kit.crypto import Unsealable, bound_to, derive_key, keyed_hash, same, seal, unseal
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

_BY_SESSION: Final = "member private key by session"
_VERSION_BYTES: Final = 4
"""A site key's version, before what was sealed under it for a session."""


class SwappedKey(Exception):
    """A public key does not carry its member's MAC: the row was changed outside this program."""


@dataclass(frozen=True)
class Wrapped:
    """A wrapped or sealed value and the version of the site key that it needs."""

    value: bytes = field(repr=False)
    version: int


@dataclass(frozen=True)
class SignedPublicKey:
    """A public key with the MAC that ties it to its member."""

    public_key: bytes
    mac: bytes
    version: int


def _wrapping_key(site_key: bytes, secret: bytes, purpose: str) -> bytes:
    return derive_key(keyed_hash(site_key, secret), purpose)


def wrap_private_key(
    keys: SiteKeys,
    member_id: uuid.UUID,
    private_key: bytes,
    secret: bytes,
    purpose: str,
) -> Wrapped:
    """Wrap under ``secret`` (stretched password or recovery key) and the current site key.

    ``purpose`` is ``password`` or ``recovery``: the two wraps of one key can never stand in for each other.
    """
    version, site_key = keys.current("wrap")
    wrapping = _wrapping_key(site_key, secret, f"member private key by {purpose}")
    return Wrapped(
        seal(private_key, wrapping, bound_to("member_keys", str(member_id), purpose)),
        version,
    )


def unwrap_private_key(
    keys: SiteKeys, member_id: uuid.UUID, wrapped: Wrapped, secret: bytes, purpose: str
) -> bytes:
    """The private key of ``wrap_private_key``.

    Raises:
        Unsealable: another secret, another member, another site key, or a changed value.
        SiteKeyMissing: the site key of that version is gone.
    """
    wrapping = _wrapping_key(keys.get("wrap", wrapped.version), secret, f"member private key by {purpose}")
    return unseal(wrapped.value, wrapping, bound_to("member_keys", str(member_id), purpose))


def sign_public_key(keys: SiteKeys, member_id: uuid.UUID, public_key: bytes) -> SignedPublicKey:
    """Tie a public key to its member under the current site key ``mac``."""
    version, mac_key = keys.current("mac")
    return SignedPublicKey(public_key, _public_key_mac(mac_key, member_id, public_key), version)


def verify_public_key(keys: SiteKeys, member_id: uuid.UUID, signed: SignedPublicKey) -> bytes:
    """The public key, if it is this member's own.

    Raises:
        SwappedKey: the MAC is another's, or its site key is not known.
    """
    try:
        mac_key = keys.get("mac", signed.version)
    except SiteKeyMissing as error:
        raise SwappedKey from error
    if not same(signed.mac, _public_key_mac(mac_key, member_id, signed.public_key)):
        raise SwappedKey
    return signed.public_key


def _public_key_mac(mac_key: bytes, member_id: uuid.UUID, public_key: bytes) -> bytes:
    return keyed_hash(mac_key, b"member public key", member_id.bytes, public_key)


def seal_totp_secret(keys: SiteKeys, member_id: uuid.UUID, secret: bytes) -> Wrapped:
    """Seal a TOTP secret for one member; the server reads it at sign-in, so the site key alone opens it."""
    version, site_key = keys.current("wrap")
    sealed = seal(
        secret,
        derive_key(site_key, "totp secret"),
        bound_to("member_keys", str(member_id), "totp"),
    )
    return Wrapped(sealed, version)


def open_totp_secret(keys: SiteKeys, member_id: uuid.UUID, sealed: Wrapped) -> bytes:
    """The secret of ``seal_totp_secret``.

    Raises:
        Unsealable: another member's, or changed.
    """
    key = derive_key(keys.get("wrap", sealed.version), "totp secret")
    return unseal(sealed.value, key, bound_to("member_keys", str(member_id), "totp"))


def token_hash(token: bytes) -> bytes:
    """How the table names a session; the token itself is only in the cookie."""
    return hashlib.sha256(token).digest()


def seal_for_session(keys: SiteKeys, token: bytes, member_id: uuid.UUID, private_key: bytes) -> bytes:
    """Seal the private key under the cookie's token mixed with the current site key ``wrap``.

    The version of the site key stands before the sealed bytes.
    """
    version, site_key = keys.current("wrap")
    wrapping = _wrapping_key(site_key, token, _BY_SESSION)
    sealed = seal(private_key, wrapping, _session_place(token, member_id, version))
    return version.to_bytes(_VERSION_BYTES, "big") + sealed


def open_from_session(keys: SiteKeys, token: bytes, member_id: uuid.UUID, sealed: bytes) -> bytes:
    """The private key of ``seal_for_session``.

    Raises:
        Unsealable: another session's, another member's, another site key's, or changed.
    """
    version = int.from_bytes(sealed[:_VERSION_BYTES], "big")
    try:
        site_key = keys.get("wrap", version)
    except SiteKeyMissing as error:
        raise Unsealable from error
    wrapping = _wrapping_key(site_key, token, _BY_SESSION)
    return unseal(sealed[_VERSION_BYTES:], wrapping, _session_place(token, member_id, version))


def _session_place(token: bytes, member_id: uuid.UUID, version: int) -> bytes:
    return bound_to("staff_sessions", token_hash(token).hex(), str(member_id), version)


def form_token(token: bytes) -> str:
    """What every form of a session carries: it proves that our own page was the one that was submitted."""
    return keyed_hash(derive_key(token, "form token"), b"form").hex()


def attempt_name_hash(keys: SiteKeys, login: str, browser_id: bytes = b"") -> bytes:
    """How the table of failed sign-ins names an account, or an account in one known browser of its owner.

    No name can be read from it.
    """
    _, mac_key = keys.current("mac")
    return keyed_hash(mac_key, b"sign-in attempts", login.encode(), browser_id)
