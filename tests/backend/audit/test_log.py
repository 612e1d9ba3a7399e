"""The audit log on a real database: append-only, chained, checked by ``antam audit verify``."""

import os
import subprocess
import sys
import uuid

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.kit.settings import ROOT, Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls


@pytest.fixture
async def entries(db_session: AsyncSession, backend_settings: Settings) -> None:
    keys = SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")
    for action in ("desk.activated", "tip.opened", "tip.answered"):
        await audit.record(db_session, keys, actor_id=uuid.uuid4(), action=action, subject="desk:1")
    await db_session.commit()


def verify(settings: Settings, database: DatabaseUrls) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", "audit", "verify"],
        cwd=ROOT,
        env={**os.environ, "ANTAM_VAR": str(settings.var), "DATABASE_URL": database.app},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.usefixtures("entries")
def test_an_untouched_log_holds(backend_settings: Settings, database: DatabaseUrls) -> None:
    found = verify(backend_settings, database)
    assert (found.returncode, found.stdout) == (0, "The chain of 3 entries holds.\n"), found.stderr


@pytest.mark.usefixtures("entries")
def test_an_owner_of_the_database_who_edits_it_is_noticed(
    backend_settings: Settings, database: DatabaseUrls
) -> None:
    with psycopg.connect(database.owner.replace("+psycopg", "", 1), autocommit=True) as owner:
        owner.execute("ALTER TABLE audit_entries DISABLE TRIGGER ALL")
        owner.execute("UPDATE audit_entries SET action = 'tip.noted' WHERE action = 'tip.opened'")
    found = verify(backend_settings, database)
    assert found.returncode == 1
    assert "broken at entry 2 of 3" in found.stderr


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"])
async def test_the_application_cannot_change_what_stands_there(
    db_session: AsyncSession, statement: str
) -> None:
    with pytest.raises(ProgrammingError):
        await db_session.execute(text(statement))
