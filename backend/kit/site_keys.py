"""The site keys of the backend: secrets of this deployment that stand outside the database.

Each purpose (``wrap``, ``mac``, ``receipt_pepper``, …) has numbered keys. The current one makes new values;
an older one stays readable until its last value is gone. This module reads the file and never writes it
(``key_file.py`` does).

A running process follows the file: before it makes a value, and when it meets a version that it does not
know. So no value is made with a key that another process could not read, and nothing has to be started anew.
"""

import base64
import binascii
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from backend.kit.crypto import KEY_BYTES, same

_log = logging.getLogger(__name__)


class SiteKeyMissing(Exception):
    """A purpose or a version is not in the file; ``antam keys init`` makes what is missing."""

    def __init__(self, purpose: str, version: int | None = None) -> None:
        which = purpose if version is None else f"{purpose}, version {version}"
        super().__init__(f"No site key for {which}. Run `antam keys init`, or put back the lost file.")


@dataclass(frozen=True)
class _Ring:
    current: int
    keys: Mapping[int, bytes] = field(repr=False)


_Rings = Mapping[str, _Ring]


class SiteKeys:
    """Versioned 32-byte keys by purpose, as their file has them now. The text form shows no key."""

    def __init__(self, rings: _Rings, path: Path | None = None, stamp: object = None) -> None:
        self._rings = rings
        self._path = path
        self._stamp = stamp

    def __repr__(self) -> str:
        return f"SiteKeys({', '.join(sorted(self._rings))})"

    @classmethod
    def read(cls, path: Path) -> "SiteKeys":
        """Read ``{"wrap": {"current": 1, "keys": {"1": "<base64>"}}, …}``.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file is not of this shape, or a key is not 32 bytes. Shows no content.
        """
        # Its state first: a file that is replaced meanwhile is then read once more, never missed.
        stamp = _stamp(path)
        return cls(_read(path), path, stamp)

    @property
    def purposes(self) -> list[str]:
        """What the file holds keys for."""
        return sorted(self._rings)

    def current(self, purpose: str) -> tuple[int, bytes]:
        """The version and key that new values of ``purpose`` are made with.

        Raises:
            SiteKeyMissing: the file has no such purpose.
        """
        self._follow()
        if purpose not in self._rings:
            raise SiteKeyMissing(purpose)
        ring = self._rings[purpose]
        return ring.current, ring.keys[ring.current]

    def versions(self, purpose: str) -> list[int]:
        """The versions of ``purpose`` that the file holds, oldest first.

        Raises:
            SiteKeyMissing: the file has no such purpose.
        """
        self._follow()
        if purpose not in self._rings:
            raise SiteKeyMissing(purpose)
        return sorted(self._rings[purpose].keys)

    def get(self, purpose: str, version: int) -> bytes:
        """The key that a value of ``purpose`` was made with.

        Raises:
            SiteKeyMissing: the file has no such purpose or version.
        """
        key = self._known(purpose, version)
        if key is None:
            self._follow()
            key = self._known(purpose, version)
        if key is None:
            raise SiteKeyMissing(purpose, version)
        return key

    def all(self, purpose: str) -> list[bytes]:
        """Every key of ``purpose``, the current one first: what a value may have been made with.

        Raises:
            SiteKeyMissing: the file has no such purpose.
        """
        newest, _ = self.current(purpose)
        keys = self._rings[purpose].keys
        return [keys[newest], *(keys[version] for version in sorted(keys, reverse=True) if version != newest)]

    def _known(self, purpose: str, version: int) -> bytes | None:
        ring = self._rings.get(purpose)
        return None if ring is None else ring.keys.get(version)

    def _follow(self) -> None:
        """Take over what was written into the file since it was read; keep what we have if it is unfit."""
        if self._path is None:
            return
        try:
            stamp = _stamp(self._path)
            if stamp == self._stamp:
                return
            rings = _read(self._path)
        except (OSError, ValueError):
            # While an operator repairs the file, a running house goes on with the keys that it has.
            return
        self._stamp = stamp
        if _continues(self._rings, rings):
            self._rings = rings
        else:
            _log.critical("%s holds other keys than before: they are not used", self._path.name)


def _stamp(path: Path) -> object:
    """What differs between two states of a file: it is always replaced whole."""
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size


def _read(path: Path) -> _Rings:
    text = path.read_text(encoding="utf-8")
    try:
        raw = json.loads(text)
        return {purpose: _ring(entry) for purpose, entry in raw.items()}
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise ValueError(f"{path.name} is not a file of site keys") from None


def _continues(before: _Rings, after: _Rings) -> bool:
    """Whether ``after`` is the same file with versions added or retired, and not somebody else's."""
    return all(
        purpose in after
        and all(same(key, after[purpose].keys.get(version, key)) for version, key in ring.keys.items())
        for purpose, ring in before.items()
    )


def _ring(entry: Mapping[str, object]) -> _Ring:
    current, keys = entry["current"], entry["keys"]
    if not isinstance(current, int) or not isinstance(keys, dict):
        raise ValueError
    ring = {int(version): base64.b64decode(text, validate=True) for version, text in keys.items()}
    if current not in ring or any(len(key) != KEY_BYTES for key in ring.values()):
        raise ValueError
    return _Ring(current, ring)
