"""Finds the topics nearest to what a worker wrote, without Rasa: by names, summaries, red flags and texts.

Pure: an index is built from topics and asked with a text. It is the way out when the understanding is silent,
so it rather answers nothing than something far off. It keeps nothing of what it is asked.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from backend.knowledge.content.document import Topic
from backend.text.normalize import fold, tokens
from backend.text.teencode import expand

Concepts = Callable[[str], list[str]]
"""The lexicon's concepts in a folded text."""

_GRAM = 4
_FIELDS = (
    ("title", 3.0),
    ("aliases", 3.0),
    ("title_en", 2.0),
    ("summary", 1.5),
    ("signs", 1.0),
    ("answer", 0.7),
    ("how", 0.5),
)
"""What is looked at, and how much a word there counts."""
_KINDS = {"w": 1.0, "p": 1.4, "c": 0.35, "k": 1.5}
"""Weight of each kind of feature: word, pair of words, character n-gram, concept."""
_WHOLE_NAME = 0.6
"""What it adds when a title or an alias stands in the text word for word (times its share of rareness)."""
_LEAST = 0.06
"""Below this score nothing is near."""


@dataclass(frozen=True)
class Hit:
    """A topic and how near it is, from 0 to 1."""

    topic_id: str
    score: float


class TopicIndex:
    """The topics' features, weighted by how rare each is among them."""

    def __init__(self, topics: Mapping[str, Topic], concepts: Concepts) -> None:
        self._concepts = concepts
        counts = {topic_id: self._of_topic(topic) for topic_id, topic in topics.items()}
        spread = Counter(feature for features in counts.values() for feature in features)
        self._rareness = {feature: math.log(1 + len(counts) / found) for feature, found in spread.items()}
        self._postings: dict[str, list[tuple[str, float]]] = {}
        for topic_id, features in counts.items():
            weights = self._weighted(features)
            length = _length(weights.values())
            for feature, weight in weights.items():
                self._postings.setdefault(feature, []).append((topic_id, weight / length))
        self._names = {topic_id: _names(topic) for topic_id, topic in topics.items()}

    def search(self, text: str, limit: int = 3) -> list[Hit]:
        """The nearest topics, best first; none when nothing is near or the text has no words."""
        words = _words(text)
        if not words:
            return []
        weights = self._weighted(_features(words, self._concepts))
        length = _length(weights.values())
        scores: dict[str, float] = {}
        for feature, weight in weights.items():
            for topic_id, of_topic in self._postings.get(feature, ()):
                scores[topic_id] = scores.get(topic_id, 0.0) + weight / length * of_topic
        for topic_id, names in self._names.items():
            if named := self._named(words, names):
                scores[topic_id] = scores.get(topic_id, 0.0) + _WHOLE_NAME * named
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        return [
            Hit(topic_id, round(min(score, 1.0), 4)) for topic_id, score in ranked[:limit] if score >= _LEAST
        ]

    def _of_topic(self, topic: Topic) -> dict[str, float]:
        features: dict[str, float] = {}
        for name, weight in _FIELDS:
            value = getattr(topic, name)
            for text in value if isinstance(value, tuple) else value.split("\n"):
                for feature, count in _features(_words(text), self._concepts).items():
                    features[feature] = features.get(feature, 0.0) + weight * count
        return features

    def _weighted(self, features: Mapping[str, float]) -> dict[str, float]:
        return {
            feature: _KINDS[feature[0]] * self._rareness[feature] * (1 + math.log(max(count, 1.0)))
            for feature, count in features.items()
            if feature in self._rareness
        }

    def _named(self, words: list[str], names: Iterable[tuple[str, ...]]) -> float:
        """0 to 1: how telling the most telling name is that stands in the text as a whole."""
        best = 0.0
        for name in names:
            if _stands_in(name, words):
                rareness = [self._rareness.get(f"w{word}", 0.0) for word in name]
                share = sum(rareness) / (sum(rareness) + 4.0)
                best = max(best, share + 0.25 * (len(name) == len(words)))
        return min(best, 1.0)


def _words(text: str) -> list[str]:
    return expand(tokens(fold(text)))


def _features(words: list[str], concepts: Concepts) -> Counter[str]:
    """Features and their counts: ``w`` words, ``p`` pairs of words, ``c`` n-grams, ``k`` concepts."""
    joined = " ".join(words)
    features = Counter(f"w{word}" for word in words)
    features.update(f"p{first} {second}" for first, second in pairwise(words))
    features.update(f"c{joined[start : start + _GRAM]}" for start in range(len(joined) - _GRAM + 1))
    features.update(f"k{concept}" for concept in concepts(joined))
    return features


def _names(topic: Topic) -> tuple[tuple[str, ...], ...]:
    named = {tuple(_words(name)) for name in (topic.title, topic.title_en, *topic.aliases)}
    return tuple(sorted(name for name in named if name))


def _stands_in(name: tuple[str, ...], words: list[str]) -> bool:
    size = len(name)
    return any(tuple(words[start : start + size]) == name for start in range(len(words) - size + 1))


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights)) or 1.0
