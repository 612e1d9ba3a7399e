"""Migrations bring the database to exactly the tables that the code describes."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, String, create_engine
from sqlalchemy.types import TypeEngine

from backend import tables
from backend.kit.database import Base
from backend.ops.migrate import migrate, schema_versions
from backend.ops.postgres import DatabaseUrls


def is_ours(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Job tables belong to the job library."""
    return not (kind == "table" and reflected and (name or "").startswith("procrastinate_"))


def differ(
    context: object, have: object, want: Column[object], is_: TypeEngine[object], should: TypeEngine[object]
) -> bool | None:
    """``text`` and ``varchar`` without a length are the same to PostgreSQL; alembic judges the others."""
    same = isinstance(is_, String) and isinstance(should, String) and is_.length == should.length
    return False if same else None


def test_the_migrated_tables_are_those_of_the_models(database: DatabaseUrls) -> None:
    assert tables.__doc__, "imported for its effect: every table is known"
    engine = create_engine(database.owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_ours, "compare_type": differ}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_migrating_again_changes_nothing(database: DatabaseUrls) -> None:
    before = schema_versions(database.owner)
    migrate(database.owner)
    assert schema_versions(database.owner) == before
    assert before[0] == before[1]
