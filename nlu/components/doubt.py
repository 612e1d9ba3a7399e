"""Decides from the ranking whether to answer, to offer two candidates, or to ask: never pretends to be sure.

Stands after the classifier. The ranking stays as it was, so the actions know which two labels to offer; only
a danger that the rules of ``data/danger.yml`` read in the text moves ``emergency`` up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from backend.text.danger import Danger, danger_told, evidence_in, prepare
from backend.text.marks import mostly_marked
from backend.text.words import words
from nlu.components.forms import EVIDENCE, MAX_CHARACTERS
from nlu.labels import (
    CLOSE,
    DOUBTS,
    EMERGENCY,
    FALLBACK,
    FOLLOW_UP_PREFIX,
    OUT_OF_SCOPE,
    PERHAPS_EMERGENCY,
    UNSURE,
)

AFTER_TOPIC: Final = "after_topic"
"""Key of a message's metadata: the conversation has a last topic."""
DOUBT: Final = "doubt"
"""Key of the reading: ``close`` or ``unsure``; absent when there is an answer."""
DEFAULTS: Final = {"sure": 0.5, "together": 0.5, "lead": 0.15, "emergency": 0.07, "emergency_in_doubt": 0.02}
IMMINENT: Final = 50.0
"""So many times oftener do the rules see danger in an emergency than in another message (measured)."""
THREAT: Final = 3.0
"""The same for a threat without a time, which more often belongs to a topic."""
LEAST: Final = 0.55
"""The chance of an emergency that the rules saw, whatever the classifier thinks."""
IMMINENT_WITHOUT_MARKS: Final = 20.0
"""As ``IMMINENT`` for a text without diacritics, where "that" may be "thắt" and "xiu" be "xỉu".

There the classifier, which has learned such texts, is not overruled (measured on phrases it had not seen: two
fifths fewer false alarms, no emergency more missed).
"""
SMALLEST: Final = 0.001
"""The chance of a label that the ranking does not name."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Doubt(IntentClassifier, GraphComponent):
    """Replaces the intent by ``nlu_fallback`` when the ranking carries no answer."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A classifier comes before it."""
        return [IntentClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Probabilities from 0 to 1; see :func:`decision`."""
        return dict(DEFAULTS)

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the thresholds."""
        self._thresholds = {name: float(config.get(name, value)) for name, value in DEFAULTS.items()}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Doubt:
        """A component with thresholds and nothing to learn."""
        prepare()
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide for each message."""
        for message in messages:
            ranking = [(each["name"], each["confidence"]) for each in message.get(INTENT_RANKING_KEY) or []]
            if not ranking:
                continue
            evidence = message.get(EVIDENCE)
            if evidence is None:
                evidence = evidence_in(words(message.get(TEXT) or "", MAX_CHARACTERS))
            danger = danger_told(evidence)
            if danger:
                marked = mostly_marked(words(message.get(TEXT) or "", MAX_CHARACTERS))
                ranking = warned(ranking, danger, marked=marked)
                named = [{"name": label, "confidence": chance} for label, chance in ranking]
                message.set(INTENT_RANKING_KEY, named, add_to_output=True)
                message.set(INTENT, named[0], add_to_output=True)
            after_topic = bool((message.get("metadata") or {}).get(AFTER_TOPIC))
            chosen = decision(ranking, after_topic=after_topic, **self._thresholds)
            if chosen in DOUBTS:
                unsure = {"name": FALLBACK, "confidence": 1 - ranking[0][1]}
                message.set(INTENT, unsure, add_to_output=True)
                message.set(DOUBT, chosen, add_to_output=True)
            elif chosen == PERHAPS_EMERGENCY:
                perhaps = {"name": chosen, "confidence": dict(ranking)[EMERGENCY]}
                message.set(INTENT, perhaps, add_to_output=True)
                message.set(DOUBT, UNSURE, add_to_output=True)
            elif chosen != ranking[0][0]:
                confidence = dict(ranking)[chosen]
                message.set(INTENT, {"name": chosen, "confidence": confidence}, add_to_output=True)
        return messages


def warned(
    ranking: Sequence[tuple[str, float]], danger: Danger, *, marked: bool = True
) -> list[tuple[str, float]]:
    """The ranking with what the rules saw: a threat is evidence, an imminent danger decides.

    The chances are weighed as Bayes does, so a danger that the classifier sees too becomes nearly certain.
    ``marked``: the text was typed with its diacritics; without them no rule decides alone.
    """
    before = min(max(dict(ranking).get(EMERGENCY, 0.0), SMALLEST), 1 - SMALLEST)
    weight = (IMMINENT if marked else IMMINENT_WITHOUT_MARKS) if danger.imminent else THREAT
    after = before * weight / (before * weight + 1 - before)
    if danger.imminent and marked:
        after = max(after, LEAST)
    others = [(label, chance * (1 - after) / (1 - before)) for label, chance in ranking if label != EMERGENCY]
    return sorted([(EMERGENCY, after), *others], key=lambda each: -each[1])[: max(len(ranking), 1)]


def decision(
    ranking: Sequence[tuple[str, float]],
    *,
    sure: float,
    together: float,
    lead: float,
    emergency: float,
    emergency_in_doubt: float,
    after_topic: bool = False,
) -> str:
    """The intent to act on, or the kind of doubt.

    A question about "the last topic" counts without one only when it is surely that.

    - ``emergency`` when it is ``sure``; ``emergency_perhaps``, which leaves the other candidates beside the
      numbers to call, as soon as it is as likely as ``emergency`` says, or ``emergency_in_doubt`` where no
      label is acted on: a needless number harms less than a missed cry for help;
    - the first label when it is at least ``sure`` and at least ``lead`` ahead of the second;
    - ``close`` when the first two are at least ``together`` likely between them;
    - ``out_of_scope`` when it leads without being sure: nothing is offered against it;
    - ``unsure`` otherwise.
    """
    first, chance = ranking[0]
    if not after_topic and not (first.startswith(FOLLOW_UP_PREFIX) and chance >= sure):
        ranking = [each for each in ranking if not each[0].startswith(FOLLOW_UP_PREFIX)] or ranking
    danger = dict(ranking).get(EMERGENCY, 0.0)
    if danger >= sure:
        return EMERGENCY
    if danger >= emergency:
        return PERHAPS_EMERGENCY
    chosen = _without_danger(ranking, sure=sure, together=together, lead=lead)
    return PERHAPS_EMERGENCY if chosen in DOUBTS and danger >= emergency_in_doubt else chosen


def _without_danger(
    ranking: Sequence[tuple[str, float]], *, sure: float, together: float, lead: float
) -> str:
    first, chance = ranking[0]
    second_chance = ranking[1][1] if len(ranking) > 1 else 0.0
    if chance >= sure and chance - second_chance >= lead:
        return first
    if first == OUT_OF_SCOPE:
        return OUT_OF_SCOPE if chance >= sure else UNSURE
    second = ranking[1][0] if len(ranking) > 1 else OUT_OF_SCOPE
    return CLOSE if chance + second_chance >= together and second != OUT_OF_SCOPE else UNSURE
