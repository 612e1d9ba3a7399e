"""What processes take of the machine: processor time and memory, as the kernel counts them (``proc(5)``).

Looks only. A process counts together with everything it has started, like PostgreSQL with its sessions.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_ROLLUP: Final = re.compile(r"^(Rss|Pss):\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """Megabytes that a process and its children hold."""

    resident: float
    """RSS: pages that several of them share are counted once for each."""
    proportional: float
    """PSS: a shared page is divided among those who share it, so that sums mean something."""


@dataclass(frozen=True)
class _Stat:
    parent: int
    ticks: int
    """Processor time of the process, and of those of its children that ended and were waited for."""


def cpu_seconds(pid: int) -> float:
    """Processor time, user and system, that ``pid`` and everything it started have taken so far."""
    stats = _stats()
    return sum(stats[member].ticks for member in _family(pid, stats)) / _TICKS


def memory(pid: int) -> Memory:
    """Memory of ``pid`` and everything it started; zero for what has ended."""
    resident = proportional = 0.0
    for member in _family(pid, _stats()):
        try:
            text = (_PROC / str(member) / "smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        found = {name: int(kilobytes) / 1024 for name, kilobytes in _ROLLUP.findall(text)}
        resident += found.get("Rss", 0.0)
        proportional += found.get("Pss", 0.0)
    return Memory(resident, proportional)


def _family(pid: int, stats: Mapping[int, _Stat]) -> list[int]:
    children: dict[int, list[int]] = {}
    for number, stat in stats.items():
        children.setdefault(stat.parent, []).append(number)
    found, waiting = [], [pid] if pid in stats else []
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def _stats() -> dict[int, _Stat]:
    found = {}
    for entry in _PROC.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        # The name in brackets may hold anything; what follows its last bracket is plain: state, parent, ….
        fields = text.rpartition(")")[2].split()
        found[int(entry.name)] = _Stat(int(fields[1]), sum(map(int, fields[11:15])))
    return found
