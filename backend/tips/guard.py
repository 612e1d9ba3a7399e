"""The purpose guard: recognises, before anything is stored, what this channel never accepts.

An Tâm protects workers from lenders, fraudsters, traffickers and violent collectors; it is not a tool to
watch workers. Strikes and union organising, political opinion, posts about the union or the state, who uses
drugs and private life are refused. A crime told in the same text wins, and so does a person in danger.
Rules (``data/guard.yml``) and what such wording goes with (``learned``) judge together: a rule is believed
unless the wording speaks against it, and the wording alone refuses when it is clear. Within a tip that was
accepted it does not: whom the tip is about lives, drinks and prays like others. Pure; nothing of the text is
kept.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, cast, get_args

from backend.text.danger import danger_in
from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.linear import Features
from backend.text.patterns import Patterns
from backend.text.words import words
from backend.tips.learned import ACCEPTED, features_of, purpose_shares, urgent_share

Why = Literal["union_organising", "political", "online_opinion", "drug_user", "private_life"]

MAX_TEXT: Final = 70_000
"""Characters that are read: more than a whole story may have."""
_FILE: Final = "guard.yml"
_LIKELY: Final = 0.15
"""From here a rule's word is taken: below it, such wording is nearly always a tip."""
_SURE: Final = 0.45
"""From here the wording alone refuses."""
_SURE_OF_ANYTHING: Final = 0.7
"""The same, where no word tells what it is about: a bare name is nobody's secret."""
_WHERE_HARM_IS_TOLD: Final = 0.15
"""So much surer must it be where harm is spoken of: a tip refused is worse than a word too many kept."""
_BEYOND_DOUBT: Final = 0.9
"""From here a word of danger without any word of harm is something else ("bỏ đói", "xuống tóc")."""
_DESPITE_A_CRIME: Final = 0.97
"""From here a word of crime is only part of what somebody says or thinks ("chê cán bộ ăn chặn")."""
_IN_DANGER: Final = 0.95
"""From here the wording is that of somebody in danger, and no wording refuses it."""
_HARM: Final = "#harm"
_SUBJECTS: Final = frozenset({"#private", "#freedom", "#drug", "#drug_use"})
"""What most of what is refused speaks of."""


_FEWEST_WORDS: Final = 5
_NEVER: Final = 2.0


@dataclass(frozen=True)
class GuardResult:
    """``why`` is a code when ``out_of_purpose``; ``labour_dispute`` points to the union's help lines."""

    out_of_purpose: bool
    why: Why | None = None
    labour_dispute: bool = False


def guard(text: str, *, within_a_tip: bool = False) -> GuardResult:
    """Judge one text. Crime content wins over what surrounds it.

    Args:
        within_a_tip: it adds to a tip that was accepted ("he has a black hat and sits in the café"), so only
            what a rule names is refused.
    """
    rules = _rules()
    read = words(text, MAX_TEXT)
    typed = rules.harmless.without(read)
    labour = bool(rules.labour.search(typed))
    features = features_of(read)
    shares = purpose_shares(features)
    doubt = 1 - shares[ACCEPTED]
    named = next((why for why, patterns in rules.refused.items() if patterns.search(typed)), None)
    if within_a_tip and named is None:
        return GuardResult(False, labour_dispute=labour)
    if doubt < _least_doubt(read, features, named):
        return GuardResult(False, labour_dispute=labour)
    if doubt < _DESPITE_A_CRIME and rules.crime.search(typed):
        return GuardResult(False, labour_dispute=labour)
    if (_HARM in features or doubt < _BEYOND_DOUBT) and danger_in(text, MAX_TEXT):
        return GuardResult(False, labour_dispute=labour)
    if named is None and urgent_share(read) >= _IN_DANGER:
        return GuardResult(False, labour_dispute=labour)
    if rules.employer_wrong.search(typed):
        return GuardResult(False, labour_dispute=True)
    likeliest = max(rules.refused, key=shares.__getitem__)
    return GuardResult(True, named or likeliest, labour_dispute=labour)


def _least_doubt(read: list[str], features: Features, named: Why | None) -> float:
    """How sure it must be that the wording is of what is refused; more than sure when too little is said."""
    more = _WHERE_HARM_IS_TOLD if _HARM in features else 0
    if named is not None:
        return _LIKELY + more
    if len(read) < _FEWEST_WORDS:
        return _NEVER
    return (_SURE_OF_ANYTHING if features.keys().isdisjoint(_SUBJECTS) else _SURE) + more


@dataclass(frozen=True)
class _Rules:
    harmless: Patterns
    crime: Patterns
    employer_wrong: Patterns
    labour: Patterns
    refused: dict[Why, Patterns]


@cache
def _rules() -> _Rules:
    content = read_mapping(data_folder() / _FILE)
    try:
        lists: dict[str, list[str]] = content["lists"]
        refused = {cast(Why, why): Patterns(found, lists) for why, found in content["refused"].items()}
        rules = _Rules(
            harmless=Patterns(content["harmless"], lists),
            crime=Patterns(content["crime"], lists),
            employer_wrong=Patterns(content["employer_wrong"], lists),
            labour=Patterns(content["labour"], lists),
            refused=refused,
        )
    except KeyError as error:
        raise DataFileError(f"{_FILE} lacks {error.args[0]}") from error
    if set(refused) - set(get_args(Why)):
        raise DataFileError(f"{_FILE}: a reason to refuse has no name in the code")
    return rules
