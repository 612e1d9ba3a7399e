"""Brings the database's schema to this version's, as its owner. Never run by a web process."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine

from backend.kit.site_keys import SiteKeys

_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


class DatabaseIsNewer(Exception):
    """A newer version has migrated this database; the message says what to do."""

    def __init__(self, found: str, wanted: str | None) -> None:
        super().__init__(
            f"The database is at schema {found}, which this version (schema {wanted}) does not know: a newer "
            "version of An Tâm has used it. Nothing was changed. Start that version again, or restore a "
            "backup from before the update."
        )


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    # Not a main option: those go through interpolation, and a password may hold a percent sign.
    config.attributes["url"] = owner_url
    return config


def migrate(owner_url: str, revision: str = "head", *, keys: SiteKeys | None = None) -> None:
    """Apply every migration up to ``revision`` in one transaction; does nothing when it is there.

    Args:
        keys: the site keys, which a migration of a database with tips may need; those of this database.

    Raises:
        DatabaseIsNewer: the database is at a schema that this version does not know.
    """
    found, wanted = schema_versions(owner_url)
    if found is not None and not is_known(found):
        raise DatabaseIsNewer(found, wanted)
    config = _config(owner_url)
    config.attributes["site_keys"] = keys
    command.upgrade(config, revision)


def schema_versions(owner_url: str) -> tuple[str | None, str | None]:
    """(what the database has, what this version wants)."""
    engine = create_engine(owner_url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return found, _scripts().get_current_head()


def is_known(revision: str) -> bool:
    """Whether ``revision`` is one of this version's migrations."""
    try:
        return _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_MIGRATIONS))
