"""What is trained on, read from what trainers own (``data/``). Only reads files, and knows no Rasa format.

A topic needs no code: its file in ``data/knowledge/`` or its phrases in ``data/examples/`` are enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from backend.text.normalize import normalise
from backend.text.yaml_files import parsed
from nlu.labels import FOLLOW_UPS, follow_up_intent, topic_intent

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "data"

TELLING_PARTS: Final = frozenset({"Trả lời", "Nó hoạt động thế nào", "Dấu hiệu nhận biết"})
"""The parts of a page whose lines are like what workers tell; law and advice sound alike everywhere."""

_HEADING: Final = re.compile(r"^# (.+)$")
_BULLET: Final = re.compile(r"^(?:-|\d+\.)\s+")
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}")
_RASA_MARKUP: Final = re.compile(r"[\[\]{}()]")
_FEWEST_CHARACTERS: Final = 12

Yaml = dict[str, Any]


@dataclass(frozen=True)
class Corpus:
    """The texts of every intent, as Rasa names them."""

    phrases: dict[str, list[str]]
    """What people write: examples, and what a topic is called."""
    pages: dict[str, list[str]] = field(default_factory=dict)
    """What the topics' pages say: further evidence, never asked in a report."""
    topics: list[str] = field(default_factory=list)

    def asked(self) -> list[tuple[str, str]]:
        """The phrases as ``(text, intent)``."""
        return _pairs(self.phrases)

    def evidence(self) -> list[tuple[str, str]]:
        """The lines of the pages as ``(text, intent)``."""
        return _pairs(self.pages)

    def texts(self, intent: str) -> list[str]:
        """Everything that is trained on for one intent."""
        return [*self.phrases[intent], *self.pages.get(intent, [])]


def read(data: Path = DATA) -> Corpus:
    """Examples, titles, aliases and pages. A topic that has neither gets its line in the taxonomy."""
    taxonomy = read_yaml(data / "taxonomy.yml")
    files = {
        path.stem: path.read_text(encoding="utf-8") for path in sorted((data / "knowledge").glob("*.md"))
    }
    topics = sorted({*taxonomy["topics"], *files})
    phrases: dict[str, list[str]] = {}
    pages: dict[str, list[str]] = {}
    for topic in topics:
        intent = topic_intent(topic)
        front = front_matter(files.get(topic, ""))
        names = [front["title"], *front.get("aliases", [])] if front else []
        described = taxonomy["topics"].get(topic, "").split(",")
        phrases[intent] = distinct([*examples(data, topic), *(names or described)])
        if front:
            pages[intent] = distinct([front.get("summary", ""), *telling_lines(files[topic])])
    for intent, description in taxonomy["intents"].items():
        phrases[intent] = distinct(examples(data, intent) or description.split(","))
    for section in FOLLOW_UPS:
        phrases[follow_up_intent(section)] = distinct(examples(data, follow_up_intent(section)))
    settled = unambiguous({intent: [*own, *pages.get(intent, [])] for intent, own in phrases.items()})
    return Corpus(_within(phrases, settled), _within(pages, settled), topics)


def examples(data: Path, label: str) -> list[str]:
    """The phrases of ``data/examples/<label>.txt``; none when there is no such file."""
    path = data / "examples" / f"{label}.txt"
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def front_matter(page: str) -> Yaml:
    """The block at the top of a topic's page; empty when it cannot be read (its linter says why)."""
    parts = page.split("---\n", 2)
    try:
        found = yaml.safe_load(parts[1]) if len(parts) == 3 else {}
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) and found.get("title") else {}


def telling_lines(page: str) -> list[str]:
    """The lines of the parts that tell how a thing looks and works, without bullets and hotlines."""
    heading, found = "", []
    for line in page.split("---\n", 2)[-1].splitlines():
        if match := _HEADING.match(line):
            heading = match.group(1).strip()
        elif heading in TELLING_PARTS:
            plain = _PLACEHOLDER.sub("", _BULLET.sub("", line.strip()))
            if len(plain) >= _FEWEST_CHARACTERS:
                found.append(plain)
    return found


def unambiguous(phrases: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Without the phrases that stand under several labels: they teach none ("file apk", "gọi số nào")."""
    owners = Counter(phrase.lower() for own in phrases.values() for phrase in own)
    return {
        intent: [phrase for phrase in own if owners[phrase.lower()] == 1] or own
        for intent, own in phrases.items()
    }


def distinct(phrases: Iterable[object]) -> list[str]:
    """Phrases without Rasa's markup characters, each spelling once, in order."""
    seen: dict[str, str] = {}
    for phrase in phrases:
        plain = normalise(_RASA_MARKUP.sub(" ", str(phrase))).lstrip("/- ")
        if plain:
            seen.setdefault(plain.lower(), plain)
    return list(seen.values())


def read_yaml(path: Path) -> Yaml:
    """A YAML file with an object at its top."""
    found: Yaml = parsed(path.read_text(encoding="utf-8"))
    return found


def _within(texts: Mapping[str, list[str]], settled: Mapping[str, list[str]]) -> dict[str, list[str]]:
    kept = {intent: set(own) for intent, own in settled.items()}
    return {intent: [text for text in own if text in kept[intent]] for intent, own in texts.items()}


def _pairs(texts: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(text, intent) for intent, own in texts.items() for text in own]
