"""Rasa's tokens on normalised text: one spelling for every way of typing Vietnamese letters.

The classifier makes its own features from the whole text (disguised words such as "t1en" cross token
borders); the tokens serve Rasa's other components, its default pipeline among them when both are compared.
"""

from __future__ import annotations

import re
from typing import Any, Final

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from backend.text.normalize import fold, normalise

TOKENS_FOR_TRAINING: Final = "tokens_for_training"
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+\w*|\w+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits a message into lower-case words; a token's lemma is its folded form."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Intents are never split; there is no token pattern; training phrases get tokens."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            TOKENS_FOR_TRAINING: True,
        }

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Tokens for every phrase, unless nothing that is trained after this looks at them."""
        if self._config[TOKENS_FOR_TRAINING]:
            return super().process_training_data(training_data)
        return training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The words of one attribute, in order, placed in its normalised text."""
        text = message.get(attribute)
        line = normalise(text).lower()
        words = _WORD.findall(line) or [line or text]
        tokens, position = [], 0
        for word in words:
            start = max(line.find(word, position), position)
            position = start + len(word)
            tokens.append(Token(word, start, position, lemma=fold(word) or word))
        return tokens
