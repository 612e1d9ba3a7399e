"""The commands that operators use on topics, run as they run them."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.kit.settings import Settings
from backend.knowledge.content.markdown import write
from backend.ops.postgres import DatabaseUrls
from tests.backend.knowledge.topics import DATA, SOUND

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def antam(backend_settings: Settings, database: DatabaseUrls) -> Command:
    """Runs ``antam …`` on this test's database."""
    environment = {**os.environ, "ANTAM_VAR": str(backend_settings.var), "DATABASE_URL": database.app}

    def run(*arguments: str, demo: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "backend.cli", *arguments],
            cwd=DATA.parent,
            env={**environment, "ANTAM_DEMO": str(demo)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two topics that point at each other."""
    folder = tmp_path / "topics"
    folder.mkdir()
    (folder / "bat_ho.md").write_text(write(replace(SOUND, related=("new_topic",))), encoding="utf-8")
    (folder / "new_topic.md").write_text(write(SOUND), encoding="utf-8")
    return folder


def test_what_is_imported_is_exported_the_same(antam: Command, folder: Path, tmp_path: Path) -> None:
    imported = antam("knowledge", "import", str(folder), "--note", "Từ tỉnh khác")
    assert "2 published, 0 unchanged, 0 refused" in imported.stdout, imported.stderr
    again = antam("knowledge", "import", str(folder))
    assert "0 published, 2 unchanged, 0 refused" in again.stdout
    antam("knowledge", "export", str(tmp_path / "out"))
    for name in ("bat_ho.md", "new_topic.md"):
        assert (tmp_path / "out" / name).read_text("utf-8") == (folder / name).read_text("utf-8")


def test_an_import_names_what_it_refuses(antam: Command, folder: Path) -> None:
    (folder / "new_topic.md").write_text(write(replace(SOUND, answer="")), encoding="utf-8")
    refused = antam("knowledge", "import", str(folder))
    assert refused.returncode == 1
    assert "new_topic.md · answer: Phần này còn trống." in refused.stdout
    assert "1 published, 0 unchanged, 1 refused" in refused.stdout


def test_the_check_tells_each_fault_and_fails(antam: Command, folder: Path) -> None:
    path = folder / "bat_ho.md"
    path.write_text(write(replace(SOUND, help="Gọi 113.")), encoding="utf-8")
    checked = antam("knowledge", "lint", str(path), "--lang", "en")
    assert checked.returncode == 1
    assert "✗ bat_ho.md · help: Write {hotline:113} for 113" in checked.stdout


def test_the_seed_shows_the_accounts_once_and_changes_nothing_the_second_time(antam: Command) -> None:
    first, second = antam("seed"), antam("seed")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Demo accounts" in first.stdout
    assert "Demo accounts" not in second.stdout
    assert "Topics: 0 published" in second.stdout


def test_without_the_demo_no_account_is_made_and_the_first_is_named(
    antam: Command,
) -> None:
    seeded = antam("seed", demo=False)
    assert "Demo accounts" not in seeded.stdout
    assert "antam user add" in seeded.stdout
