"""Which language a worker wants to go on in; the switch itself is the bot's."""

import unicodedata
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import Language
from actions.speaking import Turn

NAMES: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("english", "tieng anh", "eng"),
    "vi": ("vietnamese", "tieng viet", "viet nam", "viet"),
}
"""What the languages are called, without diacritics."""


def wanted_language(text: str, present: Language) -> Language:
    """The language that ``text`` names; the other one when it names none or both."""
    marks = unicodedata.normalize("NFD", text.lower())
    plain = "".join(char if char.isalnum() else " " for char in marks if not unicodedata.combining(char))
    words = f" {' '.join(plain.split())} "
    named = [language for language, names in NAMES.items() if any(f" {name} " in words for name in names)]
    if len(named) == 1:
        return named[0]
    return "vi" if present == "en" else "en"


class SwitchLanguage(Action):  # type: ignore[misc]  # rasa-sdk carries no types
    """Tells the bot which language to go on in."""

    def name(self) -> str:
        return "action_switch_language"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Rasa's entry."""
        turn = Turn.of(tracker)
        language = wanted_language("" if turn.is_button else turn.text, turn.language)
        dispatcher.utter_message(json_message={"do": "language", "lang": language})
        return []
