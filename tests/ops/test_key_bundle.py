"""A backup of the keys: sealed, whole, and never put over other keys unawares."""

import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kit.secrets_store import make_missing, write_secret
from backend.ops.keys.bundle import (
    Differs,
    NotABundle,
    collect,
    new_printed_key,
    put_back,
    read,
    write,
)

PASSPHRASE = "đường về khu trọ 14"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    secrets = tmp_path / "secrets"
    make_missing(secrets)
    write_secret(secrets / "bot" / "telegram.json", '{"token": "1:abc"}')
    return secrets


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.antam"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the empty ones that commands lock each other out with."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_everything_comes_back_as_it_was(folder: Path, file: Path, tmp_path: Path) -> None:
    write(file, collect(folder), PASSPHRASE)
    elsewhere = tmp_path / "elsewhere"
    put_back(elsewhere, read(file, PASSPHRASE))
    assert contents(elsewhere) == contents(folder)
    for path in [elsewhere, *elsewhere.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_day_keys_and_the_databases_passwords_are_left_out(folder: Path, file: Path) -> None:
    for name in ("bot/day_keys.json", "bot/day_keys.lock", "backend/database_url.owner"):
        write_secret(folder / name, "x")
    (folder / "postgres").mkdir()
    write_secret(folder / "postgres" / "superuser", "x")
    write(file, collect(folder), PASSPHRASE)
    assert read(file, PASSPHRASE).names == [
        "actions/backend.token",
        "backend/service_tokens.json",
        "backend/site_keys.json",
        "bot/backend.token",
        "bot/rasa.token",
        "bot/site_keys.json",
        "bot/telegram.json",
        "nlu/rasa.token",
    ]


def test_the_file_shows_nothing_of_what_is_in_it_and_only_its_owner_reads_it(
    folder: Path, file: Path
) -> None:
    write(file, collect(folder), PASSPHRASE)
    raw = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for name, content in contents(folder).items():
        assert name.encode() not in raw
        assert content.strip() not in raw


def test_a_file_that_is_there_is_left_alone(folder: Path, file: Path) -> None:
    file.write_bytes(b"something else")
    with pytest.raises(FileExistsError):
        write(file, collect(folder), PASSPHRASE)
    assert file.read_bytes() == b"something else"


@pytest.mark.parametrize("typed", ["", "đường về khu trọ 15", "Đường về khu trọ 14"])
def test_another_passphrase_opens_nothing(folder: Path, file: Path, typed: str) -> None:
    write(file, collect(folder), PASSPHRASE)
    with pytest.raises(NotABundle):
        read(file, typed)


def test_a_printed_key_is_typed_as_people_type(folder: Path, file: Path) -> None:
    printed = new_printed_key()
    write(file, collect(folder), printed)
    assert read(file, f" {printed.lower().replace('-', ' ')} ") == collect(folder)
    other = "A" if printed[0] != "A" else "B"
    with pytest.raises(NotABundle):
        read(file, other + printed[1:])


@pytest.mark.parametrize("damage", ["cut", "flipped", "other file", "empty", "longer"])
def test_a_damaged_file_is_no_backup(folder: Path, file: Path, damage: str) -> None:
    write(file, collect(folder), PASSPHRASE)
    raw = file.read_bytes()
    damages = {
        "cut": raw[:-1],
        "flipped": raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:],
        "other file": b"PGDMP" + raw,
        "empty": b"",
        "longer": raw + b"x",
    }
    file.write_bytes(damages[damage])
    with pytest.raises(NotABundle):
        read(file, PASSPHRASE)


def test_what_is_the_same_is_not_written_again(folder: Path, file: Path) -> None:
    write(file, collect(folder), PASSPHRASE)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    (folder / "nlu" / "rasa.token").unlink()
    assert put_back(folder, read(file, PASSPHRASE)) == ["nlu/rasa.token"]
    for path in (folder / "backend").iterdir():
        assert path.stat().st_mtime_ns == before[path]


def test_other_keys_are_not_overwritten_unless_it_is_said(folder: Path, file: Path, tmp_path: Path) -> None:
    write(file, collect(folder), PASSPHRASE)
    other = tmp_path / "other"
    make_missing(other)
    before = contents(other)
    with pytest.raises(Differs) as raised:
        put_back(other, read(file, PASSPHRASE))
    assert "backend/site_keys.json" in raised.value.names
    assert contents(other) == before

    put_back(other, read(file, PASSPHRASE), replace=True)
    now = contents(other)
    assert now["backend/site_keys.json"] == contents(folder)["backend/site_keys.json"]
    assert now["backend/site_keys.json.before-1"] == before["backend/site_keys.json"]
    assert "backend/site_keys.json.before-1" not in collect(other).files


@given(st.binary(max_size=200))
def test_no_file_of_a_stranger_is_taken_for_a_backup(raw: bytes) -> None:
    with tempfile.NamedTemporaryFile() as found:
        found.write(raw)
        found.flush()
        with pytest.raises(NotABundle):
            read(Path(found.name), PASSPHRASE)
