"""What every action of ours shares: reading the turn, saying a reply, staying silent when something fails."""

import logging
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import Backend, Language, Silent
from actions.phrases import Phrases
from actions.replies import Asked, Reply

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
    asked: tuple[Asked, ...] = ()
    """What was asked before in this conversation, as far as it is remembered: the last one last."""

    @property
    def is_button(self) -> bool:
        """A choice was pressed; its text is the intent, and nobody wrote it."""
        return self.text.startswith("/")

    @classmethod
    def of(cls, tracker: Tracker) -> "Turn":
        """Read Rasa's tracker."""
        message = tracker.latest_message
        english = (message.get("metadata") or {}).get("lang") == "en"
        return cls(
            intent=str((message.get("intent") or {}).get("name") or ""),
            ranking=_ranking(message),
            language="en" if english else "vi",
            doubt=message.get("doubt"),
            last_topic=tracker.get_slot(LAST_TOPIC),
            text=str(message.get("text") or ""),
            asked=_asked(tracker.events)[:-1],
        )


def _asked(events: Iterable[Mapping[str, Any]]) -> tuple[Asked, ...]:
    """The messages among Rasa's events, the present one included."""
    parsed = [event.get("parse_data") or {} for event in events if event.get("event") == "user"]
    return tuple(
        Asked(str((one.get("intent") or {}).get("name") or ""), tuple(_ranking(one))) for one in parsed
    )


def _ranking(parsed: Mapping[str, Any]) -> list[tuple[str, float]]:
    return [(str(each["name"]), float(each["confidence"])) for each in parsed.get("intent_ranking") or []]


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
        if reply.instead:
            return [FollowupAction(reply.instead)]
        utter(dispatcher, reply)
        return remembered(reply)


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> None:
    """Say a reply."""
    buttons = [
        {"title": button.title, "payload": button.payload, **({"kind": "way"} if button.way else {})}
        for button in reply.buttons
    ]
    dispatcher.utter_message(text=reply.text, buttons=buttons)


def remembered(reply: Reply) -> list[dict[str, Any]]:
    """The events that keep what a reply says to remember."""
    slots = {**reply.remember, **({LAST_TOPIC: reply.about} if reply.about else {})}
    return [SlotSet(name, value) for name, value in slots.items()]
