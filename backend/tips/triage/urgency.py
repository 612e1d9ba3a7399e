"""How urgent a tip is, and why. Each reason has a priority of its own; the most urgent decides.

So adding a reason can never make a tip less urgent. Only what is told as hearsay is P4: nobody is named,
nothing was seen, and no danger is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.text.danger import Danger
from backend.text.identifiers import Identifier
from backend.text.linear import Features
from backend.text.pattern_parts import Sentence
from backend.tips.learned import hearsay_share, many_share, most_urgent_part, urgent_share
from backend.tips.triage.evidence import TriageWords
from backend.tips.triage.types import Category, Priority

LARGE_LOSS: Final = 500_000_000
"""Đồng in one tip from which a loss is large."""
_GRAVE: Final = frozenset({"debt_violence", "trafficking"})
_OVER_BY_NOW: Final = frozenset({"violence_now", "held", "medical", "trafficking"})
_POINTS_TO_SOMEBODY: Final = frozenset(
    {"phone", "bank_account", "url", "zalo", "facebook", "vehicle_plate", "app"}
)


_URGENT: Final = 0.1
"""The share from which the wording alone makes a tip urgent. Chosen by cross-validation: a liaison can bear
a calm tip that stands too high; nobody in danger can bear one that stands too low."""
_PART_URGENT: Final = 0.6
"""The same for the most urgent few sentences of a tip."""
_URGENT_OF_NOTHING: Final = 0.35
"""The same, where no word of danger, of a debt or of a trade in people is there."""
_OF_DANGER: Final = ("#sign_", "#danger_", "#threat_")
_OF_WHAT_MAY_HURT: Final = frozenset(
    {"#harm", "#labour", "#now", "#deadline", "#child", "#me_harmed", "#collector", "#lender", "#trafficker"}
)
_URGENT_THOUGH_NO_TIME: Final = 0.3
"""The same, where a grave threat is told without a time for it."""
_URGENT_WHENEVER: Final = 0.45
"""From here it is urgent also where a day that is over is named."""
_MANY: Final = 0.6
"""The share from which several are many, or something organised."""
_HEARSAY: Final = 0.55
"""The share from which a tip is hearsay, when it has nothing that points to somebody."""
_FORCE: Final = frozenset({"#threaten", "#shame", "#dirt", "#held", "#sold", "#gang", "#prostitution"})


@dataclass(frozen=True)
class Facts:
    """What is known of a tip when its urgency is judged."""

    words: list[str]
    read: tuple[Sentence, ...]
    """The same, sentence by sentence."""
    category: Category
    named: Category | None
    """The category that the words name, if they name one."""
    answer: str
    """What the reporter said of danger."""
    danger: Danger | None
    """What the words show of danger."""
    features: Features
    """What the wording is weighed by."""
    identifiers: tuple[Identifier, ...]
    details: bool
    """A place, a time or a person was given apart from the story."""


def urgency(facts: Facts, evidence: TriageWords) -> tuple[Priority, tuple[str, ...]]:
    """The priority of a tip and the codes of its reasons, the most urgent first."""
    grave, serious = _danger_reasons(facts, evidence), _serious_reasons(facts, evidence)
    if grave:
        return "P1", (*grave, *serious)
    if _is_hearsay(facts, evidence):
        return "P4", ("vague",)
    if serious:
        return "P2", serious
    return _ordinary(facts, evidence)


def _danger_reasons(facts: Facts, evidence: TriageWords) -> tuple[str, ...]:
    told = (f"danger_{facts.answer}",) if facts.answer in ("now", "soon") else ()
    danger = facts.danger
    if danger is not None and danger.imminent and not _is_over(facts.read, evidence, danger):
        return (*told, f"danger_text_{danger.kind}")
    if facts.category == "trafficking" and evidence.has("leaving_soon", facts.read):
        return (*told, "danger_text_trafficking")
    if _sounds_urgent(facts, evidence):
        return (*told, "danger_wording")
    return told


def _sounds_urgent(facts: Facts, evidence: TriageWords) -> bool:
    """The wording goes with what people in danger write, or violence or a sale is hours away."""
    share = urgent_share(facts.words)
    if share >= _URGENT_WHENEVER:
        return True
    if _told_as_past(facts.read, evidence):
        return False
    if evidence.has("grave_now", facts.read):
        return True
    if facts.category in _GRAVE and evidence.has("deadline", facts.read):
        return True
    return share >= _least_share(facts) or most_urgent_part(facts.words) >= _PART_URGENT


def _least_share(facts: Facts) -> float:
    if facts.danger is not None and not facts.danger.imminent:
        return _URGENT_THOUGH_NO_TIME
    if not any(sign.startswith(_OF_DANGER) or sign in _OF_WHAT_MAY_HURT for sign in facts.features):
        return _URGENT_OF_NOTHING
    return _URGENT


def _speaks_of_force(features: Features) -> bool:
    """Whether threats, shaming, gangs or people held or sold are spoken of."""
    return not features.keys().isdisjoint(_FORCE)


def _is_hearsay(facts: Facts, evidence: TriageWords) -> bool:
    """Nothing but hearsay: no telephone, no amount, no place or time, nothing that happened to the teller."""
    if facts.details or facts.identifiers or hearsay_share(facts.features) < _HEARSAY:
        return False
    return evidence.has("vague", facts.read) or not evidence.has("first_person", facts.read)


def _is_over(read: Sequence[Sentence], evidence: TriageWords, danger: Danger) -> bool:
    """Told as past, and nothing says that it goes on; a child in danger or a wish to die is never over."""
    return danger.kind in _OVER_BY_NOW and _told_as_past(read, evidence)


def _told_as_past(read: Sequence[Sentence], evidence: TriageWords) -> bool:
    return evidence.has("past", read) and not evidence.has("still_going", read)


def _serious_reasons(facts: Facts, evidence: TriageWords) -> tuple[str, ...]:
    threatened = facts.danger is not None and not facts.danger.imminent
    was_violent = facts.danger is not None and facts.danger.imminent
    found = {
        f"category_{facts.category}": facts.category in _GRAVE,
        "past_violence": was_violent or evidence.has("violence_over", facts.read),
        "threat": threatened or _speaks_of_force(facts.features) or evidence.has("threat", facts.read),
        "many_victims": evidence.victims(facts.words, facts.read)
        or (many_share(facts.features) >= _MANY and evidence.several(facts.words)),
        "active_ring": evidence.has("ring", facts.read),
        "loss_now": evidence.has("loss_now", facts.read) and not _told_as_past(facts.read, evidence),
        "large_loss": any(one.type == "amount" and int(one.value) >= LARGE_LOSS for one in facts.identifiers),
    }
    return tuple(reason for reason, applies in found.items() if applies)


def _ordinary(facts: Facts, evidence: TriageWords) -> tuple[Priority, tuple[str, ...]]:
    if any(one.type in _POINTS_TO_SOMEBODY and not one.own for one in facts.identifiers):
        return "P3", ("identifier",)
    concrete = facts.details or any(evidence.has(sign, facts.read) for sign in ("detail", "first_person"))
    if not concrete and not facts.identifiers and evidence.has("vague", facts.read):
        return "P4", ("vague",)
    return "P3", ("specific_case" if concrete or facts.named is not None else "unclear",)
