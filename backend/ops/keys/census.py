"""How many values of the database hang on each version of a site key. Counts rows; reads no value.

A version on which nothing hangs can be retired. A test holds this list against the tables: whatever keeps the
version of a site key is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_SESSION_VERSION: Final = "('x' || encode(substring(sealed_private_key FROM 1 FOR 4), 'hex'))::bit(32)::int"
_NOTICE_VERSION: Final = "get_byte(sealed, 0) * 256 + get_byte(sealed, 1)"


@dataclass(frozen=True)
class Use:
    """A column that says which version of a key a row needs."""

    table: str
    column: str
    where: str = "true"


USES: Final[Mapping[str, tuple[Use, ...]]] = {
    "receipt_pepper": (Use("tips", "receipt_pepper"),),
    "wrap": (
        Use("member_keys", "password_wrap_version"),
        Use("member_keys", "recovery_wrap_version", "recovery_wrapped IS NOT NULL"),
        Use("member_keys", "totp_wrap_version", "totp_sealed IS NOT NULL"),
        Use("staff_sessions", _SESSION_VERSION, "sealed_private_key IS NOT NULL"),
    ),
    "mac": (
        Use("tip_seals", "mac_version"),
        Use("tip_note_keys", "mac_version"),
        Use("desks", "mac_version", "public_key IS NOT NULL"),
        Use("desk_members", "seat_mac_version", "seat_mac IS NOT NULL"),
        Use("member_keys", "mac_version"),
        Use("escrow_keys", "mac_version"),
        Use("desk_escrows", "mac_version"),
        Use("commendations", "mac_version", "NOT collected"),
    ),
    "audit": (Use("audit_entries", "key_version"), Use("destructions", "key_version")),
    "index": (Use("tip_index", "layer"), Use("tip_wordings", "layer")),
    "notice": (Use("notices", _NOTICE_VERSION),),
}
"""By purpose. Of a purpose that is not here no value stands in the database."""


async def count(session: AsyncSession, purpose: str) -> dict[int, int]:
    """The number of values that need each version of ``purpose``."""
    found: dict[int, int] = {}
    for use in USES.get(purpose, ()):
        query = f"SELECT {use.column}, count(*) FROM {use.table} WHERE {use.where} GROUP BY 1"  # noqa: S608  # our own names
        for version, rows in await session.execute(text(query)):
            found[version] = found.get(version, 0) + rows
    return found
