"""Site keys change while processes run: each follows the file, and none meets a value that it cannot read."""

import json
import logging
import shutil
import threading
from datetime import date
from pathlib import Path

import pytest

from backend.kit.key_file import StillCurrent, UnknownPurpose, add_version, describe, remove_version
from backend.kit.secrets_store import make_missing
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

DAY = date(2026, 11, 22)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_missing(tmp_path)
    return tmp_path / "backend" / "site_keys.json"


def test_a_running_process_makes_values_with_the_new_key_at_once(path: Path) -> None:
    running = SiteKeys.read(path)
    _, old = running.current("mac")
    assert add_version(path, "mac", DAY) == 2
    version, new = running.current("mac")
    assert (version, running.versions("mac")) == (2, [1, 2])
    assert new != old
    assert running.get("mac", 1) == old
    assert running.all("mac") == [new, old]


def test_a_process_that_meets_a_version_it_does_not_know_asks_the_file(path: Path) -> None:
    reading, writing = SiteKeys.read(path), SiteKeys.read(path)
    add_version(path, "wrap", DAY)
    version, key = writing.current("wrap")
    assert reading.get("wrap", version) == key


def test_only_the_purpose_that_was_asked_for_changes(path: Path) -> None:
    before = json.loads(path.read_text(encoding="utf-8"))
    add_version(path, "wrap", DAY)
    after = json.loads(path.read_text(encoding="utf-8"))
    assert {name for name in after if after[name] != before[name]} == {"wrap"}
    assert path.stat().st_mode & 0o077 == 0


def test_the_file_tells_since_when_and_until_when_a_key_is_used(path: Path) -> None:
    add_version(path, "wrap", DAY)
    first, second = [version for version in describe(path) if version.purpose == "wrap"]
    assert (first.version, first.current, first.since, first.until) == (1, False, None, DAY)
    assert (second.version, second.current, second.since, second.until) == (2, True, DAY, None)


def test_a_removed_key_is_gone_and_its_number_is_not_given_again(path: Path) -> None:
    running = SiteKeys.read(path)
    add_version(path, "wrap", DAY)
    remove_version(path, "wrap", 1)
    assert running.versions("wrap") == [2]
    with pytest.raises(SiteKeyMissing):
        running.get("wrap", 1)
    assert add_version(path, "wrap", DAY) == 3


def test_the_current_key_cannot_be_removed(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StillCurrent):
        remove_version(path, "wrap", 1)
    with pytest.raises(UnknownPurpose):
        remove_version(path, "wrap", 7)
    with pytest.raises(UnknownPurpose):
        add_version(path, "tea", DAY)
    assert path.read_bytes() == before


def test_a_file_of_another_deployment_is_not_followed(
    path: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = SiteKeys.read(path)
    before = running.current("mac")
    make_missing(tmp_path / "other")
    foreign = tmp_path / "other" / "backend" / "site_keys.json"
    with caplog.at_level(logging.CRITICAL):
        shutil.copy(foreign, path)
        assert running.current("mac") == before
        assert running.current("mac") == before
    said = [record.getMessage() for record in caplog.records]
    assert said == ["site_keys.json holds other keys than before: they are not used"]


@pytest.mark.parametrize("text", ["{", "[]", '{"mac": {"current": 1, "keys": {}}}', ""])
def test_while_the_file_is_damaged_the_keys_stay(path: Path, text: str) -> None:
    running = SiteKeys.read(path)
    before, whole = running.current("mac"), path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    assert running.current("mac") == before
    path.write_text(whole, encoding="utf-8")
    add_version(path, "mac", DAY)
    assert running.current("mac")[0] == 2


def test_versions_made_at_the_same_moment_are_all_kept(path: Path) -> None:
    makers = [threading.Thread(target=add_version, args=(path, "mac", DAY)) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert SiteKeys.read(path).versions("mac") == list(range(1, 10))
