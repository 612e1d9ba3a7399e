"""What the wording of a tip goes with: a category, urgency, and whether the channel accepts it.

Three linear models over words and concepts (``backend/text/linear.py``), learned by ``antam triage --train``
from ``data/tips``. They add to the rules of the guard and of triage and are asked by them alone. Pure.
"""

from functools import cache
from typing import Final

from backend.text.datafiles import data_folder
from backend.text.linear import Features, LinearModel, word_features
from backend.tips.concepts import signs_of

ACCEPTED: Final = "accepted"
PURPOSE_MODEL: Final = "tips/purpose_model.json"
CATEGORY_MODEL: Final = "tips/category_model.json"
URGENCY_MODEL: Final = "tips/urgency_model.json"
URGENT: Final = "urgent"
MADE_BY: Final = "antam triage --train"
_MOST_WORDS: Final = 1_500
"""Words of one tip that are weighed: more than four thousand characters have."""


def features_of(text_words: list[str]) -> Features:
    """What the models weigh: words, pairs of words, concepts and pairs of concepts."""
    weighed = text_words[:_MOST_WORDS]
    return word_features(weighed, signs_of(weighed))


def purpose_shares(features: Features) -> dict[str, float]:
    """The probability of ``accepted`` and of each reason to refuse."""
    return _model(PURPOSE_MODEL).shares(features)


def category_shares(features: Features) -> dict[str, float]:
    """The probability of each tip category by the wording."""
    return _model(CATEGORY_MODEL).shares(features)


def urgent_share(features: Features) -> float:
    """How probable it is by the wording that somebody is in danger now."""
    return _model(URGENCY_MODEL).shares(features)[URGENT]


@cache
def _model(name: str) -> LinearModel:
    return LinearModel.load(data_folder() / name, MADE_BY)
