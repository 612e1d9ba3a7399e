"""How long things take, summed up and written down. Measures nothing itself."""

import math
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """``seconds`` that each act took, and the ``whole`` time in which all of them were done."""

    what: str
    at_once: int
    seconds: Sequence[float]
    whole: float
    refused: int = 0
    """Acts that did not get the answer they should have; their times are not in ``seconds``."""

    def percentile(self, part: float) -> float:
        """The time within which ``part`` (0 to 1) of the acts were done (nearest rank)."""
        ordered = sorted(self.seconds)
        if not ordered:
            return math.nan
        return ordered[max(0, math.ceil(part * len(ordered)) - 1)]

    @property
    def rate(self) -> float:
        """Acts a second."""
        return len(self.seconds) / self.whole if self.whole else math.nan


def table(measurements: Sequence[Measurement]) -> str:
    """A Markdown table, times in milliseconds."""
    rows = [
        "| act | at once | number | p50 ms | p95 ms | longest ms | a second | refused |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one in measurements:
        p50, p95, longest = (1000 * one.percentile(part) for part in (0.5, 0.95, 1.0))
        rows.append(
            f"| {one.what} | {one.at_once} | {len(one.seconds)} | {p50:.0f} | {p95:.0f} | {longest:.0f} "
            f"| {one.rate:.1f} | {one.refused} |"
        )
    return "\n".join(rows)


def report_text(
    day: date, starts: tuple[float, float], measured: Sequence[Measurement], memory: Mapping[str, float]
) -> str:
    """The report: the machine, the first and second ``starts`` (seconds), the table, ``memory`` in MB."""
    resident = "\n".join(f"| {name} | {size:.0f} |" for name, size in memory.items())
    return "\n".join(
        (
            "# How fast An Tâm is",
            "",
            f"Measured on {day.isoformat()} by `make bench`: a house of its own with a new database, asked",
            f"through its real doors. Machine: {machine()}.",
            "",
            f"Start until everything is healthy: {starts[0]:.1f} s with an empty `var/`,",
            f"{starts[1]:.1f} s the second time.",
            "",
            table(measured),
            "",
            "Sending a tip and opening a mailbox each derive keys with Argon2id (64 MiB, 3 passes): that",
            "time is the point. Refused are acts that the limits against floods, or an error, turned away.",
            "",
            "| process | memory in use, MB |",
            "|---|---:|",
            resident,
            "",
        )
    )


def machine() -> str:
    """What the figures depend on; nothing that names this machine."""
    model = re.search(
        r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
    )
    processor = model[1] if model else platform.machine()
    python = platform.python_version()
    return f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end, Python {python}"
