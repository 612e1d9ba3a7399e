"""Triage of one tip: deterministic and explainable. It never drops a tip: what is unclear is P3."""

from typing import Final

from backend.text.danger import danger_in
from backend.text.identifiers import identifiers_in
from backend.text.words import words
from backend.tips.learned import features_of
from backend.tips.triage.category import category_of, named_category
from backend.tips.triage.evidence import read_sentences, triage_words
from backend.tips.triage.types import CATEGORIES, Category, Desk, TriageInput, TriageResult
from backend.tips.triage.urgency import Facts, urgency

MAX_TEXT: Final = 70_000
"""Characters of a tip that are read: more than a whole one may have."""
_BOTH: Final[tuple[Desk, ...]] = ("union", "police")


def triage(tip: TriageInput) -> TriageResult:
    """Category, priority, desks and reasons of a tip."""
    text = "\n".join(part for part in (tip.story, tip.place, tip.when, tip.who) if part)
    evidence = triage_words()
    text_words = evidence.patterns["harmless"].without(words(text, MAX_TEXT))
    read = read_sentences(text_words)
    features = features_of(text_words)
    chosen: Category = next((one for one in CATEGORIES if one == tip.category), "other_crime")
    named = named_category(text_words, read, features, evidence)
    category = category_of(chosen, named)
    facts = Facts(
        words=text_words,
        read=read,
        category=category,
        named=named,
        answer=tip.danger,
        danger=danger_in(text, MAX_TEXT),
        features=features,
        identifiers=identifiers_in(text).found,
        details=bool(tip.place or tip.when or tip.who),
    )
    priority, reasons = urgency(facts, evidence)
    about = _about_officers(text_words)
    changed = ("category_changed",) if chosen not in (category, "other_crime") else ()
    union_alone = ("union_alone",) if category == "labour_violation" else ()
    return TriageResult(
        category=category,
        priority=priority,
        desks=_desks(category, tip.readers, about),
        reasons=(*reasons, *changed, *union_alone, *about),
    )


def _about_officers(text_words: list[str]) -> tuple[str, ...]:
    """``about_police``, ``about_union``: the tip is about an officer, so the local desk is passed by."""
    evidence = triage_words()
    told = read_sentences(evidence.patterns["fake_police"].without(text_words))
    return tuple(code for code in ("about_police", "about_union") if evidence.has(code, told))


def _desks(category: Category, readers: tuple[str, ...], about: tuple[str, ...]) -> tuple[Desk, ...]:
    """What triage suggests: within the reporter's choice, and not the desk that the tip is about."""
    if category == "labour_violation":
        return ("union",)
    chosen = tuple(desk for desk in _BOTH if desk in readers) or _BOTH
    return tuple(desk for desk in chosen if f"about_{desk}" not in about) or chosen
