"""The log of a process is bounded and keeps its last words."""

from pathlib import Path

from backend.ops.child_log import ChildLog
from backend.ops.up import printer


def test_it_never_grows_beyond_three_files_of_the_limit(tmp_path: Path) -> None:
    log = ChildLog(tmp_path, "rasa", max_bytes=1_000)
    for number in range(1_000):
        log.write(f"line {number}")
    log.close()
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["rasa.log", "rasa.log.1", "rasa.log.2"]
    assert sum(path.stat().st_size for path in files) < 3_100
    newest = (tmp_path / "rasa.log").read_text(encoding="utf-8")
    older = (tmp_path / "rasa.log.1").read_text(encoding="utf-8")
    assert "line 999" in newest or "line 999" in older


def test_an_absurdly_long_line_is_cut(tmp_path: Path) -> None:
    log = ChildLog(tmp_path, "bot")
    log.write("x" * 100_000)
    log.close()
    assert (tmp_path / "bot.log").stat().st_size < 5_000


def test_the_last_words_are_kept_in_order(tmp_path: Path) -> None:
    log = ChildLog(tmp_path, "bot")
    for number in range(100):
        log.write(str(number))
    log.close()
    assert log.last_words().splitlines() == [str(number) for number in range(85, 100)]


def test_a_disk_without_room_silences_the_file_and_not_the_supervisor(tmp_path: Path) -> None:
    (tmp_path / "bot.log").symlink_to("/dev/full")
    log = ChildLog(tmp_path, "bot")
    log.write("PANIC")
    assert log.last_words() == "PANIC"
    log.close()


def test_a_listener_that_went_away_does_not_stop_the_supervisor() -> None:
    def write(line: str) -> None:
        raise BrokenPipeError

    printer(write)("bot", "started")
