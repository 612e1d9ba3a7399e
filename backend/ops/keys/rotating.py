"""Rotating a site key: a new version for new values, the old values brought along, the old version destroyed.

The order keeps every value readable at every moment. The file gets the new version first, and running
processes follow it; the database gets the mark by which it knows its keys. A version is destroyed only when
nothing hangs on it and no backup of the database can need it: the mark goes first, since a key without its
mark is harmless and a mark without its key is not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit import key_file
from backend.kit.key_file import KeyVersion
from backend.kit.secrets_store import SITE_KEY_PURPOSES
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.belonging import adopt, forget_mark
from backend.ops.keys import census
from backend.ops.keys.carrying import Carried, Maker, carry
from backend.tips.clock import local_day

BACKUPS_LIVE: Final = timedelta(days=31)
"""A restored backup must find the keys of its day: receipts promise that copies live 30 days at most."""
DRAFTS_LIVE: Final = timedelta(days=2)
"""A draft lives a day after its last step and its key a day longer. It is in no backup."""
LAYERED: Final = frozenset({"index"})
"""Purposes whose newer keys stand on the older ones: none of them can ever be destroyed."""
SUBJECT: Final = "site keys"


class UnknownKey(Exception):
    """No room has such a key."""


class NotYet(Exception):
    """The version is still needed; the message says by what and until when."""


@dataclass(frozen=True)
class Ring:
    """Where the keys of a purpose stand."""

    room: str
    purpose: str
    path: Path

    @property
    def by_day(self) -> bool:
        """The bot's keys change at midnight in Viet Nam, for all replicas at once."""
        return self.room == "bot"


def rings(config: Settings) -> Iterator[Ring]:
    """Every purpose of every room."""
    for room, purposes in SITE_KEY_PURPOSES.items():
        for purpose in purposes:
            yield Ring(room, purpose, config.secrets / room / "site_keys.json")


def ring(config: Settings, purpose: str) -> Ring:
    """Where the keys of ``purpose`` stand.

    Raises:
        UnknownKey: nowhere.
    """
    found = next((one for one in rings(config) if one.purpose == purpose), None)
    if found is None:
        raise UnknownKey(purpose)
    return found


def versions(one: Ring) -> list[KeyVersion]:
    """The versions of a ring, oldest first."""
    return [version for version in key_file.describe(one.path) if version.purpose == one.purpose]


def backend_keys(config: Settings) -> SiteKeys:
    """The backend's keys, which the audit log is written with whichever room's key changes."""
    return SiteKeys.read(config.secrets / "backend" / "site_keys.json")


async def rotate(config: Settings, owner_url: str, maker: Maker, purpose: str, now: datetime) -> int:
    """Make a new version. Returns its number.

    Raises:
        UnknownKey: there is no such purpose.
        ForeignKeys: the keys are not those of the database; nothing was changed.
    """
    one = ring(config, purpose)
    keys = backend_keys(config)
    adopt(owner_url, keys)
    today = local_day(now)
    version = key_file.add_version(one.path, purpose, today + timedelta(days=1) if one.by_day else today)
    if one.room == "backend":
        adopt(owner_url, keys_of(one))
    async with maker.begin() as session:
        await _log(session, keys, "keys.rotated", purpose, version=version)
    return version


def keys_of(one: Ring) -> SiteKeys:
    """The keys of a ring's file, as they stand there now."""
    return SiteKeys.read(one.path)


async def renew(config: Settings, maker: Maker, purpose: str) -> Carried:
    """Bring old values to the current version, as far as that needs nobody's password. Can be repeated.

    Raises:
        UnknownKey: there is no such purpose.
    """
    one = ring(config, purpose)
    if one.room != "backend":
        return Carried()
    keys = backend_keys(config)
    carried = await carry(maker, keys, purpose)
    if carried.done or carried.left:
        async with maker.begin() as session:
            await _log(session, keys, "keys.renewed", purpose, values=carried.done, left=len(carried.left))
    return carried


async def retire(
    config: Settings, owner_url: str, maker: Maker, purpose: str, now: datetime, *, at_once: bool = False
) -> list[int]:
    """Destroy the versions of ``purpose`` that nothing needs any more. Returns their numbers.

    Args:
        at_once: do not wait until no backup can need them. The house must be stopped: a value that is being
            made under the old version would be lost.

    Raises:
        UnknownKey: there is no such purpose.
        NotYet: an old version is still needed; the younger ones were not looked at.
    """
    one = ring(config, purpose)
    old = [version for version in versions(one) if not version.current]
    if purpose in LAYERED:
        raise NotYet("The keys of the index stand on each other: each of them is needed for ever.")
    retired: list[int] = []
    for version in old:
        with _named(one, version, retired):
            if not at_once:
                _wait_for_backups(one, version, local_day(now))
            await _destroy(one, owner_url, maker, version.version, backend_keys(config))
        retired.append(version.version)
    return retired


@contextmanager
def _named(one: Ring, version: KeyVersion, retired: list[int]) -> Iterator[None]:
    try:
        yield
    except NotYet as error:
        before = f"Retired: {', '.join(map(str, retired))}. " if retired else ""
        raise NotYet(f"{before}{one.purpose}, version {version.version}: {error}") from None


def _wait_for_backups(one: Ring, version: KeyVersion, today: date) -> None:
    needed = DRAFTS_LIVE if one.purpose in {"conversation", "draft"} else BACKUPS_LIVE
    if version.until is None:
        raise NotYet("it is not known since when a younger one is used.")
    if today < version.until + needed:
        raise NotYet(f"values and backups of its time may need it until {version.until + needed:%d/%m/%Y}.")


async def _destroy(one: Ring, owner_url: str, maker: Maker, version: int, keys: SiteKeys) -> None:
    async with maker.begin() as session:
        if hanging := (await census.count(session, one.purpose)).get(version, 0):
            raise NotYet(f"{hanging} values still need it. See: antam keys list")
        await _log(session, keys, "keys.retired", one.purpose, version=version)
    if one.room == "backend":
        forget_mark(owner_url, one.purpose, version)
    key_file.remove_version(one.path, one.purpose, version)


async def _log(session: AsyncSession, keys: SiteKeys, action: str, purpose: str, **detail: int) -> None:
    await audit.record(
        session,
        keys,
        actor_id=None,
        action=action,
        subject=SUBJECT,
        detail={"purpose": purpose, **detail},
    )
