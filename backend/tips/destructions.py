"""The list of destroyed tips: what a restored backup must lose again.

It holds keyed hashes and days, is kept for as long as a backup may still hold such a tip, and stands in a
file beside the backups too, since a restore would bring back an older list with the older tips.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import Unsealable, bound_to, derive_key, keyed_hash, seal, unseal
from backend.kit.secrets_store import write_secret
from backend.kit.site_keys import SiteKeyMissing, SiteKeys
from backend.tips.models import Tip
from backend.tips.retention_models import Destruction

BACKUPS_LIVE: Final = timedelta(days=30)
"""As the receipt's text promises."""
KEPT: Final = BACKUPS_LIVE + timedelta(days=14)
"""A copy that was forgotten for a while must not bring back what was destroyed."""
FILE_NAME: Final = "destructions.json"
_ASIDE: Final = "destructions.unread-"


class DamagedList(Exception):
    """The file is no list of this deployment's, or was changed. It shows no content."""


@dataclass(frozen=True)
class Gone:
    """One destroyed tip, as the list knows it."""

    mark: bytes
    key_version: int
    day: date


def mark_of(keys: SiteKeys, tip_id: uuid.UUID, version: int) -> bytes:
    """How the list names a tip (32 bytes), under a version of the site key ``audit``.

    Raises:
        SiteKeyMissing: that version is gone.
    """
    return keyed_hash(keys.get("audit", version), b"destroyed tip", tip_id.bytes)


async def note(session: AsyncSession, keys: SiteKeys, tip_id: uuid.UUID, day: date) -> None:
    """Put a tip that is being destroyed on the list, in the caller's transaction."""
    version, _ = keys.current("audit")
    await add(session, [Gone(mark_of(keys, tip_id, version), version, day)])


async def add(session: AsyncSession, gone: Iterable[Gone]) -> None:
    """Put entries of another list on this one; those that stand there stay."""
    for entry in gone:
        values = {"mark": entry.mark, "key_version": entry.key_version, "day": entry.day}
        await session.execute(insert(Destruction).values(**values).on_conflict_do_nothing())


async def entries(session: AsyncSession) -> list[Gone]:
    """The list, oldest first."""
    rows = await session.scalars(select(Destruction).order_by(Destruction.day, Destruction.mark))
    return [Gone(row.mark, row.key_version, row.day) for row in rows]


def within_time(gone: Iterable[Gone], today: date) -> set[Gone]:
    """Those that a backup may still hold."""
    return {entry for entry in gone if entry.day >= today - KEPT}


async def forget(session: AsyncSession, today: date) -> None:
    """Drop what no backup can hold any more."""
    await session.execute(delete(Destruction).where(Destruction.day < today - KEPT))


async def come_back(session: AsyncSession, keys: SiteKeys) -> list[uuid.UUID]:
    """The tips that are here although they stand on the list: what an older copy brought back.

    Raises:
        SiteKeyMissing: the list was written under a key that is gone, so nobody can tell.
    """
    gone = await entries(session)
    marks = {entry.mark for entry in gone}
    versions = {entry.key_version for entry in gone}
    return [
        tip_id
        for tip_id in await session.scalars(select(Tip.id))
        if any(mark_of(keys, tip_id, version) in marks for version in versions)
    ]


def write_file(path: Path, gone: Iterable[Gone], keys: SiteKeys) -> None:
    """Write the list beside the backups, sealed and whole; one that cannot be read is set aside."""
    beside_backups(path, keys)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    version, key = keys.current("audit")
    text = json.dumps(
        [[base64.b64encode(entry.mark).decode(), entry.key_version, str(entry.day)] for entry in gone]
    )
    sealed = seal(text.encode(), _file_key(key), bound_to(FILE_NAME, version))
    write_secret(path, json.dumps({"key": version, "sealed": base64.b64encode(sealed).decode()}))


def read_file(path: Path, keys: SiteKeys) -> list[Gone]:
    """The list that ``write_file`` wrote.

    Raises:
        FileNotFoundError: there is none.
        DamagedList: see there.
    """
    content = path.read_bytes()
    try:
        found = json.loads(content)
        version, sealed = int(found["key"]), base64.b64decode(found["sealed"], validate=True)
        opened = unseal(sealed, _file_key(keys.get("audit", version)), bound_to(FILE_NAME, version))
        return [
            Gone(base64.b64decode(mark), int(number), date.fromisoformat(day))
            for mark, number, day in json.loads(opened)
        ]
    except (ValueError, KeyError, TypeError, Unsealable, SiteKeyMissing):
        raise DamagedList from None


def beside_backups(path: Path, keys: SiteKeys) -> set[Gone]:
    """What the file holds; nothing if there is none. One that cannot be read is set aside, never lost."""
    try:
        return set(read_file(path, keys))
    except FileNotFoundError:
        return set()
    except DamagedList:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        path.rename(path.with_name(f"{_ASIDE}{digest}.json"))
        return set()


def set_aside(folder: Path) -> list[Path]:
    """The lists that could not be read: they may be the only record of what must stay destroyed."""
    return sorted(folder.glob(f"{_ASIDE}*.json"))


def _file_key(key: bytes) -> bytes:
    return derive_key(key, "list of destructions")
