"""Makes the secrets of a deployment: one folder a room under ``var/secrets/``, so each can be mounted apart.

It makes whatever is missing and never overwrites a key or a token. It is the only module that looks into more
than one room's folder; processes read their own.
"""

import base64
import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from backend.kit.crypto import random_key
from backend.kit.service_tokens import SERVICE_SCOPES, ServiceTokens
from backend.kit.site_keys import SiteKeys

SITE_KEY_PURPOSES: Final[dict[str, tuple[str, ...]]] = {
    "backend": ("receipt_pepper", "index", "wrap", "mac", "audit"),
    "bot": ("conversation", "draft", "notice", "subscriber"),
}
"""Which keys each room holds; what each opens is told in ``docs/THREAT_MODEL.md``."""
_ROOMS: Final = ("backend", "bot", "actions", "nlu")
_RASA_TOKEN_HOLDERS: Final = ("bot", "nlu")
_TOKEN_BYTES: Final = 32


def make_missing(folder: Path) -> list[Path]:
    """Make the folders (0700) and files (0600) that ``folder`` lacks; return the files that were written.

    Raises:
        ValueError: a file stands there that is not of its shape; it is left alone.
    """
    for place in (folder, *(folder / room for room in _ROOMS)):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = [path for room in SITE_KEY_PURPOSES if (path := _site_keys(folder, room))]
    written += _service_tokens(folder)
    written += _shared_rasa_token(folder)
    return written


def missing(folder: Path) -> list[Path]:
    """The files that ``make_missing`` would make, without making any."""
    wanted = [folder / room / "site_keys.json" for room in SITE_KEY_PURPOSES]
    wanted += [folder / service / "backend.token" for service in SERVICE_SCOPES]
    wanted += [folder / "backend" / "service_tokens.json"]
    wanted += [folder / room / "rasa.token" for room in _RASA_TOKEN_HOLDERS]
    return [path for path in wanted if not path.exists()]


def damaged(folder: Path) -> list[Path]:
    """The files of keys and tokens that are there and cannot be read as such. Looks only."""
    readers: dict[Path, Callable[[Path], object]] = {
        folder / room / "site_keys.json": SiteKeys.read for room in SITE_KEY_PURPOSES
    }
    readers[folder / "backend" / "service_tokens.json"] = ServiceTokens.read
    return [path for path, read in readers.items() if path.exists() and not _readable(path, read)]


def unknown_services(folder: Path) -> list[str]:
    """The services whose token is not the one that the backend's folder has the hash of. Looks only."""
    known = ServiceTokens.read(folder / "backend" / "service_tokens.json")
    tokens = {name: (folder / name / "backend.token").read_text(encoding="utf-8") for name in SERVICE_SCOPES}
    callers = {name: known.caller(token.strip()) for name, token in tokens.items()}
    return [name for name, caller in callers.items() if caller is None or caller.name != name]


def _readable(path: Path, read: Callable[[Path], object]) -> bool:
    try:
        read(path)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return False
    return True


def _site_keys(folder: Path, room: str) -> Path | None:
    path = folder / room / "site_keys.json"
    if not _lacking(path, room):
        return None
    with locked(path):
        rings = _read_object(path)
        for purpose in _lacking(path, room):
            key = base64.b64encode(random_key()).decode()
            rings[purpose] = {"current": 1, "keys": {"1": key}}
        write_secret(path, json.dumps(rings, indent=1))
    return path


def _lacking(path: Path, room: str) -> list[str]:
    rings = _read_object(path)
    return [purpose for purpose in SITE_KEY_PURPOSES[room] if purpose not in rings]


def _service_tokens(folder: Path) -> list[Path]:
    """Each service's token in its own folder; the backend's folder gets the hashes and the scopes."""
    written = []
    known: dict[str, object] = {}
    for service, scopes in SERVICE_SCOPES.items():
        path = folder / service / "backend.token"
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(_TOKEN_BYTES))
            written.append(path)
        digest = hashlib.sha256(path.read_text(encoding="utf-8").strip().encode()).hexdigest()
        known[service] = {"sha256": digest, "scopes": sorted(scopes)}
    path = folder / "backend" / "service_tokens.json"
    # Scopes are granted by this version's code, so an older file is brought up to it; other services stay.
    before = _read_object(path)
    if {**before, **known} != before:
        write_secret(path, json.dumps({**before, **known}, indent=1))
        written.append(path)
    return written


def _shared_rasa_token(folder: Path) -> list[Path]:
    paths = [folder / room / "rasa.token" for room in _RASA_TOKEN_HOLDERS]
    there = [path for path in paths if path.exists()]
    token = there[0].read_text(encoding="utf-8").strip() if there else secrets.token_urlsafe(_TOKEN_BYTES)
    lacking = [path for path in paths if path not in there]
    for path in lacking:
        write_secret(path, token)
    return lacking


def _read_object(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError(damage(path))
    return found


def damage(path: Path) -> str:
    """What to tell the operator of a damaged file."""
    return f"{path} is damaged. Put back its backup: keys in it cannot be made again."


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a key file against other commands that would change it; its readers are not held up."""
    lock = os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write_secret(path: Path, text: str, mode: int = 0o600) -> None:
    """Write whole or not at all, readable by the owner only (or as ``mode`` says) from the first moment."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
