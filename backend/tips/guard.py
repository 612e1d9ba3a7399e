"""The purpose guard: recognises, before anything is stored, what this channel never accepts.

An Tâm protects workers from lenders, fraudsters, traffickers and violent collectors; it is not a tool to
watch workers. Strikes and union organising, political opinion, posts about the union or the state, who uses
drugs and private life are refused. A crime told in the same text wins, and so does a person in danger.
Pure: the rules stand in ``data/guard.yml``, and nothing of the text is kept.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, cast, get_args

from backend.text.danger import danger_in
from backend.text.datafiles import DataFileError, data_folder, read_mapping
from backend.text.patterns import Patterns
from backend.text.words import words

Why = Literal["union_organising", "political", "online_opinion", "drug_user", "private_life"]

MAX_TEXT: Final = 70_000
"""Characters that are read: more than a whole story may have."""
_FILE: Final = "guard.yml"


@dataclass(frozen=True)
class GuardResult:
    """``why`` is a code when ``out_of_purpose``; ``labour_dispute`` points to the union's help lines."""

    out_of_purpose: bool
    why: Why | None = None
    labour_dispute: bool = False


def guard(text: str) -> GuardResult:
    """Judge one text. Crime content wins over what surrounds it."""
    rules = _rules()
    typed = rules.harmless.without(words(text, MAX_TEXT))
    why = next((why for why, patterns in rules.refused.items() if patterns.search(typed)), None)
    labour = bool(rules.labour.search(typed))
    if why is None or rules.crime.search(typed) or danger_in(text, MAX_TEXT):
        return GuardResult(False, labour_dispute=labour)
    if rules.employer_wrong.search(typed):
        return GuardResult(False, labour_dispute=True)
    return GuardResult(True, why, labour_dispute=labour)


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
