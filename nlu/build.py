"""Makes Rasa's training data and domain out of what trainers own (``data/``), into ``nlu/build/``.

What is written by hand for Rasa stands in ``nlu/domain/``, ``nlu/data/`` and ``nlu/responses.yml``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import yaml

from nlu import corpus
from nlu.corpus import DATA, Corpus, Yaml, read_yaml
from nlu.labels import FALLBACK, FOLLOW_UPS, PERHAPS_EMERGENCY, follow_up_intent, topic_intent

HERE: Final = Path(__file__).resolve().parent
BUILD: Final = HERE / "build"
CONFIG: Final = HERE / "config.yml"
"""Rasa's configuration: the pipeline and the policies."""

_HOTLINE: Final = re.compile(r"\{hotline:([^}]+)\}")
_SPECIAL_RULES: Final = {"hotlines": "action_hotlines"}
"""Topics that another action than ``action_answer_topic`` answers."""


def build(target: Path = BUILD, data: Path = DATA, here: Path = HERE) -> Corpus:
    """Write ``domain/`` and ``data/`` anew into ``target``, and return what is trained on."""
    made = corpus.read(data)
    shutil.rmtree(target, ignore_errors=True)
    (target / "domain").mkdir(parents=True)
    (target / "data").mkdir()
    for source in sorted((here / "domain").glob("*.yml")):
        shutil.copyfile(source, target / "domain" / source.name)
    for source in sorted((here / "data").glob("*.yml")):
        shutil.copyfile(source, target / "data" / source.name)
    write_yaml(target / "domain" / "intents.yml", {"intents": [*made.phrases, FALLBACK, PERHAPS_EMERGENCY]})
    write_yaml(target / "domain" / "responses.yml", {"responses": responses(data, here)})
    (target / "data" / "nlu.yml").write_text(nlu_yaml(made), encoding="utf-8")
    write_yaml(target / "data" / "topic_rules.yml", {"rules": rules(made.topics)})
    return made


def nlu_yaml(made: Corpus) -> str:
    """Rasa's training phrases, in literal blocks: its parser reads quoted ones far more slowly."""
    lines = ['version: "3.1"', "nlu:"]
    for intent in made.phrases:
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in made.texts(intent))]
    return "\n".join(lines) + "\n"


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


def write_yaml(path: Path, content: Yaml) -> None:
    """Write one of Rasa's files."""
    text = yaml.safe_dump({"version": "3.1", **content}, allow_unicode=True, sort_keys=False, width=1_000)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    built = build()
    print(print(f"{len(built.asked())} phrases and {len(built.evidence())} lines of pages in {BUILD}"))
