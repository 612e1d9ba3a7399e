"""The site keys of the backend: secrets of this deployment that stand outside the database.

Each purpose (``wrap``, ``mac``, ``receipt_pepper``, …) has numbered keys. The current one makes new values;
an older one stays readable until its last value is gone. This module reads the file and never writes it.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.kit.crypto import KEY_BYTES


class SiteKeyMissing(Exception):
    """A purpose or a version is not in the file; ``antam keys init`` makes what is missing."""

    def __init__(self, purpose: str, version: int | None = None) -> None:
        which = purpose if version is None else f"{purpose}, version {version}"
        super().__init__(f"No site key for {which}. Run `antam keys init`, or put back the lost file.")


@dataclass(frozen=True)
class _Ring:
    current: int
    keys: Mapping[int, bytes] = field(repr=False)


class SiteKeys:
    """Versioned 32-byte keys by purpose. Its text form shows purposes, never a key."""

    def __init__(self, rings: Mapping[str, _Ring]) -> None:
        self._rings = dict(rings)

    def __repr__(self) -> str:
        return f"SiteKeys({', '.join(sorted(self._rings))})"

    @classmethod
    def read(cls, path: Path) -> "SiteKeys":
        """Read ``{"wrap": {"current": 1, "keys": {"1": "<base64>"}}, …}``.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file is not of this shape, or a key is not 32 bytes. Shows no content.
        """
        text = path.read_text(encoding="utf-8")
        try:
            raw = json.loads(text)
            rings = {purpose: _ring(entry) for purpose, entry in raw.items()}
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            raise ValueError(f"{path.name} is not a file of site keys") from None
        return cls(rings)

    @property
    def purposes(self) -> list[str]:
        """What the file holds keys for."""
        return sorted(self._rings)

    def current(self, purpose: str) -> tuple[int, bytes]:
        """The version and key that new values of ``purpose`` are made with.

        Raises:
            SiteKeyMissing: the file has no such purpose.
        """
        if purpose not in self._rings:
            raise SiteKeyMissing(purpose)
        version = self._rings[purpose].current
        return version, self.get(purpose, version)

    def versions(self, purpose: str) -> list[int]:
        """The versions of ``purpose`` that the file holds, oldest first.

        Raises:
            SiteKeyMissing: the file has no such purpose.
        """
        if purpose not in self._rings:
            raise SiteKeyMissing(purpose)
        return sorted(self._rings[purpose].keys)

    def get(self, purpose: str, version: int) -> bytes:
        """The key that a value of ``purpose`` was made with.

        Raises:
            SiteKeyMissing: the file has no such purpose or version.
        """
        ring = self._rings.get(purpose)
        if ring is None or version not in ring.keys:
            raise SiteKeyMissing(purpose, version)
        return ring.keys[version]


def _ring(entry: Mapping[str, object]) -> _Ring:
    current, keys = entry["current"], entry["keys"]
    if not isinstance(current, int) or not isinstance(keys, dict):
        raise ValueError
    ring = {int(version): base64.b64decode(text, validate=True) for version, text in keys.items()}
    if current not in ring or any(len(key) != KEY_BYTES for key in ring.values()):
        raise ValueError
    return _Ring(current, ring)
