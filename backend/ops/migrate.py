"""Brings the database's schema to this version's, as its owner. Never run by a web process."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

_MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def _config(owner_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    # Not a main option: those go through interpolation, and a password may hold a percent sign.
    config.attributes["url"] = owner_url
    return config


def migrate(owner_url: str, revision: str = "head") -> None:
    """Apply every migration up to ``revision`` in one transaction; does nothing when it is there."""
    command.upgrade(_config(owner_url), revision)


def schema_versions(owner_url: str) -> tuple[str | None, str | None]:
    """(what the database has, what this version wants)."""
    engine = create_engine(owner_url, hide_parameters=True)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return found, ScriptDirectory.from_config(_config(owner_url)).get_current_head()
