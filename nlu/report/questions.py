"""What is asked: the project's held-out set, or phrases held back out of the training data."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.text.yaml_files import parsed
from nlu.components.noise import without_diacritics
from nlu.corpus import DATA, ROOT, read_yaml
from nlu.labels import topic_intent

Pairs = Sequence[tuple[str, str]]
"""Texts with their intents."""
HELD_OUT_SET: Final = ROOT / "tests" / "nlu" / "heldout"
SEED: Final = 20261121
ONE_IN: Final = 5
"""One phrase in so many of each label is held back, the others are trained on."""

DIACRITICS: Final = "diacritics"
STRIPPED: Final = "diacritics, stripped"
STYLES: Final = (DIACRITICS, STRIPPED, "none", "teencode", "dialect", "long")


@dataclass(frozen=True)
class Question:
    """A phrase that was not trained on. Labels are Rasa's intents."""

    text: str
    label: str
    also: frozenset[str]
    """Other labels that are as right."""
    style: str


def held_out_set(folder: Path = HELD_OUT_SET, data: Path = DATA) -> list[Question]:
    """The set in its own order, then each of its phrases with diacritics once more without them.

    Raises:
        OSError, KeyError, yaml.YAMLError: the set is not as its README says.
    """
    topics = set(read_yaml(data / "taxonomy.yml")["topics"])

    def intent(label: str) -> str:
        return topic_intent(label) if label in topics else label

    written = [
        Question(
            entry["text"],
            intent(path.stem),
            frozenset(intent(label) for label in entry.get("also", ())),
            entry["style"],
        )
        for path in sorted(folder.glob("*.yml"))
        for entry in parsed(path.read_text(encoding="utf-8"))
    ]
    stripped = [
        Question(without_diacritics(each.text), each.label, each.also, STRIPPED)
        for each in written
        if each.style == DIACRITICS
    ]
    return written + stripped


def part(pairs: Pairs, share: float, seed: int = SEED) -> list[tuple[str, str]]:
    """That share of the phrases of each label, at least one; a smaller part lies within every larger one."""
    kept: list[tuple[str, str]] = []
    for label, texts in _shuffled(pairs, seed).items():
        kept += [(text, label) for text in texts[: max(round(len(texts) * share), 1)]]
    return kept


def split(pairs: Pairs, seed: int = SEED) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Phrases to train on and phrases to ask, the same share of every label."""
    kept: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    for label, texts in _shuffled(pairs, seed).items():
        number = len(texts) // ONE_IN
        asked += [(text, label) for text in texts[:number]]
        kept += [(text, label) for text in texts[number:]]
    return kept, asked


def _shuffled(pairs: Pairs, seed: int) -> dict[str, list[str]]:
    """The texts of each label in an order that the seed decides."""
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    by_label: dict[str, list[str]] = {}
    for text, label in pairs:
        by_label.setdefault(label, []).append(text)
    return {label: chance.sample(texts, len(texts)) for label, texts in by_label.items()}
