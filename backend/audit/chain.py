"""The chain of the audit log: each entry's digest covers its content and the digest before it.

The digest is keyed with the site key ``audit``, so whoever can write the database but has not that
key can neither change, insert nor reorder entries unnoticed. Cutting off the newest entries is
noticed only against a digest noted elsewhere. Pure: no database here.
"""

import json
import uuid
from collections.abc import Iterable
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


def first_broken(entries: Iterable[tuple[int, Link, bytes]], key: bytes) -> int | None:
    """The number of the first entry whose digest or predecessor is wrong; ``None`` if the chain holds.

    Args:
        entries: ``(number, link, stored digest)`` in order of number.
    """
    previous = START
    for number, link, digest in entries:
        if not same(link.previous, previous) or not same(digest_of(link, key), digest):
            return number
        previous = digest
    return None
