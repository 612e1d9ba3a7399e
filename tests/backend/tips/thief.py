"""A thief with a copy of the database and of every site key, working on the copy alone.

Everything is taken from rows as ``SELECT *`` gives them and from the key files; no session of the
application, no secret of a person unless a test hands it over.
"""

import itertools
import re
import uuid
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.keys import Wrapped, unwrap_private_key
from backend.accounts.passwords import normal_password
from backend.kit.argon2_queue import derive_now
from backend.kit.crypto import (
    KEY_BYTES,
    Unsealable,
    derive_key,
    key_pair_from_seed,
    open_with,
    public_key_of,
    unseal,
)
from backend.kit.site_keys import SiteKeys
from backend.tips.sealing import Slot

Row = dict[str, Any]
PURPOSES = (
    "",
    "draft",
    "receipt salt",
    "session private key",
    "totp secret",
    "member private key by password",
    "notice address",
)
_URL_SAFE = str.maketrans("+/", "-_")


@dataclass(frozen=True)
class Loot:
    """Every row of every table, and every file of secrets."""

    tables: dict[str, list[Row]]
    secrets: Path

    def site_keys(self, room: str = "") -> Iterator[bytes]:
        """Every key in every file of secrets, or in those of one room."""
        for path in sorted((self.secrets / room).rglob("*")):
            if path.is_file():
                words = re.findall(r"[A-Za-z0-9+/_-]{43}=?", path.read_text(encoding="utf-8"))
                yield from (urlsafe_b64decode(word[:43].translate(_URL_SAFE) + "=") for word in words)

    def short_values(self) -> set[bytes]:
        """Whatever stands in the database and is as long as a key."""
        return {cell for cell in self.every_cell() if len(cell) == KEY_BYTES}

    def every_cell(self) -> Iterator[bytes]:
        """Each value of each column as bytes."""
        for rows in self.tables.values():
            for row in rows:
                for value in row.values():
                    yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


async def steal(session: AsyncSession, secrets: Path) -> Loot:
    """Copy everything."""
    await session.flush()
    names = await session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != 'alembic_version'")
    )
    tables = {}
    for name in names:
        result = await session.execute(text(f'SELECT * FROM "{name}"'))
        tables[name] = [dict(row) for row in result.mappings()]
    return Loot(tables, secrets)


def opened_reports(loot: Loot, content_keys: list[bytes]) -> dict[uuid.UUID, bytes]:
    """The reports that some of these keys open, by tip."""
    found = {}
    for part, key in itertools.product(loot.tables["tip_parts"], content_keys):
        bound = Slot(part["tip_id"], part["id"], part["version"]).bound("tip_parts", part["field"])
        try:
            found[part["tip_id"]] = unseal(bytes(part["sealed"]), key, bound)
        except Unsealable:
            continue
    return found


def content_keys_with(loot: Loot, pairs: list[tuple[bytes, bytes]]) -> list[bytes]:
    """The content keys whose seals some of these key pairs open."""
    found = []
    for seal, (public, private) in itertools.product(loot.tables["tip_seals"], pairs):
        try:
            found.append(open_with(public, private, bytes(seal["sealed_key"])))
        except Unsealable:
            continue
    return found


def keys_without_a_person(loot: Loot) -> list[bytes]:
    """Every site key, every short value of the database, and what can be derived of them."""
    return with_derived(set(loot.site_keys()) | loot.short_values())


def with_derived(keys: set[bytes]) -> list[bytes]:
    """Keys, and what each is for when it is derived for a purpose."""
    return [*keys, *(derive_key(key, purpose) for key in keys for purpose in PURPOSES)]


def desk_pairs_with_password(
    loot: Loot, keys: SiteKeys, login: str, password: str
) -> list[tuple[bytes, bytes]]:
    """The desk key pairs that one member's password leads to."""
    member = next(row for row in loot.tables["members"] if row["login"] == login)
    row = next(row for row in loot.tables["member_keys"] if row["member_id"] == member["id"])
    stretched = derive_now(normal_password(password), bytes(row["password_salt"]), KEY_BYTES)
    wrapped = Wrapped(bytes(row["password_wrapped"]), row["password_wrap_version"])
    private = unwrap_private_key(keys, member["id"], wrapped, stretched, "password")
    public = bytes(row["public_key"])
    pairs = []
    for place in loot.tables["desk_members"]:
        if place["member_id"] != member["id"] or place["sealed_desk_key"] is None:
            continue
        desk = next(desk for desk in loot.tables["desks"] if desk["id"] == place["desk_id"])
        pairs.append((bytes(desk["public_key"]), open_with(public, private, bytes(place["sealed_desk_key"]))))
    return pairs


def pairs_from(keys: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Key pairs that a thief might try: each key as a seed."""
    return [key_pair_from_seed(key) for key in keys]


def pairs_of(keys: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Key pairs that a thief might try: each key as a seed, and as a private key."""
    found = list(keys)
    return [*pairs_from(found), *((public_key_of(key), key) for key in found)]
