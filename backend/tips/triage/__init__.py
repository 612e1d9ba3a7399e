"""Triage: which category, how urgent, for whom, and why. Pure and explainable; it never drops a tip."""

from backend.tips.triage.deadlines import due_at
from backend.tips.triage.rules import triage
from backend.tips.triage.types import TriageInput, TriageResult

__all__ = ["TriageInput", "TriageResult", "due_at", "triage"]
