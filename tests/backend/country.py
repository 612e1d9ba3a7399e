"""A staffed country, hired once a session and then copied with its database and its keys."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks.models import Desk
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.secrets_store import make_missing
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from tests.backend.people import Person, staffed_desk

PROVINCE = "79"


@dataclass(frozen=True)
class Country:
    """A national desk of each kind and both desks of one province, with one member each."""

    union: Desk
    union_member: Person
    police: Desk
    police_member: Person
    national_union: Desk
    national_union_member: Person
    national_police: Desk
    national_police_member: Person


@dataclass(frozen=True)
class StaffedCountry:
    """The country, the database it lives in, and the ``var/`` with its site keys."""

    database: DatabaseUrls
    var: Path
    country: Country

    @classmethod
    def make(cls, database: DatabaseUrls, var: Path) -> "StaffedCountry":
        """Staff the empty ``database``."""
        make_missing(var / "secrets")
        keys = SiteKeys.read(var / "secrets" / "backend" / "site_keys.json")
        # In a thread: the browser tests keep a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            country = pool.submit(lambda: asyncio.run(_staffed(database, keys))).result()
        return cls(database, var, country)

    def copy_keys(self, var: Path) -> None:
        shutil.copytree(self.var, var, dirs_exist_ok=True)

    async def in_session(self, session: AsyncSession) -> Country:
        """The country as ``session``, on a copy of the database, knows it."""
        desks: dict[str, Any] = {}
        for name in ("union", "police", "national_union", "national_police"):
            desks[name] = await session.get_one(Desk, getattr(self.country, name).id)
        return replace(self.country, **desks)


async def _staffed(database: DatabaseUrls, keys: SiteKeys) -> Country:
    engine = create_engine(database.app)
    found: list[Any] = []
    async with create_sessionmaker(engine)() as session:
        for kind, province in (("union", PROVINCE), ("police", PROVINCE), ("union", None), ("police", None)):
            found += await staffed_desk(session, keys, kind, province)
        await session.commit()
    await engine.dispose()
    return Country(*found)
