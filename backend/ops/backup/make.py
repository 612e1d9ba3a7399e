"""``antam backup``: a consistent dump of the database, sealed, verified, and put in its place whole.

Site keys are not in it: a backup and the keys must never lie together.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from backend.kit.crypto import random_key
from backend.kit.secrets_store import damaged
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.backup import folder as backups
from backend.ops.backup import keys, sealed, tools
from backend.ops.backup.database import NoDatabase, at_hand, destroyed
from backend.ops.backup.sealed import About, LockedWith
from backend.ops.migrate import schema_versions
from backend.tips import destructions

_LEFT_FREE: Final = 500_000_000
"""Bytes that a backup leaves on the disk: PostgreSQL may live on the same one."""


class CannotBackUp(Exception):
    """No backup was made; the message says why and what to do."""


@dataclass(frozen=True)
class Made:
    """A backup that stands in its place and was read through."""

    path: Path
    size: int
    deleted: int
    """How many older ones went."""
    new_key: Path | None
    """The key file, if it was made just now and must be copied."""


async def make(
    config: Settings, to: Path | None, now: datetime, passphrase: Callable[[], str] | None = None
) -> Made:
    """Make a backup in the folder ``to`` (default: ``var/backups``), and delete those that are too old.

    Args:
        passphrase: asks for the passphrase to seal with; without one it is the key file.

    Raises:
        CannotBackUp: see there.
        NoDatabase, DatabaseSilent, PostgresFailed: see ``database.at_hand``.
        OSError: it could not be written; nothing of it stays.
    """
    target = to or config.backups
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    site_keys = _site_keys(config)
    new_key = passphrase is None and keys.made_if_missing(config.secrets)
    locked_with: LockedWith = "key file" if passphrase is None else "passphrase"
    path = target / backups.name_for(now)
    with at_hand(config) as url:
        schema, _ = schema_versions(url)
        if schema is None:
            raise NoDatabase
        if why := lacks_room(shutil.disk_usage(target).free, _size(url), target):
            raise CannotBackUp(why)
        about = About(now.astimezone(UTC), schema, locked_with, random_key()[: keys.SALT_BYTES])
        key = keys.key_of(about, config.secrets, passphrase or _nobody_to_ask)
        _write(path, about, key, url, config)
        gone = await destroyed(url) or []
    for place in {target, config.backups}:
        destructions.write_file(place / destructions.FILE_NAME, gone, site_keys)
    deleted = sum(backups.delete_old(place, now) for place in {target, config.backups})
    backups.remember(config.backups, backups.Last(now, str(path.absolute())))
    return Made(path, path.stat().st_size, deleted, keys.key_path(config.secrets) if new_key else None)


def lacks_room(free: int, database: int, place: Path) -> str | None:
    """Why a backup of a database of so many bytes should not be tried, if so."""
    if free >= database + _LEFT_FREE:
        return None
    return (
        f"There is too little room in {place}: {free / 1e9:.1f} GB free, and a backup may take "
        f"{(database + _LEFT_FREE) / 1e9:.1f} GB. Make room, or name another folder with --to."
    )


def _site_keys(config: Settings) -> SiteKeys:
    path = config.secrets / "backend" / "site_keys.json"
    if not path.exists() or path in damaged(config.secrets):
        raise CannotBackUp("The site keys are missing or damaged. antam doctor says what to do.")
    return SiteKeys.read(path)


def _nobody_to_ask() -> str:
    raise AssertionError("a key file asks for nothing")


def _size(url: str) -> int:
    with psycopg.connect(tools.plain(url)) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


def _write(path: Path, about: About, key: bytes, url: str, config: Settings) -> None:
    """Write beside the place, read it all back, and move it there."""
    unfinished = path.with_suffix(backups.UNFINISHED)
    home = config.var / "postgres"
    try:
        with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            sealed.write(file, about, key, tools.dump(url, home))
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            tools.read_through(sealed.read(file, key), home)
        unfinished.replace(path)
    except tools.ToolFailed as error:
        raise CannotBackUp(f"The backup failed, and nothing of it was kept: {error}") from None
    except (sealed.Damaged, sealed.WrongKey, sealed.NotABackup):
        raise CannotBackUp("What was written could not be read back. Is the disk failing?") from None
    finally:
        unfinished.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Have the file's name on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
