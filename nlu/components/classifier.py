"""The intent classifier as a Rasa component: trains, stores and asks :mod:`nlu.components.linear_model`.

The lexicon it was trained with is stored inside the model, so a changed lexicon takes effect with the next
training and never meets weights that do not know it.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any, Final

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from backend.text import danger
from backend.text.lexicon import Lexicon
from nlu.components.forms import EVIDENCE, Forms, concept_finder
from nlu.components.linear_model import LinearModel, Ranking
from nlu.labels import EMERGENCY, OUT_OF_SCOPE
from nlu.stopwatch import lap

logger = logging.getLogger(__name__)

LEXICON_FILE: Final = "lexicon.yml"
LEXICON: Final = "lexicon"
RANKING_LENGTH: Final = "ranking_length"
RECIPE: Final = "recipe"
FEWEST_DIGITS: Final = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VietnameseClassifier(IntentClassifier, GraphComponent):
    """What did the worker mean? Gives every message an intent and a calibrated ranking."""

    @classmethod
    def required_components(cls) -> list[type]:
        """A tokenizer comes before it."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """For training; reading needs numpy alone."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The lexicon's path (from the project's root), how long a ranking is told, changes to the recipe."""
        return {LEXICON: "data/lexicon.yml", RANKING_LENGTH: 10, RECIPE: {}}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        """A component that is not trained yet has no model."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._concepts = concept_finder(lexicon) if lexicon else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseClassifier:
        """A new, untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from the phrases and store the model with its lexicon."""
        # Only training needs scikit-learn; a server starts sooner without it.
        from nlu.components.fitting import Recipe, train

        lap("Rasa's reading and checks")
        path = Path(self._config[LEXICON])
        self._concepts = concept_finder(Lexicon.load(path))
        phrases = [
            (example.get(TEXT), example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT) and example.get(INTENT)
        ]
        self._model = train(phrases, self._concepts, Recipe(**self._config[RECIPE]))
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
            shutil.copyfile(path, folder / LEXICON_FILE)
        lap("classifier stored")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> VietnameseClassifier:
        """A trained component.

        Raises:
            ValueError, OSError: the model archive holds no such model; Rasa then refuses to start.
        """
        with model_storage.read_from(resource) as folder:
            model = LinearModel.load(folder)
            lexicon = Lexicon.load(folder / LEXICON_FILE)
        danger.prepare()
        return cls(config, model_storage, resource, model, lexicon)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent`` and ``intent_ranking``, likeliest first, and the evidence for what comes after."""
        if self._model is None or self._concepts is None:
            raise RuntimeError("The classifier was not trained.")
        for message in messages:
            text = message.get(TEXT) or ""
            if means_something(text):
                forms = Forms.of(text, self._concepts)
                message.set(EVIDENCE, forms.concepts)
                ranking = self._model.ranking_of(forms)
            else:
                ranking = [(OUT_OF_SCOPE, 0.0)]
            named = [
                {"name": label, "confidence": confidence}
                for label, confidence in told(ranking, self._config[RANKING_LENGTH])
            ]
            message.set(INTENT, named[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, named, add_to_output=True)
        return messages


def told(ranking: Ranking, length: int) -> Ranking:
    """The likeliest labels, and last the emergency wherever it stood: what decides must know its chance."""
    return ranking[:length] + [each for each in ranking[length:] if each[0] == EMERGENCY]


def means_something(text: str) -> bool:
    """Whether there is a letter, or digits enough for a telephone number: an emoji or "1" tells nothing."""
    return any(char.isalpha() for char in text) or sum(char.isdigit() for char in text) >= FEWEST_DIGITS
