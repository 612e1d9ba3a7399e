"""What the wording of a tip goes with: category, urgency, how many it concerns, hearsay, our purpose.

Five linear models over words and concepts (``backend/text/linear.py``), learned by ``antam triage --train``
from ``data/tips``. They add to the rules of the guard and of triage and are asked by them alone. Pure.
"""

from functools import cache
from typing import Final

from backend.text.danger import evidence_in
from backend.text.datafiles import data_folder
from backend.text.linear import Features, LinearModel, word_features
from backend.tips.concepts import signs_of

ACCEPTED: Final = "accepted"
PURPOSE_MODEL: Final = "tips/purpose_model.json"
CATEGORY_MODEL: Final = "tips/category_model.json"
URGENCY_MODEL: Final = "tips/urgency_model.json"
SCALE_MODEL: Final = "tips/scale_model.json"
SOURCE_MODEL: Final = "tips/source_model.json"
URGENT: Final = "urgent"
MANY: Final = "many"
HEARSAY: Final = "hearsay"
MADE_BY: Final = "antam triage --train"
_MOST_WORDS: Final = 1_500
"""Words of one tip that are weighed: more than four thousand characters have."""


def features_of(text_words: list[str]) -> Features:
    """What the models weigh: words, pairs of words, concepts and pairs of concepts, signs of danger."""
    weighed = text_words[:_MOST_WORDS]
    return word_features(weighed, [*signs_of(weighed), *evidence_in(weighed)])


def purpose_shares(features: Features) -> dict[str, float]:
    """The probability of ``accepted`` and of each reason to refuse."""
    return _model(PURPOSE_MODEL).shares(features)


def category_shares(features: Features) -> dict[str, float]:
    """The probability of each tip category by the wording."""
    return _model(CATEGORY_MODEL).shares(features)


def urgent_share(features: Features) -> float:
    """How probable it is by the wording that somebody is in danger now."""
    return _model(URGENCY_MODEL).shares(features)[URGENT]


def many_share(features: Features) -> float:
    """How probable it is by the wording that many are harmed or that it is organised."""
    return _model(SCALE_MODEL).shares(features)[MANY]


def hearsay_share(features: Features) -> float:
    """How probable it is by the wording that nothing but hearsay is told."""
    return _model(SOURCE_MODEL).shares(features)[HEARSAY]


@cache
def _model(name: str) -> LinearModel:
    return LinearModel.load(data_folder() / name, MADE_BY)
