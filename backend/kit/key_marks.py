"""Recognises the site keys that a database was made with, so that others are refused before they do harm.

The database keeps a mark of each key: an HMAC under a key derived from it. A site key is 32 random bytes, so
nothing can be learned or guessed from its mark. Pure but for the table's description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Mapped, mapped_column

from backend.kit.crypto import derive_key, keyed_hash, same
from backend.kit.database import Base
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

Name = tuple[str, int]
"""A key's purpose and version."""
_VERSION_BYTES: Final = 4


class SiteKeyMark(Base):
    """The mark of one site key. Written when the key is first seen with this database, never changed."""

    __tablename__ = "site_key_marks"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[bytes]


@dataclass(frozen=True)
class Comparison:
    """What the keys at hand are to a database: ``foreign`` purposes, and marks of those it has not seen."""

    foreign: tuple[str, ...]
    unseen: Mapping[Name, bytes]


def mark_of(key: bytes, purpose: str, version: int) -> bytes:
    """What a database keeps of a key (32 bytes)."""
    number = version.to_bytes(_VERSION_BYTES, "big")
    return keyed_hash(derive_key(key, "site key mark"), purpose.encode(), number)


def compare(keys: SiteKeys, marks: Mapping[Name, bytes]) -> Comparison:
    """Hold ``keys`` against the ``marks`` of a database. A marked key that is lost counts as foreign."""
    foreign = {name[0] for name, mark in marks.items() if not _is_marked(keys, name, mark)}
    unseen = {
        (purpose, version): mark_of(keys.get(purpose, version), purpose, version)
        for purpose in keys.purposes
        for version in keys.versions(purpose)
        if (purpose, version) not in marks
    }
    return Comparison(tuple(sorted(foreign)), unseen)


def _is_marked(keys: SiteKeys, name: Name, mark: bytes) -> bool:
    try:
        return same(mark, mark_of(keys.get(*name), *name))
    except SiteKeyMissing:
        return False
