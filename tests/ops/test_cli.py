"""The ``antam`` command as an operator types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cli.main import COMMANDS, app
from backend.ops.postgres import DatabaseUrls
from tests.ops.command import antam


def test_help_lists_every_command(tmp_path: Path) -> None:
    told = antam("--help", var=tmp_path)
    assert told.returncode == 0
    assert all(f" {name} " in told.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"], prog_name="antam")
    assert told.exit_code == 0, told.stderr
    assert f"antam {name}" in told.stdout


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    told = antam("fly", var=tmp_path)
    assert told.returncode == 2
    assert "fly" in told.stderr


def test_keys_init_says_what_it_made_and_shows_no_key(tmp_path: Path) -> None:
    told = antam("keys", "init", var=tmp_path)
    assert told.returncode == 0
    assert "made bot/site_keys.json" in told.stdout
    token = (tmp_path / "secrets" / "bot" / "backend.token").read_text(encoding="utf-8").strip()
    assert token not in told.stdout
    assert "made" not in antam("keys", "init", var=tmp_path).stdout


def test_a_damaged_key_file_is_one_clear_sentence(tmp_path: Path) -> None:
    antam("keys", "init", var=tmp_path)
    (tmp_path / "secrets" / "bot" / "site_keys.json").write_text("{", encoding="utf-8")
    told = antam("keys", "init", var=tmp_path)
    assert told.returncode == 1
    assert "is damaged. Put back its backup" in told.stderr
    assert "Traceback" not in told.stderr


def test_migrate_tells_where_the_schema_is(tmp_path: Path, database: DatabaseUrls) -> None:
    told = antam("migrate", var=tmp_path, url=database.owner)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("The schema is at 0")


def test_migrate_without_a_database_says_how_to_get_one(tmp_path: Path) -> None:
    told = antam("migrate", var=tmp_path)
    assert told.returncode == 1
    assert told.stderr.startswith("There is no database yet. Start one with antam up")


def test_doctor_exits_with_1_when_something_is_wrong(tmp_path: Path) -> None:
    told = antam("doctor", var=tmp_path)
    assert told.returncode == 1
    assert "✗ keys" in told.stdout
