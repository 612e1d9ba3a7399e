"""The learning curve: what the same recipe understands when it has seen only a part of the phrases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.classifier import told
from nlu.components.doubt import Doubt
from nlu.components.fitting import Recipe, train
from nlu.components.forms import EVIDENCE, Concepts, Forms
from nlu.components.linear_model import LinearModel
from nlu.corpus import Corpus
from nlu.report.asking import reading
from nlu.report.measures import Reading
from nlu.report.questions import Question, part

PARTS: Final = (1 / 8, 1 / 4, 1 / 2)
"""Shares of the phrases of each label; the whole is the live model itself."""
LONGEST: Final = 10
"""As many labels of a ranking are kept as the pipeline tells."""


def learned_from(share: float, corpus: Corpus, concepts: Concepts) -> LinearModel:
    """A model of that share of the phrases of each label; the topics' pages are always there."""
    return train([*part(corpus.asked(), share), *corpus.evidence()], concepts, Recipe())


def readings_of(model: LinearModel, questions: Sequence[Question], concepts: Concepts) -> list[Reading]:
    """What a model takes the questions for, and what the pipeline's last component then decides."""
    doubt = Doubt({})
    made = []
    for question in questions:
        forms = Forms.of(question.text, concepts)
        ranking = told(model.ranking_of(forms), LONGEST)
        named = [{"name": label, "confidence": chance} for label, chance in ranking]
        message = Message(
            {TEXT: question.text, INTENT: named[0], INTENT_RANKING_KEY: named, EVIDENCE: forms.concepts}
        )
        (decided,) = doubt.process([message])
        after = [(each["name"], each["confidence"]) for each in decided.get(INTENT_RANKING_KEY)]
        made.append(reading(question, after, decided.get(INTENT)["name"]))
    return made
