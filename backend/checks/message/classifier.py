"""A small linear model that has read many messages: how much the wording looks like a scam, and which one.

It weighs words and pairs of words (accents, numbers and addresses levelled) and the ideas in them
(``classifier_ideas``); all is a sum of weights, so what it finds can be shown. The weights are learned from
``data/messages`` by ``antam message --train`` and stand in a file; nothing learns from what workers send.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, sqrt
from typing import Final

from backend.checks.message.classifier_ideas import ideas_of
from backend.checks.message.domains import Link, links_in, on_platform, owner_of
from backend.checks.message.quoting import own_words
from backend.text.datafiles import DataFileError, data_folder
from backend.text.identifiers.view import View, view
from backend.text.normalize import strip_marks
from backend.text.words import SENTENCE_END, words

MODEL: Final = "checks/message_model.json"
MAX_CHARACTERS: Final = 10_000
_MAX_FEATURES: Final = 2_000
"""Different features of one text that are weighed: more than a thousand words have."""
_FEW_FEATURES: Final = 16
"""Eight words: a shorter text says less, and is not made louder."""
_PHONE: Final = re.compile(r"(?:0|84)\d{8,10}")
_MONEY: Final = re.compile(r"\d[\d.,]*(?:k|tr|trieu|cu|lit|chai|xi|ty|ngan|nghin|d|vnd|dong|usd)\d*")
_OFFICIAL, _SHARED, _UNKNOWN = "linkchinhthuc", "linkchung", "linkla"
LINK_WORDS: Final = (_OFFICIAL, _SHARED, _UNKNOWN)
"""What links are read as."""


@dataclass(frozen=True)
class Reading:
    """A text as the check reads it: its view for links and numbers, and its words without the links."""

    text: str
    seen: View
    links: tuple[Link, ...]
    words: list[str]

    @classmethod
    def of(cls, text: str) -> "Reading":
        """Read at most ``MAX_CHARACTERS`` of a text, without what it only quotes to warn of it."""
        text = own_words(text[:MAX_CHARACTERS], MAX_CHARACTERS)
        seen = view(text, MAX_CHARACTERS)
        links = tuple(links_in(seen))
        return cls(text, seen, links, _words(text, seen, links))

    @property
    def has_little_to_read(self) -> bool:
        """True for a bare link or number: hardly a word beside it."""
        return sum(1 for word in self.words if word.isalpha() and not word.startswith("link")) < 4


@dataclass(frozen=True)
class Model:
    """``bias + signals·S + wording·W + ideas·I`` are the log-odds of a scam: of signs, words and ideas."""

    made_from: str
    bias: float
    signals: float
    wording: float
    ideas: float
    offset: float
    """Added to what words and ideas say, so that the two balance at nothing."""
    word_weights: dict[str, float]
    idea_weights: dict[str, float]
    tactics: dict[str, dict[str, float]]

    @classmethod
    def load(cls) -> "Model":
        """The model that is in use. Raises ``DataFileError`` when its file is missing or broken."""
        try:
            return cls(**json.loads((data_folder() / MODEL).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise DataFileError(f"{MODEL} is missing or broken: run `antam message --train`") from error

    def reads(self, text_words: list[str]) -> tuple[float, list[str]]:
        """Log-odds by words and ideas, and the words that speak the loudest on the side they take."""
        parts = _weighed(features_of(text_words), self.word_weights)
        by_ideas = sum(part for part, _ in _weighed(ideas_of(text_words), self.idea_weights))
        total = self.offset + self.wording * sum(part for part, _ in parts) + self.ideas * by_ideas
        same_side = sorted((part for part in parts if part[0] * total > 0), key=lambda part: -abs(part[0]))
        return total, [one for _, one in same_side[:4]]

    def tactic_scores(self, text_words: list[str]) -> dict[str, float]:
        """How well words and ideas go with each topic."""
        features = {**features_of(text_words), **ideas_of(text_words)}
        return {
            topic: sum(part for part, _ in _weighed(features, weights))
            for topic, weights in self.tactics.items()
        }


def _weighed(features: dict[str, float], weights: dict[str, float]) -> list[tuple[float, str]]:
    return [(weights[one] * value, one) for one, value in features.items() if one in weights]


@cache
def model() -> Model:
    """The model, read once."""
    return Model.load()


def features_of(text_words: Iterable[str]) -> dict[str, float]:
    """Words and pairs of words, each once, scaled so that a long text does not shout."""
    shaped = [_shape(strip_marks(word)) for word in text_words if word != SENTENCE_END]
    found = dict.fromkeys([*shaped, *(f"{one} {other}" for one, other in pairwise(shaped))])
    kept = list(found)[:_MAX_FEATURES]
    return dict.fromkeys(kept, 1 / sqrt(max(len(kept), _FEW_FEATURES)))


def probability(log_odds: float) -> float:
    """Between 0 and 1; far values without overflow."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, log_odds))))


def _words(text: str, seen: View, links: tuple[Link, ...]) -> list[str]:
    """The words with each link as one word that says what kind it is, and per cent signs apart."""
    parts, end = [], 0
    for link in links:
        start, after = seen.span(link.start, link.end)
        parts += [text[end:start], f" {_kind(link)} "]
        end = after
    plain = "".join([*parts, text[end:]])
    return words(plain.replace("%", " % ").replace("\uff05", " % "), MAX_CHARACTERS)


def _kind(link: Link) -> str:
    if on_platform(link.host):
        return _SHARED
    return _OFFICIAL if owner_of(link.host) is not None else _UNKNOWN


def _shape(word: str) -> str:
    """Numbers by their kind, so that "500k" teaches about "2tr" too."""
    if not word[0].isdigit():
        return word
    if _PHONE.fullmatch(word):
        return "#phone"
    return "#money" if _MONEY.fullmatch(word) else "#number"
