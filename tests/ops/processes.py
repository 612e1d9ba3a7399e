"""Looking at processes from outside, and letting them run short."""

import os
import subprocess
from pathlib import Path


def alive(pid: int) -> bool:
    """Whether the process runs (one that has ended and was not yet asked for does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def descendants(pid: int) -> list[int]:
    """The children of a process, and theirs, the children before their own."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return []
    children = [int(child) for child in text.split()]
    return [*children, *(below for child in children for below in descendants(child))]


def limit_file_size(pid: int, largest: str) -> None:
    """Set the soft limit of a process, as the account that it runs as; nothing if it has just ended."""
    try:
        owner = Path(f"/proc/{pid}").stat()
    except FileNotFoundError:
        return
    user, group = (owner.st_uid, owner.st_gid) if owner.st_uid != os.geteuid() else (None, None)
    command = ["prlimit", f"--pid={pid}", f"--fsize={largest}:"]
    done = subprocess.run(command, user=user, group=group, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not alive(pid), done.stderr
