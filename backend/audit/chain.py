"""The chain of the audit log: each entry's digest covers its content and the digest before it.

The digest is keyed with the site key ``audit``, so whoever can write the database but has not that
key can neither change, insert nor reorder entries unnoticed. Cutting off the newest entries is
noticed only against a digest noted elsewhere. Pure: no database here.
"""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from backend.kit.crypto import keyed_hash, same

START: Final = bytes(32)
"""What the first entry has before it."""


@dataclass(frozen=True)
class Link:
    """What an entry says, as the digest covers it."""

    at: datetime
    actor_id: uuid.UUID | None
    action: str
    subject: str
    detail: dict[str, Any]
    previous: bytes
    key_version: int = 1
    """Of the site key ``audit`` that its digest is made with."""


def digest_of(link: Link, key: bytes) -> bytes:
    """The entry's digest (32 bytes): HMAC over every field, each with its length."""
    return keyed_hash(
        key,
        link.previous,
        link.at.astimezone(UTC).isoformat(timespec="microseconds").encode(),
        str(link.actor_id or "").encode(),
        link.action.encode(),
        link.subject.encode(),
        json.dumps(link.detail, sort_keys=True, separators=(",", ":")).encode(),
    )


def first_broken(
    entries: Iterable[tuple[int, Link, bytes]],
    key_of: Callable[[int], bytes | None],
    current: int,
    start: bytes = START,
) -> int | None:
    """The number of the first entry whose digest or predecessor is wrong; ``None`` if the chain holds.

    After the key was changed, the log goes on under the new one. Whoever has the old one could still write
    everything anew as if it had never been changed; so no entry may stand under an older key than the one
    before it, and the last one must stand under the current key.

    Args:
        entries: ``(number, link, stored digest)`` in order of number.
        key_of: the key of a version, ``None`` for one that there is not.
        current: the version that new entries are made with.
        start: what stands before the first of them: the digest of the last entry that was let go.
    """
    previous, version, last = start, 0, None
    for number, link, digest in entries:
        key = key_of(link.key_version)
        if key is None or link.key_version < version or not same(link.previous, previous):
            return number
        if not same(digest_of(link, key), digest):
            return number
        previous, version, last = digest, link.key_version, number
    return last if last is not None and version != current else None
