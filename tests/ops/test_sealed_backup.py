"""The form of a backup file: whatever is changed, swapped or cut off is noticed."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.ops.backup import sealed
from backend.ops.backup.keys import NoBackupKey, key_of, key_path, made_if_missing
from backend.ops.backup.sealed import About, Damaged, NotABackup, WrongKey

ABOUT = About(datetime(2026, 11, 22, 5, 0, tzinfo=UTC), "0013_retention", "key file", b"s" * 16)
KEY = b"k" * 32
DUMP = bytes(range(256)) * (4096 * 2 + 100)
"""A little over two pieces."""
_AFTER_LINE = len(sealed.MAGIC) + len(ABOUT.line(KEY))
_PIECES = _AFTER_LINE + 24
_SEALED_PIECE = sealed.PIECE + 17


def in_bits(dump: bytes) -> Iterator[bytes]:
    """The dump as a pipe hands it out: in uneven pieces."""
    step = 100_003
    return (dump[start : start + step] for start in range(0, len(dump), step))


def written(dump: bytes = DUMP) -> bytes:
    out = io.BytesIO()
    sealed.write(out, ABOUT, KEY, in_bits(dump))
    return out.getvalue()


def opened(file: bytes, key: bytes = KEY) -> bytes:
    return b"".join(sealed.read(io.BytesIO(file), key))


SMALL = written(b"a dump of a few words")


@pytest.mark.parametrize("size", [0, 1, sealed.PIECE - 1, sealed.PIECE, sealed.PIECE + 1, len(DUMP)])
def test_what_was_written_is_read(size: int) -> None:
    assert opened(written(DUMP[:size])) == DUMP[:size]


def test_a_backup_says_when_it_was_made_and_of_which_schema() -> None:
    about, _ = sealed.read_about(io.BytesIO(written(b"")))
    assert about == ABOUT


def test_another_key_is_told_apart_from_damage() -> None:
    with pytest.raises(WrongKey):
        opened(written(), b"x" * 32)


@pytest.mark.parametrize(
    "place",
    [
        _AFTER_LINE,
        _PIECES,
        _PIECES + 5_000,
        _PIECES + _SEALED_PIECE - 1,
        _PIECES + _SEALED_PIECE,
        _PIECES + 2 * _SEALED_PIECE + 3,
        -1,
    ],
)
def test_a_flipped_bit_is_noticed(place: int) -> None:
    file = bytearray(written())
    file[place] ^= 1
    with pytest.raises(Damaged):
        opened(bytes(file))


@given(place=st.integers(0, len(SMALL) - 1), bit=st.integers(0, 7))
def test_no_bit_can_be_flipped_unnoticed(place: int, bit: int) -> None:
    file = bytearray(SMALL)
    file[place] ^= 1 << bit
    with pytest.raises((NotABackup, WrongKey, Damaged)):
        opened(bytes(file))


@given(length=st.integers(0, len(SMALL) - 1))
def test_no_end_can_be_cut_off_unnoticed(length: int) -> None:
    with pytest.raises((NotABackup, Damaged)):
        opened(SMALL[:length])


def test_a_changed_date_is_noticed() -> None:
    with pytest.raises(Damaged):
        opened(written().replace(b"2026-11-22", b"2026-11-23", 1))


@pytest.mark.parametrize("length", [_PIECES + 2 * _SEALED_PIECE, _PIECES + _SEALED_PIECE + 5, _PIECES, -1])
def test_a_missing_end_is_noticed(length: int) -> None:
    with pytest.raises(Damaged):
        opened(written()[:length])


def test_something_behind_the_end_is_noticed() -> None:
    with pytest.raises(Damaged):
        opened(written() + b"x")


def test_two_pieces_that_changed_places_are_noticed() -> None:
    file = written()
    first = file[_PIECES : _PIECES + _SEALED_PIECE]
    second = file[_PIECES + _SEALED_PIECE : _PIECES + 2 * _SEALED_PIECE]
    with pytest.raises(Damaged):
        opened(file[:_PIECES] + second + first + file[_PIECES + 2 * _SEALED_PIECE :])


@pytest.mark.parametrize(
    "file", [b"", b"PGDMP", sealed.MAGIC, sealed.MAGIC + b"{}\n", sealed.MAGIC + b"[1]\n"]
)
def test_another_file_is_no_backup(file: bytes) -> None:
    with pytest.raises(NotABackup):
        opened(file)


class TestKeys:
    def test_the_key_file_is_made_once_and_for_its_owner_alone(self, tmp_path: Path) -> None:
        assert made_if_missing(tmp_path)
        before = key_path(tmp_path).read_bytes()
        assert not made_if_missing(tmp_path)
        assert key_path(tmp_path).read_bytes() == before
        assert key_path(tmp_path).stat().st_mode & 0o777 == 0o600

    def test_each_backup_has_a_key_of_its_own(self, tmp_path: Path) -> None:
        made_if_missing(tmp_path)
        other = About(ABOUT.made_at, ABOUT.schema, "key file", b"t" * 16)
        assert key_of(ABOUT, tmp_path, str) != key_of(other, tmp_path, str)

    @pytest.mark.parametrize("text", [None, "", "nothing of the kind", "AAAA"])
    def test_a_lost_or_damaged_key_file_is_said_to_be_put_back(
        self, tmp_path: Path, text: str | None
    ) -> None:
        if text is not None:
            made_if_missing(tmp_path)
            key_path(tmp_path).write_text(text, encoding="utf-8")
        with pytest.raises(NoBackupKey, match="put"):
            key_of(ABOUT, tmp_path, str)

    def test_a_passphrase_is_the_same_however_its_letters_are_composed(self, tmp_path: Path) -> None:
        about = About(ABOUT.made_at, ABOUT.schema, "passphrase", b"s" * 16)
        composed, apart = "đêm trăng về muộn \u1ea5", "đêm trăng về muộn a\u0302\u0301"
        assert key_of(about, tmp_path, lambda: composed) == key_of(about, tmp_path, lambda: apart)
