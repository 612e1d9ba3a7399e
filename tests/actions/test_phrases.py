"""The phrases that the actions say are there, in both languages, and short enough for a phone."""

import yaml

from actions.phrases import Phrases
from actions.replies import AFTER_ANSWER, NEVER_OFFERED, STARTING_POINTS
from backend.kit.settings import ROOT

PHRASES = ROOT / "data" / "phrases"
ENTRIES: dict[str, dict[str, str]] = yaml.safe_load((PHRASES / "actions.yml").read_text(encoding="utf-8"))
DIALOGUE: dict[str, dict[str, str]] = yaml.safe_load((PHRASES / "dialogue.yml").read_text(encoding="utf-8"))


def test_every_phrase_is_there_in_both_languages_and_short() -> None:
    for key, entry in {**ENTRIES, **DIALOGUE}.items():
        assert set(entry) == {"vi", "en"}, key
        longest = 30 if key.startswith("button.") else 600
        assert all(0 < len(text) <= longest for text in entry.values()), key


def test_every_intent_that_can_be_offered_has_a_button() -> None:
    taxonomy = yaml.safe_load((ROOT / "data" / "taxonomy.yml").read_text(encoding="utf-8"))
    phrases = Phrases.load(PHRASES / "actions.yml")
    offered = {*taxonomy["intents"], *STARTING_POINTS, *(f"followup_{section}" for section in AFTER_ANSWER)}
    assert [intent for intent in offered - NEVER_OFFERED if phrases.button(intent, "vi") is None] == []
