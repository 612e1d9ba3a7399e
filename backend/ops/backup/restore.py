"""``antam restore``: a backup becomes the database, and what was destroyed since stays destroyed.

Everything happens in a database beside the present one, which takes its place at the end, at one stroke:
whatever fails before leaves all as it was. The house must not run meanwhile.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.secrets_store import damaged
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeyMissing, SiteKeys
from backend.ops.backup import keys, sealed, tools
from backend.ops.backup.database import at_hand, destroyed
from backend.ops.belonging import ForeignKeys, adopt, foreign
from backend.ops.lock import is_running
from backend.ops.migrate import is_known, migrate
from backend.tips import destructions, retention
from backend.tips import jobs as tip_jobs
from backend.tips.clock import local_day
from backend.tips.destructions import DamagedList, Gone

_BESIDE: Final = "antam_restore_"


class CannotRestore(Exception):
    """Nothing was restored and nothing was changed; the message says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What came of a restore."""

    made_at: datetime
    destroyed_again: int
    entries: int
    broken_at: int | None
    """The first broken entry of the audit log, as the backup holds it."""


@dataclass(frozen=True)
class Choices:
    """What the operator said."""

    replace: bool = False
    """Put the backup in the place of a database that holds something."""
    lists: tuple[Path, ...] = ()
    """Lists of destroyed tips, besides the one beside the backup and our own."""
    without_list: bool = False
    """Go on although nobody can say what was destroyed since."""


async def restore(config: Settings, path: Path, choices: Choices, passphrase: Callable[[], str]) -> Restored:
    """Put a backup in the place of the database.

    Raises:
        CannotRestore: see there.
        DatabaseSilent, PostgresFailed: see ``database.at_hand``.
    """
    if is_running(config.var):
        raise CannotRestore("An Tâm is running. Stop it first: nobody may write while the past comes back.")
    site_keys = _site_keys(config)
    key, made_at = _proven(config, path, passphrase)
    gone, found = _destroyed_since(config, path, choices, site_keys)
    with at_hand(config, make=True) as url:
        alone(url)
        if not choices.replace and holds_something(url):
            raise CannotRestore(
                "The database is not empty. To put the backup in its place, say --replace: what it holds now "
                "is lost."
            )
        here = await destroyed(url)
        if not (found or here or choices.without_list):
            raise CannotRestore(
                f"There is no list of destroyed tips beside the backup ({destructions.FILE_NAME}), so what "
                "was destroyed since would come back. Put it there or name it with --destructions; or say "
                "--without-destructions, and tell the desks."
            )
        with beside(url) as new:
            _load(path, key, new, config)
            _ours(new, site_keys)
            restored = await _settled(new, site_keys, [*gone, *(here or [])], made_at)
            take_place(url, new)
    return restored


def _site_keys(config: Settings) -> SiteKeys:
    path = config.secrets / "backend" / "site_keys.json"
    if not path.exists() or path in damaged(config.secrets):
        raise CannotRestore(
            "The site keys are missing or damaged. Put them back first: a backup holds none, and is of no "
            "use without them."
        )
    return SiteKeys.read(path)


def _proven(config: Settings, path: Path, passphrase: Callable[[], str]) -> tuple[bytes, datetime]:
    """The backup's key and when it was made, once all of it was read and found whole."""
    try:
        with path.open("rb") as file:
            about, _ = sealed.read_about(file)
            if not is_known(about.schema):
                raise CannotRestore(
                    f"This backup was made by a newer version of An Tâm (schema {about.schema}). Install "
                    "that version, then restore."
                )
            key = keys.key_of(about, config.secrets, passphrase)
            file.seek(0)
            tools.read_through(sealed.read(file, key), config.var / "postgres")
    except FileNotFoundError:
        raise CannotRestore(f"There is no file {path}.") from None
    except sealed.NotABackup:
        raise CannotRestore(f"{path.name} is not a backup of An Tâm.") from None
    except sealed.WrongKey:
        raise CannotRestore(
            "This backup was sealed with another key or passphrase. Put back the key that it was made with."
        ) from None
    except sealed.Damaged:
        raise CannotRestore(
            f"{path.name} was changed after it was made, or its end is missing. Take another backup."
        ) from None
    except keys.NoBackupKey as error:
        raise CannotRestore(str(error)) from None
    except tools.ToolFailed as error:
        raise CannotRestore(f"PostgreSQL does not understand this backup: {error}") from None
    return key, about.made_at


def _destroyed_since(
    config: Settings, path: Path, choices: Choices, site_keys: SiteKeys
) -> tuple[set[Gone], bool]:
    """What every list at hand says was destroyed, and whether there was a list."""
    folders = (path.parent, config.backups)
    usual = [folder / destructions.FILE_NAME for folder in folders]
    usual += [aside for folder in folders for aside in destructions.set_aside(folder)]
    gone, found = set(), False
    for place in (*choices.lists, *usual):
        try:
            gone |= set(destructions.read_file(place, site_keys))
            found = True
        except FileNotFoundError:
            if place in choices.lists:
                raise CannotRestore(f"There is no file {place}.") from None
        except DamagedList:
            raise CannotRestore(
                f"{place} is damaged, or belongs to other site keys: nobody can say what was destroyed "
                "since. Put its copy there, or take it away."
            ) from None
    return gone, found


