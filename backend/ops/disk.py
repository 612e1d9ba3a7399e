"""Room on the disk: whether PostgreSQL can go on, and whether an error means that there is none.

A full disk, a used-up quota and a limit on the size of files are one thing to who must repair it.
"""

import errno
import os
import signal
from pathlib import Path
from typing import Final

from backend.ops.processes import run_as

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NEXT_STEP_MB: Final = 16
"""PostgreSQL takes disk for its write-ahead log in files of this size; without the next one it stops."""


def means_no_room(error: OSError) -> bool:
    """Whether something could not be written for want of room."""
    return error.errno in _NO_ROOM


def speaks_of_no_room(text: str) -> bool:
    """Whether ``text``, the words of a program that runs in the C locale, says so."""
    return any(os.strerror(number) in text for number in _NO_ROOM)


def no_room(place: Path) -> str:
    """What to tell the operator."""
    return (
        f"There is no room to write in {place}: the disk is full, or a quota or a limit on the size of files "
        "is reached. Make room; what was stored is safe."
    )


def refused_room(folder: Path, user: str | None) -> str | None:
    """Why ``user`` (``None``: we) cannot write into ``folder`` what PostgreSQL needs next, if so.

    Really writes, since a quota or a limit shows in no figure, and leaves nothing behind.
    """
    probe = folder / "room.probe"
    wanted = ["dd", "if=/dev/zero", f"of={probe}", "bs=1M", f"count={_NEXT_STEP_MB}"]
    try:
        done = run_as(user, wanted)
    finally:
        probe.unlink(missing_ok=True)
    if done.returncode == 0:
        return None
    if done.returncode == -signal.SIGXFSZ or speaks_of_no_room(done.stderr):
        return no_room(folder)
    return f"PostgreSQL cannot write in {folder}: {done.stderr.strip()[-300:]}"
