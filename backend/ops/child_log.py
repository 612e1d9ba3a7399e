"""What a process said, line by line: to a bounded file, and its last words kept for a complaint."""

import contextlib
from collections import deque
from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 5_000_000
_OLDER_FILES: Final = 2
_MAX_LINE: Final = 4_000
_LAST_WORDS: Final = 15


class ChildLog:
    """``<folder>/<name>.log``, at most about 15 MB with the two older files beside it."""

    def __init__(self, folder: Path, name: str, *, max_bytes: int = _MAX_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / f"{name}.log"
        self._max_bytes = max_bytes
        self._file = self._path.open("ab", buffering=0)
        self._last: deque[str] = deque(maxlen=_LAST_WORDS)

    def write(self, line: str) -> None:
        """Keep one line, cut where it is absurdly long. On a full disk only the last words are kept."""
        self._last.append(line)
        # Who keeps processes running must not fall over a line that cannot be written.
        with contextlib.suppress(OSError):
            if self._file.closed:
                self._file = self._path.open("ab", buffering=0)
            self._file.write(f"{line[:_MAX_LINE]}\n".encode())
            if self._file.tell() > self._max_bytes:
                self._rotate()

    def last_words(self) -> str:
        """The last lines, for a person who must find out why the process ended."""
        return "\n".join(self._last)

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(_OLDER_FILES - 1, 0, -1):
            older = self._path.with_suffix(f".log.{number}")
            if older.exists():
                older.replace(self._path.with_suffix(f".log.{number + 1}"))
        self._path.replace(self._path.with_suffix(".log.1"))
        self._file = self._path.open("ab", buffering=0)
