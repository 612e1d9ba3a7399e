"""Migrations bring the database to exactly the tables that the code describes."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, String, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from backend import tables
from backend.kit.database import Base
from backend.kit.secrets_store import make_missing
from backend.kit.site_keys import SiteKeys
from backend.ops.belonging import ForeignKeys, adopt, prepare
from backend.ops.migrate import migrate, schema_versions
from backend.ops.postgres import DatabaseUrls
from backend.tips import opening
from backend.tips.models import NoteKey
from tests.databases import empty, remove

TIP, DESK = uuid.uuid4(), uuid.uuid4()


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


@pytest.fixture
def older(template_database: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """A database from before the keys of notes were authenticated, with one such key in it."""
    urls = empty(template_database)
    migrate(urls.owner, "0011_links")
    with psycopg.connect(urls.owner.replace("+psycopg", "", 1)) as connection:
        connection.execute("INSERT INTO desks (id, kind) VALUES (%s, 'union')", [DESK])
        connection.execute(
            """
            INSERT INTO tips (id, receipt_lookup, receipt_pepper, reporter_public_key, category, priority,
                reasons, readers, language, received_at)
            VALUES (%s, 'x', 1, 'x', 'other_crime', 'P3', '{}', '{union}', 'vi', now())
            """,
            [TIP],
        )
        connection.execute(
            "INSERT INTO tip_note_keys (tip_id, desk_id, key_version, sealed_key) VALUES (%s, %s, 3, %s)",
            [TIP, DESK, b"sealed"],
        )
    yield urls
    remove(template_database, urls)


def note_key(urls: DatabaseUrls) -> NoteKey:
    engine = create_engine(urls.owner)
    with Session(engine) as session:
        row = session.scalars(select(NoteKey)).one()
    engine.dispose()
    return row


def test_an_update_authenticates_the_keys_of_notes_that_are_there(older: DatabaseUrls, var_dir: Path) -> None:
    keys = SiteKeys.read(var_dir / "secrets" / "backend" / "site_keys.json")
    prepare(older.owner, keys)
    row = note_key(older)
    assert opening.is_authentic(row, keys)
    row.sealed_key = b"sealeD"
    assert not opening.is_authentic(row, keys)


def test_without_the_keys_or_with_those_of_another_deployment_nothing_is_updated(
    older: DatabaseUrls, var_dir: Path, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="needs the site keys"):
        migrate(older.owner)
    adopt(older.owner, SiteKeys.read(var_dir / "secrets" / "backend" / "site_keys.json"))
    make_missing(tmp_path / "other")
    with pytest.raises(ForeignKeys):
        prepare(older.owner, SiteKeys.read(tmp_path / "other" / "backend" / "site_keys.json"))
    assert schema_versions(older.owner)[0] == "0011_links"
