"""Writes what receipts under attack cost as ``docs/reports/receipts-<date>.md``, a part a test."""

import math
import os
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from backend.kit.settings import ROOT

_FOLDER: Final = ROOT / "docs" / "reports"
_HEAD: Final = """\
# Receipts under attack

Written by `make test-long` (`tests/backend/tips/test_receipt_timing.py`) against a backend on a port, with
Argon2id as in operation (64 MiB, 3 passes, 4 lanes).
"""


@dataclass(frozen=True)
class Comparison:
    """Two sets of times, and how far one can be told from the other by a single time."""

    right: Sequence[float]
    wrong: Sequence[float]

    @property
    def difference(self) -> float:
        """Median of the wrong minus median of the right, in seconds."""
        return statistics.median(self.wrong) - statistics.median(self.right)

    @property
    def noise(self) -> float:
        """Two standard errors of ``difference``, by the order statistics of each median."""
        return 2 * math.hypot(*(_median_error(times) for times in (self.right, self.wrong)))

    @property
    def auc(self) -> float:
        """The chance that a wrong receipt took longer than a right one: 0.5 where time tells nothing."""
        ranked = sorted([(time, 0) for time in self.right] + [(time, 1) for time in self.wrong])
        ranks = sum(rank for rank, (_, wrong) in enumerate(ranked, 1) if wrong)
        many = len(self.wrong)
        return (ranks - many * (many + 1) / 2) / (many * len(self.right))

    @property
    def auc_noise(self) -> float:
        """Two standard errors of ``auc`` where both sets come from one distribution (Mann-Whitney)."""
        one, other = len(self.right), len(self.wrong)
        return 2 * math.sqrt((one + other + 1) / (12 * one * other))


def _median_error(times: Sequence[float]) -> float:
    ordered, many = sorted(times), len(times)
    reach = math.sqrt(many) / 2
    low, high = ordered[int(many / 2 - reach)], ordered[min(many - 1, int(many / 2 + reach))]
    return (high - low) / 2


def write(title: str, text: str) -> Path:
    """Put the part ``title`` into the report of today, in the place of an earlier one."""
    day = datetime.now(UTC).date()
    path = _FOLDER / f"receipts-{day}.md"
    known = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    known = re.sub(rf"\n## {re.escape(title)}\n.*?(?=\n## |\Z)", "", known, flags=re.DOTALL)
    machine = f"Run on {day}; machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end."
    path.write_text(f"{known.rstrip()}\n\n## {title}\n\n{machine}\n\n{text.strip()}\n", encoding="utf-8")
    return path
