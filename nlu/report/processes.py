"""Runs our own modules as processes of their own, and says what they took. Ends only what it started."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.corpus import ROOT


@dataclass(frozen=True)
class Done:
    """A process that has ended well."""

    seconds: float
    peak: float
    """The most resident memory it ever had, MB; a process that it started counts by itself, not added."""
    printed: str


def command(module: str, *arguments: str) -> list[str]:
    """The command line of one of our modules in this environment."""
    return [sys.executable, "-m", module, *arguments]


def ran(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Done:
    """Run ``python -m`` with the ``arguments`` to its end.

    Raises:
        subprocess.CalledProcessError: it failed; what it printed is in ``output``.
    """
    line = command(*arguments)
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            line, cwd=ROOT, env={**os.environ, **(environment or {})}, stdout=output, stderr=output
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        output.seek(0)
        printed = output.read()
    if process.returncode:
        sys.stderr.write(printed)
        raise subprocess.CalledProcessError(process.returncode, line, printed)
    return Done(seconds, usage.ru_maxrss * 1024 / 1e6, printed)


def resident(pid: int | None = None) -> float:
    """The resident memory of a process (of this one by default), MB.

    Raises:
        OSError: there is no such process.
    """
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text(encoding="ascii", errors="replace")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6