def alone(url: str) -> None:
    """Make sure that nobody else is connected.

    Raises:
        CannotRestore: somebody is.
    """
    with psycopg.connect(tools.plain(url)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
    if row and row[0]:
        raise CannotRestore("Somebody is connected to the database. Stop every process of An Tâm first.")


def holds_something(url: str) -> bool:
    """Whether a database has tables."""
    with psycopg.connect(tools.plain(url)) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return bool(row and row[0])


@contextlib.contextmanager
def beside(url: str) -> Iterator[str]:
    """An empty database beside that of ``url``; gone at the end, unless it has taken its place."""
    _clear_remains(url)
    database = f"{_BESIDE}{secrets.token_hex(6)}"
    name = sql.Identifier(database)
    try:
        _maintain(url, sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    except psycopg.errors.InsufficientPrivilege:
        raise CannotRestore(
            "The database's owner may not make databases. On the server: ALTER ROLE antam_owner CREATEDB"
        ) from None
    try:
        _maintain(url, sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        if _has_app_role(url):
            _maintain(url, sql.SQL("GRANT CONNECT ON DATABASE {} TO antam_app").format(name))
        yield _named(url, database)
    finally:
        _maintain(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _clear_remains(url: str) -> None:
    """Drop what a killed restore left behind.

    Raises:
        CannotRestore: another restore is at work in there.
    """
    with psycopg.connect(tools.plain(url)) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_BESIDE]
        )
        names = [name for (name,) in found.fetchall()]
    for name in names:
        try:
            _maintain(url, sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.ObjectInUse:
            raise CannotRestore("Another restore is at work. Wait for its end.") from None


def take_place(url: str, new: str) -> None:
    """Give the database of ``new`` the name of that of ``url``, which is dropped."""
    old_name, new_name = (make_url(each).database or "" for each in (url, new))
    away = f"{new_name}_before"
    try:
        with psycopg.connect(tools.plain(_named(url, "postgres"))) as connection:
            for before, after in ((old_name, away), (new_name, old_name)):
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(sql.Identifier(before), sql.Identifier(after)))
    except psycopg.errors.ObjectInUse:
        raise CannotRestore("Somebody connected to the database meanwhile. Nothing was changed.") from None
    _maintain(url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(away)))


def _maintain(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(tools.plain(_named(url, "postgres")), autocommit=True) as connection:
        connection.execute(statement)


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _has_app_role(url: str) -> bool:
    with psycopg.connect(tools.plain(url)) as connection:
        return connection.execute("SELECT FROM pg_roles WHERE rolname = 'antam_app'").fetchone() is not None


def _load(path: Path, key: bytes, new: str, config: Settings) -> None:
    try:
        with path.open("rb") as file:
            tools.load(sealed.read(file, key), new, config.var / "postgres")
    except (tools.ToolFailed, sealed.Damaged) as error:
        raise CannotRestore(f"PostgreSQL did not take the backup: {error}") from None


def _ours(new: str, site_keys: SiteKeys) -> None:
    """Make sure that the site keys at hand are those of the backup, and bring it to our schema."""
    try:
        if purposes := foreign(new, site_keys):
            raise ForeignKeys(purposes)
        migrate(new)
        adopt(new, site_keys)
    except ForeignKeys as error:
        raise CannotRestore(f"{error} Nothing was changed.") from None


async def _settled(new: str, site_keys: SiteKeys, gone: list[Gone], made_at: datetime) -> Restored:
    """Destroy again what was destroyed since, tell the desks what nobody has opened, and check the log."""
    engine = create_engine(new, pool_size=1)
    maker = create_sessionmaker(engine)
    try:
        async with maker.begin() as session:
            today = local_day(datetime.now(UTC))
            again = await retention.destroy_again(session, site_keys, gone, today)
            await tip_jobs.defer_unopened(session)
            await _record(session, site_keys, made_at, again)
        async with maker() as session:
            entries, broken_at = await audit.verify(session, site_keys)
    except SiteKeyMissing as error:
        raise CannotRestore(f"{error} Without it nobody can say which tips were destroyed since.") from None
    finally:
        await engine.dispose()
    return Restored(made_at, again, entries, broken_at)


async def _record(session: AsyncSession, site_keys: SiteKeys, made_at: datetime, again: int) -> None:
    detail: audit.Detail = {"made_at": made_at.isoformat(timespec="seconds"), "destroyed_again": again}
    await audit.record(
        session, site_keys, actor_id=None, action="database.restored", subject="database", detail=detail
    )
