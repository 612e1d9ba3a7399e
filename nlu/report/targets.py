"""What understanding was to reach, held against what was measured. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.report.measures import Reading, alarms, borders, share
from nlu.report.questions import DIACRITICS, STRIPPED


@dataclass(frozen=True)
class Figures:
    """The figures that targets are about. Memory is in MB; the rival's are None when it was left out."""

    readings: Sequence[Reading]
    danger: Sequence[bool]
    live_seconds: float
    milliseconds: float
    memory: float
    rival_milliseconds: float | None
    rival_memory: float | None


@dataclass(frozen=True)
class Verdict:
    """One target."""

    what: str
    aim: str
    measured: str
    met: bool


def verdicts(figures: Figures) -> list[Verdict]:
    """Each target in the order in which it was set."""
    readings = figures.readings
    marked = _first(readings, DIACRITICS)
    three = share([each for each in readings if each.style == DIACRITICS], lambda each: each.is_within(3))
    own = [each for each in readings if each.style != STRIPPED]
    edge = borders(own)
    # Every emergency counts, the stripped ones too: people in danger do not look for marks.
    missed = alarms(readings, figures.danger).missed_by_both
    found = [
        Verdict("right first, with diacritics", "≥ 85 %", _percent(marked), marked >= 0.85),
        Verdict("within three, with diacritics", "≥ 95 %", _percent(three), three >= 0.95),
        _less("the same phrases stripped", marked - _first(readings, STRIPPED), 1),
        _less("other phrases without diacritics", marked - _first(readings, "none"), 1),
        _less("teencode", marked - _first(readings, "teencode"), 4),
        Verdict(
            "out of scope not answered as a topic",
            "≥ 90 %",
            _percent(1 - edge.answered),
            edge.answered <= 0.1,
        ),
        Verdict("real questions refused", "≤ 3 %", _percent(edge.refused), edge.refused <= 0.03),
        Verdict("emergencies missed by classifier and rules", "0", str(missed), missed == 0),
        Verdict(
            "order to train → live model",
            "< 120 s",
            f"{figures.live_seconds:.0f} s",
            figures.live_seconds < 120,
        ),
    ]
    if figures.rival_milliseconds:
        speed = figures.milliseconds / figures.rival_milliseconds
        found.append(
            Verdict("parse p50 beside the default pipeline's", "≤ 50 %", _percent(speed), speed <= 0.5)
        )
    if figures.rival_memory:
        memory = figures.memory / figures.rival_memory
        found.append(
            Verdict("memory beside the default pipeline's", "≤ 70 %", _percent(memory), memory <= 0.7)
        )
    return found


def _first(readings: Sequence[Reading], style: str) -> float:
    return share([each for each in readings if each.style == style], Reading.is_first)


def _less(what: str, loss: float, most: int) -> Verdict:
    """A loss against diacritics, which may be at most so many points; a loss of exactly that is allowed."""
    return Verdict(f"{what}: points less", f"≤ {most}", f"{loss * 100:.1f}", loss * 100 <= most + 1e-9)


def _percent(part: float) -> str:
    return f"{part * 100:.1f} %"
