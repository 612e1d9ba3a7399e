"""The form of a backup file: a line that says what it is, then the dump in sealed pieces.

Each piece is libsodium's secretstream (XChaCha20-Poly1305), bound to that line, to its place and to being the
last or not: what was changed, reordered or cut off does not open. Nothing here knows what a dump holds.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, Literal

from nacl import bindings

from backend.kit.crypto import derive_key, keyed_hash, same

MAGIC: Final = b"antam backup 1\n"
PIECE: Final = 1 << 20
"""Bytes of the dump in one sealed piece."""
_ABOUT_BYTES: Final = 4096
_STREAM_HEADER: Final = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_OVERHEAD: Final = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_MORE: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_LAST: Final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL

LockedWith = Literal["key file", "passphrase"]


class NotABackup(Exception):
    """The file is none of our backups."""


class WrongKey(Exception):
    """The backup was sealed with another key or passphrase."""


class Damaged(Exception):
    """The file was changed, or its end is missing."""


@dataclass(frozen=True)
class About:
    """What a backup says of itself in clear."""

    made_at: datetime
    schema: str
    locked_with: LockedWith
    salt: bytes

    def line(self, key: bytes) -> bytes:
        """The file's second line; it also tells whether a key is the right one."""
        said = {
            "made_at": self.made_at.isoformat(timespec="seconds"),
            "schema": self.schema,
            "locked_with": self.locked_with,
            "salt": base64.b64encode(self.salt).decode(),
            "check": base64.b64encode(self.check(key)).decode(),
        }
        return json.dumps(said).encode() + b"\n"

    def check(self, key: bytes) -> bytes:
        """By what the right key is recognised; nothing of the key can be read from it."""
        return keyed_hash(derive_key(key, "backup key check"), self.salt)


def write(out: BinaryIO, about: About, key: bytes, dump: Iterable[bytes]) -> None:
    """Write a whole backup.

    Args:
        key: 32 bytes, of this file alone.
        dump: its bytes, in pieces of any size.
    """
    line = about.line(key)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    out.write(MAGIC + line)
    out.write(bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key))
    for piece, last in _pieces(dump):
        tag = _LAST if last else _MORE
        out.write(bindings.crypto_secretstream_xchacha20poly1305_push(state, piece, line, tag))


def _pieces(dump: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The bytes in pieces of ``PIECE``, each with whether it is the last one (which may be shorter)."""
    held = bytearray()
    for some in dump:
        held += some
        while len(held) > PIECE:
            yield bytes(held[:PIECE]), False
            del held[:PIECE]
    yield bytes(held), True


def read_about(file: BinaryIO) -> tuple[About, bytes]:
    """What the backup says of itself, and the line it stands in. Leaves the file behind that line.

    Raises:
        NotABackup: the file does not begin as ours do.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise NotABackup
    line = file.readline(_ABOUT_BYTES)
    try:
        said = json.loads(line)
        about = About(
            made_at=datetime.fromisoformat(said["made_at"]),
            schema=str(said["schema"]),
            locked_with="passphrase" if said["locked_with"] == "passphrase" else "key file",
            salt=base64.b64decode(said["salt"], validate=True),
        )
    except (ValueError, KeyError, TypeError):
        raise NotABackup from None
    return about, line


def read(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The dump, piece by piece, each proven before it is handed out.

    Raises:
        NotABackup, WrongKey, Damaged: see there. What was handed out before ``Damaged`` is no whole dump.
    """
    about, line = read_about(file)
    try:
        check = base64.b64decode(json.loads(line)["check"], validate=True)
    except (ValueError, KeyError, TypeError):
        raise NotABackup from None
    if not same(check, about.check(key)):
        raise WrongKey
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, file.read(_STREAM_HEADER), key)
        tag = _MORE
        while tag != _LAST:
            sealed = file.read(PIECE + _OVERHEAD)
            piece, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, line)
            yield bytes(piece)
    except (RuntimeError, ValueError, TypeError):
        raise Damaged from None
    if file.read(1):
        raise Damaged
