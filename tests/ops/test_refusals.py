"""``antam up``, ``migrate`` and ``doctor`` refuse what would do harm, and say what to put back or to run."""

import shutil
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from backend.kit.secrets_store import make_missing
from backend.ops.migrate import migrate, schema_versions
from backend.ops.postgres import DatabaseUrls
from tests.e2e.house import NAMES, free_ports
from tests.ops.command import antam


@pytest.fixture
def ports() -> Mapping[str, int]:
    return dict(zip(NAMES, free_ports(len(NAMES)), strict=True))


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_taken_port_is_named_with_its_setting(
    tmp_path: Path, ports: Mapping[str, int], taken_port: int
) -> None:
    told = antam("up", var=tmp_path, ports={**ports, "bot": taken_port, "rasa": taken_port})
    assert told.returncode == 1
    for what, setting in (("the worker pages", "ANTAM_BOT_PORT"), ("Rasa", "ANTAM_RASA_PORT")):
        assert f"Port {taken_port} ({what}) is taken by another program." in told.stderr
        assert f"{setting}=" in told.stderr
    assert "started" not in told.stdout


class TestKeys:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("backend/site_keys.json", b'{"wrap": {"current": 1, "keys": {"1": "c2hvcnQ="}}}'),
            ("bot/site_keys.json", b"{"),
            ("backend/service_tokens.json", b"\xff"),
        ],
    )
    def test_a_damaged_file_stops_the_start_before_any_process(
        self, var_dir: Path, ports: Mapping[str, int], name: str, content: bytes
    ) -> None:
        (var_dir / "secrets" / name).write_bytes(content)
        told = antam("up", var=var_dir, ports=ports)
        assert told.returncode == 1
        assert f"{name} is damaged. Put back its backup" in told.stderr
        assert "Traceback" not in told.stderr
        assert "started" not in told.stdout

    def test_the_doctor_names_a_damaged_file(self, var_dir: Path, ports: Mapping[str, int]) -> None:
        (var_dir / "secrets" / "bot" / "site_keys.json").write_text("[]", encoding="utf-8")
        told = antam("doctor", var=var_dir, ports=ports)
        assert "damaged: bot/site_keys.json. Put back a backup" in told.stdout

    def test_keys_of_another_deployment_start_nothing_and_change_nothing(
        self, tmp_path: Path, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        assert antam("migrate", var=var_dir, url=database.owner).returncode == 0
        other = tmp_path / "other"
        make_missing(other / "secrets")
        told = antam("up", var=other, url=database.owner, ports=ports)
        assert told.returncode == 1
        assert "are not those that this database was made with (audit, index, mac, " in told.stderr
        assert "Put back the backup of that file" in told.stderr
        assert " backend │ started" not in told.stdout
        assert antam("migrate", var=other, url=database.owner).returncode == 1
        assert "✗ site keys" in antam("doctor", var=other, url=database.owner, ports=ports).stdout
        assert antam("migrate", var=var_dir, url=database.owner).returncode == 0

    def test_keys_that_were_lost_and_made_anew_are_recognised(
        self, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        keys = var_dir / "secrets" / "backend" / "site_keys.json"
        backup = var_dir / "backup.json"
        antam("migrate", var=var_dir, url=database.owner)
        shutil.move(keys, backup)
        told = antam("up", var=var_dir, url=database.owner, ports=ports)
        assert told.returncode == 1
        assert "Put back the backup of that file" in told.stderr
        shutil.move(backup, keys)
        found = antam("doctor", var=var_dir, url=database.owner, ports=ports)
        assert "✓ site keys  belong to this database" in found.stdout

    def test_a_token_that_the_backend_does_not_know_is_named_and_healed(
        self, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        (var_dir / "secrets" / "bot" / "backend.token").write_text("another", encoding="utf-8")
        told = antam("doctor", var=var_dir, url=database.owner, ports=ports).stdout
        assert "✗ tokens     the backend's file does not know bot. Run: antam keys init" in told
        antam("keys", "init", var=var_dir)
        assert "✓ tokens" in antam("doctor", var=var_dir, url=database.owner, ports=ports).stdout


class TestSchema:
    def test_a_database_of_a_newer_version_is_left_alone(
        self, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        execute(database.owner, "UPDATE alembic_version SET version_num = '9999_later'")
        for command in (["up"], ["migrate"]):
            told = antam(*command, var=var_dir, url=database.owner, ports=ports)
            assert told.returncode == 1
            assert "The database is at schema 9999_later, which this version" in told.stderr
            assert "Start that version again, or restore a backup from before the update." in told.stderr
            assert "Traceback" not in told.stderr
        found = antam("doctor", var=var_dir, url=database.owner, ports=ports)
        assert "✗ database   The database is at schema 9999_later" in found.stdout
        assert schema_versions(database.owner)[0] == "9999_later"

    def test_an_older_database_is_named_with_the_command_that_brings_it_up(
        self, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        execute(database.owner, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        migrate(database.owner, "0006_tips")
        found = antam("doctor", var=var_dir, url=database.owner, ports=ports)
        assert found.returncode == 1
        assert "the schema is at 0006_tips" in found.stdout
        assert "Run: antam migrate" in found.stdout
        told = antam("migrate", var=var_dir, url=database.owner)
        assert told.returncode == 0, told.stderr
        assert "✓ database" in antam("doctor", var=var_dir, url=database.owner, ports=ports).stdout


class TestDisk:
    def test_a_start_without_room_says_so_and_makes_no_half_of_a_database(
        self, open_folder: Path, ports: Mapping[str, int]
    ) -> None:
        var = open_folder / "no-room" / "var"
        told = antam("up", var=var, ports=ports, largest_file=1_000_000)
        assert told.returncode == 1
        assert f"There is no room to write in {var / 'postgres'}: the disk is full" in told.stderr
        assert "Traceback" not in told.stderr
        assert not (var / "postgres" / "data").exists()

    def test_a_server_that_does_not_answer_is_said_in_one_sentence(
        self, var_dir: Path, database: DatabaseUrls, ports: Mapping[str, int]
    ) -> None:
        for command in ("up", "migrate"):
            told = antam(command, var=var_dir, url=database.owner.replace("test_", "gone_"), ports=ports)
            assert told.returncode == 1
            assert "The database does not answer. Is its server up, and DATABASE_URL right?" in told.stderr
            assert "Traceback" not in told.stderr
