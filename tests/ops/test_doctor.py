"""The doctor names what is wrong and what to do about it."""

import socket
from pathlib import Path

import psycopg
import pytest

from backend.kit.settings import Settings
from backend.ops.doctor import Finding, examine
from backend.ops.postgres import DatabaseUrls


@pytest.fixture
def quiet_port() -> int:
    """A port on which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_for(var: Path, url: str | None, port: int) -> Settings:
    return Settings(
        var=var, DATABASE_URL=url, bot_port=port, internal_port=port, rasa_port=port, actions_port=port
    )


async def findings(config: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in await examine(config)}


async def test_a_folder_that_was_never_started_is_told_what_to_do(tmp_path: Path, quiet_port: int) -> None:
    found = await findings(settings_for(tmp_path, None, quiet_port))
    assert "antam keys init" in found["keys"].words
    assert "antam up" in found["database"].words
    assert not any(found[name].well for name in ("keys", "database", "rasa", "actions", "backend", "bot"))


async def test_a_migrated_database_without_a_worker_asks_for_one(
    var_dir: Path, database: DatabaseUrls, quiet_port: int
) -> None:
    found = await findings(settings_for(var_dir, database.owner, quiet_port))
    assert found["keys"].well
    assert found["database"].well
    assert found["worker"].words.endswith("antam worker")


async def test_an_older_schema_asks_for_a_migration(
    var_dir: Path, database: DatabaseUrls, quiet_port: int
) -> None:
    with psycopg.connect(database.owner.replace("+psycopg", "", 1)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001_jobs'")
    found = await findings(settings_for(var_dir, database.owner, quiet_port))
    assert "the schema is at 0001_jobs" in found["database"].words
    assert found["database"].words.endswith("antam migrate")


async def test_a_desk_whose_key_nobody_holds_is_named(
    var_dir: Path, database: DatabaseUrls, quiet_port: int
) -> None:
    with psycopg.connect(database.owner.replace("+psycopg", "", 1)) as connection:
        connection.execute(
            "INSERT INTO desks (id, kind, province, public_key) VALUES"
            " (gen_random_uuid(), 'union', '79', 'x'), (gen_random_uuid(), 'police', NULL, NULL)"
        )
    found = await findings(settings_for(var_dir, database.owner, quiet_port))
    assert not found["desks"].well
    assert "of union:79. See" in found["desks"].words


async def test_tips_with_parts_that_do_not_open_are_counted(
    var_dir: Path, database: DatabaseUrls, quiet_port: int
) -> None:
    config = settings_for(var_dir, database.owner, quiet_port)
    assert (await findings(config))["tips"].well
    with psycopg.connect(database.owner.replace("+psycopg", "", 1)) as connection:
        for subject, days in (("tip:a", 1), ("tip:a", 2), ("tip:b", 3), ("tip:c", 40)):
            connection.execute(
                "INSERT INTO audit_entries (at, action, subject, detail, previous, digest)"
                " VALUES (now() - make_interval(days => %s), 'tip.damaged', %s, '{}', '', '')",
                [days, subject],
            )
    found = (await findings(config))["tips"]
    assert not found.well
    assert found.words.startswith("parts of 2 do not open")


async def test_work_left_lying_is_noticed(var_dir: Path, database: DatabaseUrls, quiet_port: int) -> None:
    with psycopg.connect(database.owner.replace("+psycopg", "", 1)) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'late', 'todo')"
        )
        connection.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")
    found = await findings(settings_for(var_dir, database.owner, quiet_port))
    assert "1 jobs wait for more than 15 minutes" in found["worker"].words


@pytest.mark.parametrize(("restarted", "words"), [(False, "There is no room"), (True, "does not answer")])
async def test_a_disk_that_was_full_before_the_last_start_is_not_the_reason_now(
    var_dir: Path, quiet_port: int, restarted: bool, words: str
) -> None:
    secrets, log = var_dir / "secrets" / "backend", var_dir / "log"
    secrets.joinpath("database_url.owner").write_text(
        "postgresql+psycopg://a@127.0.0.1:9/a", encoding="utf-8"
    )
    log.mkdir()
    said = "PANIC:  could not write to file: No space left on device\n"
    said += "LOG:  database system is ready to accept connections\n" * restarted
    (log / "postgres.log").write_text(f"{said}LOG:  database system is shut down\n", encoding="utf-8")
    found = await findings(settings_for(var_dir, None, quiet_port))
    assert found["database"].words.startswith(words)
