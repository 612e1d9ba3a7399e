"""Whether the site keys at hand belong to the database, asked before anything works with both.

With other keys nobody could sign in and no receipt would open its mailbox, and what is written from then
on would need them, too. Reads and writes marks only (``backend/kit/key_marks.py``).
"""

from collections.abc import Mapping

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy.exc import OperationalError

from backend.kit.key_marks import Name, compare
from backend.kit.site_keys import SiteKeys
from backend.ops.migrate import migrate


class ForeignKeys(Exception):
    """The database was made with other site keys; the message says what to put back."""

    def __init__(self, purposes: tuple[str, ...]) -> None:
        super().__init__(f"The site keys {remedy(purposes)}")


class DatabaseSilent(Exception):
    """The database does not answer; the message says where to look."""

    def __init__(self) -> None:
        super().__init__("The database does not answer. Is its server up, and DATABASE_URL right?")


def remedy(purposes: tuple[str, ...]) -> str:
    """What is wrong with the keys of ``purposes``, and what to do. Follows "the site keys"."""
    return (
        f"in backend/site_keys.json are not those that this database was made with ({', '.join(purposes)}). "
        "Put back the backup of that file. Without it no receipt opens its mailbox and nobody can sign in."
    )


def prepare(owner_url: str, keys: SiteKeys | None) -> None:
    """Bring the database to this version's schema, and make sure that ``keys`` (if there are any yet) belong
    to it.

    Raises:
        DatabaseIsNewer: see ``migrate``.
        DatabaseSilent: nobody answers there.
        ForeignKeys: see ``adopt``.
    """
    try:
        if keys is not None and (purposes := _foreign_before(owner_url, keys)):
            raise ForeignKeys(purposes)
        migrate(owner_url, keys=keys)
        if keys is not None:
            adopt(owner_url, keys)
    except (OperationalError, psycopg.OperationalError) as error:
        raise DatabaseSilent from error


def adopt(owner_url: str, keys: SiteKeys) -> None:
    """Make sure that ``keys`` belong to the database; keys that it sees for the first time are marked.

    Raises:
        ForeignKeys: it was made with others. Nothing was changed.
    """
    with psycopg.connect(_plain(owner_url)) as connection:
        # Two starts at once: the second compares with what the first has marked.
        connection.execute("LOCK TABLE site_key_marks IN SHARE ROW EXCLUSIVE MODE")
        found = compare(keys, _marks(connection))
        if found.foreign:
            raise ForeignKeys(found.foreign)
        for (purpose, version), mark in found.unseen.items():
            connection.execute("INSERT INTO site_key_marks VALUES (%s, %s, %s)", (purpose, version, mark))


def forget_mark(owner_url: str, purpose: str, version: int) -> None:
    """The database no longer asks for a key that is about to be destroyed."""
    with psycopg.connect(_plain(owner_url)) as connection:
        connection.execute(
            "DELETE FROM site_key_marks WHERE purpose = %s AND version = %s", (purpose, version)
        )


def _foreign_before(owner_url: str, keys: SiteKeys) -> tuple[str, ...]:
    """As ``foreign``, of a database that may be older than the marks, or empty."""
    with psycopg.connect(_plain(owner_url)) as connection:
        known = connection.execute("SELECT to_regclass('site_key_marks') IS NOT NULL").fetchone()
        return compare(keys, _marks(connection)).foreign if known and known[0] else ()


def foreign(owner_url: str, keys: SiteKeys) -> tuple[str, ...]:
    """The purposes whose keys are not those that the database was made with. Changes nothing."""
    with psycopg.connect(_plain(owner_url), connect_timeout=5) as connection:
        return compare(keys, _marks(connection)).foreign


def _marks(connection: psycopg.Connection[TupleRow]) -> Mapping[Name, bytes]:
    rows = connection.execute("SELECT purpose, version, mark FROM site_key_marks").fetchall()
    return {(purpose, version): mark for purpose, version, mark in rows}


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)
