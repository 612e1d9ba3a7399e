"""The few cryptographic building blocks of the house, on libsodium and the standard library.

Nothing here knows what a tip, a desk or a draft is. Every sealed value is XChaCha20-Poly1305 with
a random nonce, bound by associated data to the one place it stands in, and padded so that its
length tells little.
"""

import hashlib
import hmac
import secrets
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl import bindings
from nacl.exceptions import CryptoError

KEY_BYTES: Final = 32
SEAL_OVERHEAD: Final = int(bindings.crypto_box_SEALBYTES)
"""Bytes that ``seal_to`` adds to a secret."""
_NONCE_BYTES: Final = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_FORMAT: Final = b"\x01"
_PAD_BLOCK: Final = 256
"""Plaintext is padded to a multiple of this; a longer text to a sixteenth of its size."""


class Unsealable(Exception):
    """The value was not sealed with this key for this place, or was changed. It says no more."""


def random_key() -> bytes:
    """32 random bytes from the operating system."""
    return secrets.token_bytes(KEY_BYTES)


def derive_key(secret: bytes, purpose: str, *, salt: bytes = b"", length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of a high-entropy ``secret`` for one named ``purpose``."""
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose.encode()).derive(secret)


def keyed_hash(key: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256 over ``parts``, each with its length before it, so no two lists collide."""
    mac = hmac.new(key, digestmod=hashlib.sha256)
    for part in parts:
        mac.update(len(part).to_bytes(8, "big"))
        mac.update(part)
    return mac.digest()


def same(left: bytes, right: bytes) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(left, right)


def bound_to(*parts: str | int) -> bytes:
    """Associated data: names the one place (table, row, field, version) where a value belongs."""
    return b"".join(len(raw := str(part).encode()).to_bytes(4, "big") + raw for part in parts)


def _padded_size(size: int) -> int:
    """Bytes after padding: the next multiple of 256, or of a sixteenth of the size if that is more."""
    block = _PAD_BLOCK
    while block * 16 < size:
        block *= 2
    return (size // block + 1) * block


def seal(plaintext: bytes, key: bytes, bound: bytes) -> bytes:
    """Seal ``plaintext`` under ``key`` for the place ``bound``. Returns format, nonce and ciphertext."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    padded = bindings.sodium_pad(plaintext, _padded_size(len(plaintext)))
    sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, _FORMAT + bound, nonce, key)
    return _FORMAT + nonce + bytes(sealed)


def unseal(sealed: bytes, key: bytes, bound: bytes) -> bytes:
    """The plaintext of ``seal``.

    Raises:
        Unsealable: another key, another place, or a changed value.
    """
    if len(sealed) < 1 + _NONCE_BYTES or sealed[:1] != _FORMAT:
        raise Unsealable
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        padded = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(body, _FORMAT + bound, nonce, key)
        # The whole text was padded as one block, so the block is as long as what came out.
        return bytes(bindings.sodium_unpad(padded, len(padded)))
    except (CryptoError, ValueError, TypeError) as error:
        raise Unsealable from error


def new_key_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair: (public key, private key)."""
    public, private = bindings.crypto_box_keypair()
    return bytes(public), bytes(private)


def key_pair_from_seed(seed: bytes) -> tuple[bytes, bytes]:
    """The X25519 pair that a 32-byte ``seed`` stands for: (public key, private key)."""
    public, private = bindings.crypto_box_seed_keypair(seed)
    return bytes(public), bytes(private)


def public_key_of(private_key: bytes) -> bytes:
    """The public half of an X25519 private key (32 bytes)."""
    return bytes(bindings.crypto_scalarmult_base(private_key))


def seal_to(public_key: bytes, secret: bytes) -> bytes:
    """Seal a short ``secret`` (a key) to a public key (libsodium sealed box)."""
    return bytes(bindings.crypto_box_seal(secret, public_key))


def open_with(public_key: bytes, private_key: bytes, sealed: bytes) -> bytes:
    """The secret of ``seal_to``.

    Raises:
        Unsealable: sealed to another key, or changed.
    """
    try:
        return bytes(bindings.crypto_box_seal_open(sealed, public_key, private_key))
    except (CryptoError, ValueError, TypeError) as error:
        raise Unsealable from error
