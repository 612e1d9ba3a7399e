"""The rules: what raises a tip's priority, and where it would go."""

from backend.tips.triage.types import TriageInput, TriageResult


def triage(tip: TriageInput) -> TriageResult:
    """Category, priority and reasons of a tip. What is unclear is P3; nothing is ever dropped."""
    priority, reasons = "P3", ["specific_case"]
    if tip.danger == "now":
        priority, reasons = "P1", ["danger_now"]
    elif tip.danger == "soon":
        priority, reasons = "P1", ["danger_soon"]
    elif tip.category in ("debt_violence", "trafficking"):
        priority, reasons = "P2", [f"category_{tip.category}"]
    desks = ("union",) if tip.category == "labour_violation" else ("union", "police")
    return TriageResult(tip.category, priority, desks, tuple(reasons))
