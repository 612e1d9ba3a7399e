"""Setting up does each step only when what it is made from has changed."""

from pathlib import Path

import pytest

from backend.kit.settings import ROOT
from backend.ops import install


@pytest.fixture
def source() -> Path:
    return ROOT / "requirements-tools.txt"


def test_a_stamp_is_fresh_for_the_same_sources_only(tmp_path: Path, source: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not install.is_fresh(stamp, [source])
    install.write_stamp(stamp, [source])
    assert install.is_fresh(stamp, [source])
    assert not install.is_fresh(stamp, [source, ROOT / "requirements.txt"])


def test_the_model_is_made_from_the_trainers_data_and_rasas_project() -> None:
    sources = {str(path.relative_to(ROOT)) for path in install.model_sources()}
    assert {"data/taxonomy.yml", "nlu/config.yml", "backend/text/normalize.py"} <= sources
    assert not any(".venv" in path or path.startswith("nlu/build/") for path in sources)


def test_what_only_measures_the_model_makes_no_new_one() -> None:
    sources = {str(path.relative_to(ROOT)) for path in install.model_sources()}
    assert not any(path.startswith("nlu/report/") or path == "nlu/phoatis.py" for path in sources)


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "nlu/requirements.txt"])
def test_a_lock_pins_by_hash_and_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    for entry in text.replace("\\\n", " ").splitlines():
        if entry and not entry.lstrip().startswith("#"):
            assert "==" in entry
            assert "--hash=sha256:" in entry


def test_everything_that_runs_is_pinned_alike_for_tests() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split()[0] for line in lines if line[:1].isalnum()}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_what_changed_of_our_own_is_compiled_once(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("made = True\n", encoding="utf-8")
    install.compile_own(install.OURS, [str(tmp_path)])
    assert len(list(tmp_path.glob("__pycache__/module.*.pyc"))) == 1
