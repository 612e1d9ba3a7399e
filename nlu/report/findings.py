"""What one run of the report has measured, and how its figures are written. Measures nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nlu.report.asking import Asked
from nlu.report.live import Live
from nlu.report.measures import Reading, Readings
from nlu.report.questions import STRIPPED
from nlu.report.rival import Rival


@dataclass(frozen=True)
class Findings:
    """Everything that one run has measured."""

    day: date
    machine: str
    phrases: int
    lines: int
    labels: int
    minutes: float
    live: Live
    ours: Asked
    danger: list[bool]
    """What the danger rules found in each question, in the questions' order."""
    taught: list[bool]
    """Whether each question also stands among the phrases that were trained on."""
    curve: dict[float, list[Reading]]
    """Readings by share of the phrases, without the whole; empty when it was left out."""
    rival: tuple[Rival, Asked] | None


def written(readings: Readings) -> list[Reading]:
    """Without the stripped ones."""
    return [each for each in readings if each.style != STRIPPED]


def group(readings: Readings, style: str) -> list[Reading]:
    """Those of one style; all that were written when it is ``all``."""
    return written(readings) if style == "all" else [each for each in readings if each.style == style]


def percent(part: float) -> str:
    """A share of 1 as "85.0 %"."""
    return f"{part * 100:.1f} %"


def points(part: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{part * 100:+.1f}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column to the left, the others to the right."""
    head = [f"| {' | '.join(titles)} |", f"|---|{'---:|' * (len(titles) - 1)}"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])
