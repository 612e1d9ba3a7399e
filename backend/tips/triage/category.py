"""Which category a tip's words name. What the reporter chose stands unless the words say something graver."""

from typing import Final

from backend.tips.triage.evidence import TriageWords
from backend.tips.triage.types import Category

_STRONG: Final = 3
_ALSO_EMPLOYERS: Final = frozenset({"document_retention", "recruitment_fraud"})
"""What an employer does too (keeping papers, taking deposits): then it is a labour violation."""
_GRAVER: Final[dict[Category, frozenset[Category]]] = {
    "trafficking": frozenset({"illegal_lending", "recruitment_fraud", "online_fraud", "document_retention"}),
    "debt_violence": frozenset({"illegal_lending", "document_retention"}),
}
"""A graver category → the chosen ones that it replaces."""


def named_category(text_words: list[str], evidence: TriageWords) -> Category | None:
    """The category that the words name most often, or None; an employer's wrong when no crime is named."""
    scores: dict[Category, int] = {}
    for entry in evidence.categories:
        strong, weak = len(entry.strong.every(text_words)), len(entry.weak.every(text_words))
        scores[entry.category] = _STRONG * strong or min(weak, _STRONG - 1)
    named = max(scores, key=lambda category: scores[category])
    if (scores[named] < _STRONG or named in _ALSO_EMPLOYERS) and evidence.has("labour", text_words):
        return "labour_violation"
    for grave, replaced in _GRAVER.items():
        if named in replaced and scores[grave] >= _STRONG:
            return grave
    return named if scores[named] else None


def category_of(chosen: Category, named: Category | None) -> Category:
    """The category of a tip.

    A chosen labour violation stays one: nothing may send it to the police. Otherwise the words decide where
    the reporter chose "other", or told of something graver than they chose.
    """
    if named is None or chosen == "labour_violation":
        return chosen
    if chosen == "other_crime" or chosen in _GRAVER.get(named, frozenset()):
        return named
    return chosen
