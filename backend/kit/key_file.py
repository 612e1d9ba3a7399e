"""Changes a room's file of site keys: makes a version, removes one. Each change is whole or not at all.

Nothing here knows what hangs on a key; whoever removes one has asked before (``backend/ops/keys/``).
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from backend.kit.crypto import random_key
from backend.kit.secrets_store import locked, write_secret
from backend.kit.site_keys import SiteKeys


class UnknownPurpose(Exception):
    """The file has no keys of that purpose."""


class StillCurrent(Exception):
    """The newest version makes new values: it cannot be removed."""


@dataclass(frozen=True)
class KeyVersion:
    """One key of a file, without the key."""

    purpose: str
    version: int
    current: bool
    since: date | None
    """The day from which it makes new values; absent for the first one."""
    until: date | None
    """The day from which a younger one does; absent for the current one."""


def describe(path: Path) -> list[KeyVersion]:
    """The versions of every purpose, oldest first.

    Raises:
        FileNotFoundError, ValueError: as ``SiteKeys.read``.
    """
    SiteKeys.read(path)
    found = []
    for purpose, entry in sorted(_read(path).items()):
        since = {int(version): date.fromisoformat(day) for version, day in entry.get("since", {}).items()}
        numbers = sorted(map(int, entry["keys"]))
        for place, number in enumerate(numbers):
            younger = numbers[place + 1] if place + 1 < len(numbers) else None
            until = None if younger is None else since.get(younger)
            found.append(KeyVersion(purpose, number, number == entry["current"], since.get(number), until))
    return found


def add_version(path: Path, purpose: str, since: date) -> int:
    """Make a key of ``purpose`` that makes new values from the day ``since`` on. Returns its version.

    Raises:
        UnknownPurpose: the file has none of that purpose.
    """
    made = 0

    def change(rings: dict[str, Any]) -> None:
        nonlocal made
        if purpose not in rings:
            raise UnknownPurpose(purpose)
        ring = rings[purpose]
        # The highest number that ever was: a retired one is never given again.
        made = max(ring["current"], *map(int, ring["keys"])) + 1
        ring["keys"][str(made)] = base64.b64encode(random_key()).decode()
        ring["current"] = made
        ring.setdefault("since", {})[str(made)] = since.isoformat()

    _change(path, change)
    return made


def remove_version(path: Path, purpose: str, version: int) -> None:
    """Destroy a key; what was made with it can be read by nobody from now on.

    Raises:
        UnknownPurpose: the file has no such key.
        StillCurrent: it makes new values.
    """

    def change(rings: dict[str, Any]) -> None:
        if purpose not in rings or str(version) not in rings[purpose]["keys"]:
            raise UnknownPurpose(purpose)
        if rings[purpose]["current"] == version:
            raise StillCurrent(purpose)
        del rings[purpose]["keys"][str(version)]
        rings[purpose].get("since", {}).pop(str(version), None)

    _change(path, change)


def _change(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with locked(path):
        SiteKeys.read(path)
        rings = _read(path)
        change(rings)
        write_secret(path, json.dumps(rings, indent=1))


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
