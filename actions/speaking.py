"""What every action of ours shares: reading the turn, saying a reply, staying silent when something fails."""

import logging
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import Backend, Language, Silent
from actions.phrases import Phrases
from actions.replies import Reply

logger = logging.getLogger(__name__)

LAST_TOPIC: Final = "last_topic"


@dataclass(frozen=True)
class Turn:
    """What Rasa says about the worker's last message."""

    intent: str
    ranking: list[tuple[str, float]]
    language: Language
    last_topic: str | None
    doubt: str | None
    """``close`` or ``unsure`` when no label is acted on."""
    text: str

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        """Read Rasa's tracker."""
        message = tracker.latest_message
        ranking = [
            (str(each["name"]), float(each["confidence"])) for each in message.get("intent_ranking") or []
        ]
        english = (message.get("metadata") or {}).get("lang") == "en"
        return cls(
            intent=str((message.get("intent") or {}).get("name") or ""),
            ranking=ranking,
            language="en" if english else "vi",
            doubt=message.get("doubt"),
            last_topic=tracker.get_slot(LAST_TOPIC),
            text=str(message.get("text") or ""),
        )


class SpeakingAction(Action):  # type: ignore[misc]  # rasa-sdk carries no types
    """An action that decides on a reply. Whatever goes wrong, it says nothing and the bot falls back."""

    def __init__(self, backend: Backend, phrases: Phrases) -> None:
        self.backend = backend
        self.phrases = phrases

    @abstractmethod
    async def reply(self, turn: Turn) -> Reply:
        """What to say. Raises ``Silent`` when the backend does not answer."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Rasa's entry."""
        try:
            reply = await self.reply(Turn.of(tracker))
        except Silent:
            logger.warning("%s stays silent: the backend did not answer.", self.name())
            return []
        except Exception as error:  # a traceback could show what the worker wrote
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            return []
        buttons = [{"title": button.title, "payload": button.payload} for button in reply.buttons]
        dispatcher.utter_message(text=reply.text, buttons=buttons)
        return [SlotSet(LAST_TOPIC, reply.about)] if reply.about else []
