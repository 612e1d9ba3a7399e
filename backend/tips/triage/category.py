"""Which category a tip's words name. What the reporter chose stands unless the words say something graver."""

from collections.abc import Sequence
from math import log
from typing import Final

from backend.text.linear import Features
from backend.text.pattern_parts import Sentence
from backend.tips.learned import category_shares
from backend.tips.triage.evidence import TriageWords
from backend.tips.triage.types import CATEGORIES, Category

_STRONG: Final = 3
_A_STRONG_WORD: Final = 1.2
"""Log-odds that a telling word adds to what the wording goes with."""
_MOST_STRONG: Final = 2
_BY_RULES: Final = 1.0
"""Log-odds for the category that the rules name."""
_UNLIKELY: Final = 1e-4
_CLEAR: Final = 0.5
"""The least share at which the wording alone names a category."""
_CLEAR_WITH_HARM: Final = 0.2
"""The same, where harm is spoken of."""
_SPOKEN_OF: Final = frozenset({"#harm", "#labour", "#drug", "#job_offer"})
_DEBT: Final = frozenset({"#lender", "#collector"})
_HARD_HAND: Final = frozenset({"#hit", "#threaten", "#shame", "#dirt", "#held", "#gang"})
_DEBT_AND_HARM: Final = 2.0
"""Log-odds for violence over a debt where both are spoken of."""
_ALSO_EMPLOYERS: Final = frozenset({"document_retention", "recruitment_fraud"})
"""What an employer does too (keeping papers, taking deposits): then it is a labour violation."""
_GRAVER: Final[dict[Category, frozenset[Category]]] = {
    "trafficking": frozenset({"illegal_lending", "recruitment_fraud", "online_fraud", "document_retention"}),
    "debt_violence": frozenset({"illegal_lending", "document_retention"}),
}
"""A graver category → the chosen ones that it replaces."""


def named_category(
    text_words: list[str], read: Sequence[Sentence], features: Features, evidence: TriageWords
) -> Category | None:
    """The category of the words, by rules and by what such wording goes with; None when nothing tells."""
    strong = {entry.category: len(entry.strong.every(text_words)) for entry in evidence.categories}
    by_rules = _by_rules(strong, text_words, read, evidence)
    shares = category_shares(features)
    clear = _CLEAR if features.keys().isdisjoint(_SPOKEN_OF) else _CLEAR_WITH_HARM
    if by_rules is None and max(shares.values()) < clear:
        return None
    violent = not features.keys().isdisjoint(_HARD_HAND) or evidence.has("threat", read)
    grave = violent and not features.keys().isdisjoint(_DEBT)

    def odds(category: Category) -> float:
        told = min(strong.get(category, 0), _MOST_STRONG) * _A_STRONG_WORD
        over_a_debt = _DEBT_AND_HARM if grave and category == "debt_violence" else 0
        ruled = _BY_RULES if category == by_rules else 0
        return log(shares[category] + _UNLIKELY) + told + over_a_debt + ruled

    return max(CATEGORIES, key=odds)


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


def _by_rules(
    strong: dict[Category, int], text_words: list[str], read: Sequence[Sentence], evidence: TriageWords
) -> Category | None:
    """The category whose words stand there most often; an employer's wrong when no crime is named."""
    scores: dict[Category, int] = {}
    for entry in evidence.categories:
        scores[entry.category] = _STRONG * strong[entry.category] or min(
            len(entry.weak.every(text_words)), _STRONG - 1
        )
    named = max(scores, key=lambda category: scores[category])
    if (scores[named] < _STRONG or named in _ALSO_EMPLOYERS) and evidence.has("labour", read):
        return "labour_violation"
    for grave, replaced in _GRAVER.items():
        if named in replaced and scores[grave] >= _STRONG:
            return grave
    return named if scores[named] else None
