"""What the wording of a tip goes with: category, urgency, how many it concerns, hearsay, our purpose.

Five linear models over words and concepts (``backend/text/linear.py``), learned by ``antam triage --train``
from ``data/tips``. They add to the rules of the guard and of triage and are asked by them alone. Pure.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from backend.text.danger import evidence_in
from backend.text.datafiles import data_folder
from backend.text.linear import Features, LinearModel, word_features
from backend.text.words import SENTENCE_END, sentences
from backend.tips.concepts import danger_signs_of, signs_of

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
_WORDS_OF_A_PART: Final = 20
_FEWEST_WORDS: Final = 8
"""Words that a part has at least: fewer tell too little by themselves."""


def features_of(text_words: list[str]) -> Features:
    """What the models weigh: words, pairs of words, concepts and pairs of concepts, signs of danger."""
    weighed = text_words[:_MOST_WORDS]
    return word_features(weighed, [*signs_of(weighed), *evidence_in(weighed)])


def urgency_features_of(text_words: list[str]) -> Features:
    """The same, with what somebody in danger speaks of."""
    weighed = text_words[:_MOST_WORDS]
    evidence = evidence_in(weighed)
    return word_features(weighed, [*signs_of(weighed), *evidence, *danger_signs_of(weighed, evidence)])


def purpose_shares(features: Features) -> dict[str, float]:
    """The probability of ``accepted`` and of each reason to refuse."""
    return _model(PURPOSE_MODEL).shares(features)


def category_shares(features: Features) -> dict[str, float]:
    """The probability of each tip category by the wording."""
    return _model(CATEGORY_MODEL).shares(features)


def urgent_share(text_words: list[str]) -> float:
    """How probable it is by the wording that somebody is in danger now."""
    return _model(URGENCY_MODEL).shares(urgency_features_of(text_words))[URGENT]


def most_urgent_part(text_words: list[str]) -> float:
    """The same of the most urgent few sentences: a cry for help may stand between a price and an account."""
    read = list(sentences(text_words[:_MOST_WORDS]))
    if len(read) == 1:
        return 0
    return max((urgent_share(part) for part in _parts(read) if len(part) >= _FEWEST_WORDS), default=0)


def _parts(read: list[list[str]]) -> Iterator[list[str]]:
    """From each sentence on as many as make a part; none that another part holds."""
    ended = 0
    for start in range(len(read)):
        part, end = list(read[start]), start + 1
        while end < len(read) and len(part) + len(read[end]) < _WORDS_OF_A_PART:
            part += [SENTENCE_END, *read[end]]
            end += 1
        if end > ended:
            yield part
        ended = end


def many_share(features: Features) -> float:
    """How probable it is by the wording that many are harmed or that it is organised."""
    return _model(SCALE_MODEL).shares(features)[MANY]


def hearsay_share(features: Features) -> float:
    """How probable it is by the wording that nothing but hearsay is told."""
    return _model(SOURCE_MODEL).shares(features)[HEARSAY]


@cache
def _model(name: str) -> LinearModel:
    return LinearModel.load(data_folder() / name, MADE_BY)
