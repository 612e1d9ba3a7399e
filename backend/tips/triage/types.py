"""What triage is given and what it says."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TriageInput:
    """A tip in the reporter's words, with the answers they chose."""

    category: str
    story: str
    place: str | None = None
    when: str | None = None
    who: str | None = None
    danger: str = "unknown"
    """``now``, ``soon``, ``no`` or ``unknown``: is anyone in danger?"""
    readers: tuple[str, ...] = ("union", "police")


@dataclass(frozen=True)
class TriageResult:
    """``desks``: what triage would suggest; ``reasons``: codes with a sentence each in data/phrases/triage.yml."""

    category: str
    priority: str
    desks: tuple[str, ...]
    reasons: tuple[str, ...]
