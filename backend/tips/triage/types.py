"""What triage is given and what it says."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Category = Literal[
    "illegal_lending",
    "debt_violence",
    "online_fraud",
    "recruitment_fraud",
    "trafficking",
    "document_retention",
    "gambling_ring",
    "drug_dealing",
    "labour_violation",
    "other_crime",
]
"""``tip_categories`` of data/taxonomy.yml."""
Priority = Literal["P1", "P2", "P3", "P4"]
Desk = Literal["union", "police"]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
PRIORITIES: Final[tuple[Priority, ...]] = get_args(Priority)


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
    """``desks``: what triage would suggest; ``reasons``: codes, explained in data/phrases/triage.yml."""

    category: Category
    priority: Priority
    desks: tuple[Desk, ...]
    reasons: tuple[str, ...]
