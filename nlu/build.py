"""Makes Rasa's training data and domain out of what trainers own (``data/``), into ``nlu/build/``.

A topic needs no code: its file in ``data/knowledge/`` or its phrases in ``data/examples/`` are enough. What
is written by hand for Rasa stands in ``nlu/domain/``, ``nlu/data/`` and ``nlu/responses.yml``.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from backend.text.normalize import normalise
from nlu.labels import FALLBACK, FOLLOW_UPS, follow_up_intent, topic_intent

ROOT: Final = Path(__file__).resolve().parents[1]
HERE: Final = ROOT / "nlu"
BUILD: Final = HERE / "build"

_HOTLINE: Final = re.compile(r"\{hotline:([^}]+)\}")
_RASA_MARKUP: Final = re.compile(r"[\[\]{}()]")
_SPECIAL_RULES: Final = {"hotlines": "action_hotlines"}
"""Topics that another action than ``action_answer_topic`` answers."""

Yaml = dict[str, Any]


@dataclass(frozen=True)
class Training:
    """The phrases of every intent, as Rasa names them."""

    phrases: dict[str, list[str]]
    topics: list[str]

    def pairs(self) -> list[tuple[str, str]]:
        """All phrases as ``(text, intent)``."""
        return [(phrase, intent) for intent, own in self.phrases.items() for phrase in own]


def training(data: Path = ROOT / "data") -> Training:
    """Everything that is trained on: examples, titles and aliases, or else a topic's line in the taxonomy."""
    taxonomy = read_yaml(data / "taxonomy.yml")
    pages = {path.stem: front_matter(path) for path in sorted((data / "knowledge").glob("*.md"))}
    topics = sorted({*taxonomy["topics"], *pages})
    phrases: dict[str, list[str]] = {}
    for topic in topics:
        page = pages.get(topic, {})
        names = [page["title"], *page.get("aliases", [])] if page else []
        if not names:
            names = taxonomy["topics"].get(topic, "").split(",")
        phrases[topic_intent(topic)] = _distinct([*examples(data, topic), *names])
    for intent, description in taxonomy["intents"].items():
        phrases[intent] = _distinct(examples(data, intent) or description.split(","))
    for section in FOLLOW_UPS:
        phrases[follow_up_intent(section)] = _distinct(examples(data, follow_up_intent(section)))
    return Training(unambiguous(phrases), topics)


def unambiguous(phrases: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without the phrases that stand under several labels: they teach none ("file apk", "gọi số nào")."""
    owners = Counter(phrase.lower() for own in phrases.values() for phrase in own)
    return {
        intent: [phrase for phrase in own if owners[phrase.lower()] == 1] or own
        for intent, own in phrases.items()
    }


def build(target: Path = BUILD, data: Path = ROOT / "data", here: Path = HERE) -> Training:
    """Write ``domain/`` and ``data/`` anew into ``target``, and return what is trained on."""
    made = training(data)
    shutil.rmtree(target, ignore_errors=True)
    (target / "domain").mkdir(parents=True)
    (target / "data").mkdir()
    for source in sorted((here / "domain").glob("*.yml")):
        shutil.copyfile(source, target / "domain" / source.name)
    for source in sorted((here / "data").glob("*.yml")):
        shutil.copyfile(source, target / "data" / source.name)
    write_yaml(target / "domain" / "intents.yml", {"intents": [*made.phrases, FALLBACK]})
    write_yaml(target / "domain" / "responses.yml", {"responses": responses(data, here)})
    write_yaml(
        target / "data" / "nlu.yml",
        {"nlu": [{"intent": intent, "examples": _lines(own)} for intent, own in made.phrases.items() if own]},
    )
    write_yaml(target / "data" / "topic_rules.yml", {"rules": rules(made.topics)})
    return made


def rules(topics: list[str]) -> list[Yaml]:
    """One rule a topic, one a section that can be asked for afterwards."""
    answers = [(topic_intent(topic), _SPECIAL_RULES.get(topic, "action_answer_topic")) for topic in topics]
    follow_ups = [(follow_up_intent(section), "action_follow_up") for section in FOLLOW_UPS]
    return [
        {"rule": f"{intent} is answered", "steps": [{"intent": intent}, {"action": action}]}
        for intent, action in [*answers, *follow_ups]
    ]


def responses(data: Path, here: Path) -> Yaml:
    """Rasa's responses: Vietnamese, and English for the channel ``antam_en``."""
    phrases = read_yaml(data / "phrases" / "dialogue.yml")
    titles = read_yaml(data / "phrases" / "actions.yml")
    numbers = {str(key): str(line["number"]) for key, line in read_yaml(data / "hotlines.yml").items()}

    def variation(entry: Yaml, language: str) -> Yaml:
        made: Yaml = {}
        if entry.get("phrase"):
            made["text"] = _HOTLINE.sub(
                lambda found: numbers[found.group(1)], phrases[entry["phrase"]][language]
            )
        if entry.get("buttons"):
            made["buttons"] = [
                {"title": titles[f"button.{intent}"][language], "payload": f"/{intent}"}
                for intent in entry["buttons"]
            ]
        if entry.get("custom"):
            made["custom"] = entry["custom"]
        return made

    return {
        f"utter_{name}": [variation(entry, "vi"), {**variation(entry, "en"), "channel": "antam_en"}]
        for name, entry in read_yaml(here / "responses.yml").items()
    }


def examples(data: Path, label: str) -> list[str]:
    """The phrases of ``data/examples/<label>.txt``; none when there is no such file."""
    path = data / "examples" / f"{label}.txt"
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def front_matter(path: Path) -> Yaml:
    """The block at the top of a topic's file; empty when it cannot be read (its linter says why)."""
    parts = path.read_text(encoding="utf-8").split("---\n", 2)
    try:
        found = yaml.safe_load(parts[1]) if len(parts) == 3 else {}
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) and found.get("title") else {}


def read_yaml(path: Path) -> Yaml:
    """A YAML file with an object at its top."""
    found: Yaml = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def write_yaml(path: Path, content: Yaml) -> None:
    """Write one of Rasa's files."""
    text = yaml.safe_dump({"version": "3.1", **content}, allow_unicode=True, sort_keys=False, width=1_000)
    path.write_text(text, encoding="utf-8")


def _distinct(phrases: Any) -> list[str]:
    """Phrases without Rasa's markup characters, each spelling once, in order."""
    seen: dict[str, str] = {}
    for phrase in phrases:
        plain = normalise(_RASA_MARKUP.sub(" ", str(phrase))).lstrip("/- ")
        if plain:
            seen.setdefault(plain.lower(), plain)
    return list(seen.values())


def _lines(phrases: list[str]) -> str:
    return "".join(f"- {phrase}\n" for phrase in phrases)


if __name__ == "__main__":
    built = build()
    print(f"{sum(map(len, built.phrases.values()))} phrases of {len(built.phrases)} labels in {BUILD}")
