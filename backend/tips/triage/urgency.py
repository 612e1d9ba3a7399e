"""How urgent a tip is, and why. Each reason has a priority of its own; the most urgent decides.

So adding a reason can never make a tip less urgent. Only what is told as hearsay, and nothing else, is P4.
"""

from dataclasses import dataclass
from typing import Final

from backend.text.danger import Danger
from backend.text.identifiers import Identifier
from backend.tips.triage.evidence import TriageWords
from backend.tips.triage.types import Category, Priority

LARGE_LOSS: Final = 500_000_000
"""Đồng in one tip from which a loss is large."""
_GRAVE: Final = frozenset({"debt_violence", "trafficking"})
_OVER_BY_NOW: Final = frozenset({"violence_now", "held", "medical", "trafficking"})
_POINTS_TO_SOMEBODY: Final = frozenset(
    {"phone", "bank_account", "url", "zalo", "facebook", "vehicle_plate", "app"}
)


@dataclass(frozen=True)
class Facts:
    """What is known of a tip when its urgency is judged."""

    words: list[str]
    category: Category
    named: Category | None
    """The category that the words name, if they name one."""
    answer: str
    """What the reporter said of danger."""
    danger: Danger | None
    """What the words show of danger."""
    identifiers: tuple[Identifier, ...]
    details: bool
    """A place, a time or a person was given apart from the story."""


def urgency(facts: Facts, evidence: TriageWords) -> tuple[Priority, tuple[str, ...]]:
    """The priority of a tip and the codes of its reasons, the most urgent first."""
    grave, serious = _danger_reasons(facts, evidence), _serious_reasons(facts, evidence)
    if grave:
        return "P1", (*grave, *serious)
    if serious:
        return "P2", serious
    return _ordinary(facts, evidence)


def _danger_reasons(facts: Facts, evidence: TriageWords) -> tuple[str, ...]:
    told = (f"danger_{facts.answer}",) if facts.answer in ("now", "soon") else ()
    danger = facts.danger
    if danger is None or not danger.imminent or _is_over(facts.words, evidence, danger):
        return told
    return (*told, f"danger_text_{danger.kind}")


def _is_over(text_words: list[str], evidence: TriageWords, danger: Danger) -> bool:
    """Told as past, and nothing says that it goes on."""
    return (
        danger.kind in _OVER_BY_NOW
        and evidence.has("past", text_words)
        and not evidence.has("still_going", text_words)
    )


def _serious_reasons(facts: Facts, evidence: TriageWords) -> tuple[str, ...]:
    threatened = facts.danger is not None and not facts.danger.imminent
    was_violent = facts.danger is not None and facts.danger.imminent
    found = {
        f"category_{facts.category}": facts.category in _GRAVE,
        "past_violence": was_violent or evidence.has("violence_over", facts.words),
        "threat": threatened or evidence.has("threat", facts.words),
        "many_victims": evidence.victims(facts.words),
        "active_ring": evidence.has("ring", facts.words),
        "large_loss": any(one.type == "amount" and int(one.value) >= LARGE_LOSS for one in facts.identifiers),
    }
    return tuple(reason for reason, applies in found.items() if applies)


def _ordinary(facts: Facts, evidence: TriageWords) -> tuple[Priority, tuple[str, ...]]:
    if any(one.type in _POINTS_TO_SOMEBODY and not one.own for one in facts.identifiers):
        return "P3", ("identifier",)
    concrete = facts.details or any(evidence.has(sign, facts.words) for sign in ("detail", "first_person"))
    if not concrete and not facts.identifiers and evidence.has("vague", facts.words):
        return "P4", ("vague",)
    return "P3", ("specific_case" if concrete or facts.named is not None else "unclear",)
