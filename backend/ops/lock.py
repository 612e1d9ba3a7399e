"""One supervisor a ``var/`` folder: held while it runs, gone when it ends, however it ends."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

_NAME = "antam.lock"


class AlreadyRunning(Exception):
    """Another supervisor holds this ``var/``; ``process`` is its id, if it said so."""

    def __init__(self, var: Path, process: str) -> None:
        who = f" (process {process})" if process else ""
        super().__init__(
            f"An Tâm already runs with {var}{who}. Stop it first, or use another folder: ANTAM_VAR=… antam up"
        )


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold ``var`` for this process and remove the lock at the end.

    Raises:
        AlreadyRunning: another process holds it.
    """
    var.mkdir(parents=True, exist_ok=True)
    path = var / _NAME
    descriptor = _take(path)
    if descriptor is None:
        raise AlreadyRunning(var, holder(var))
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        yield
    finally:
        # Removed while still held, so nobody's new lock can be the one that goes.
        path.unlink(missing_ok=True)
        os.close(descriptor)


def is_running(var: Path) -> bool:
    """Whether a supervisor holds ``var`` now."""
    try:
        descriptor = os.open(var / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def holder(var: Path) -> str:
    """The process id that the lock names; empty when there is none."""
    try:
        return (var / _NAME).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return ""


def _take(path: Path) -> int | None:
    """The lock's open file, or ``None`` if somebody else has it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        # The last holder removed the file between our opening and locking it.
        os.close(descriptor)
