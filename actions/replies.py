"""Which buttons stand under an answer, and which two labels are offered in doubt. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from actions.backend import Language, Topic
from actions.phrases import Phrases

TOPIC: Final = "faq_"
FOLLOW_UP: Final = "followup_"
AFTER_ANSWER: Final = ("do_now", "signs", "law", "help", "how")
"""The order in which the sections of a topic are offered."""
MOST_SECTIONS: Final = 4
MOST_RELATED: Final = 2
STARTING_POINTS: Final = ("faq_loan_shark", "faq_fake_authority", "faq_debt_terror", "faq_union_help")
"""Offered when a follow-up has no topic yet."""
NEVER_OFFERED: Final = frozenset({"out_of_scope", "chitchat", "nlu_fallback", "affirm", "deny", "thank"})
WORTH_OFFERING: Final = 0.06
"""A label less likely than this is not offered: the assistant then says that it did not understand."""


@dataclass(frozen=True)
class Button:
    """A choice; ``payload`` names an intent, so that a click needs no understanding."""

    title: str
    payload: str

    @classmethod
    def to(cls, intent: str, title: str) -> "Button":
        """The button that leads to ``intent``."""
        return cls(title, f"/{intent}")


@dataclass(frozen=True)
class Reply:
    """What an action says, and the topic that a next question is about (None leaves it as it was)."""

    text: str
    buttons: list[Button] = field(default_factory=list)
    about: str | None = None


def first_answer(topic: Topic, phrases: Phrases, language: Language) -> Reply:
    """The topic's answer, its sections as buttons, and the way to an anonymous tip."""
    buttons = _sections(topic, None, phrases, language) or _related(topic)
    return Reply(topic.answer, [*buttons, *_intents(["report_tip"], phrases, language)], topic.id)


def section_answer(topic: Topic, section_id: str, phrases: Phrases, language: Language) -> Reply:
    """One section of the topic, with the others and the related topics as buttons.

    A topic without sections (its English version has none) answers with what it has.
    """
    section = next((each for each in topic.sections if each.id == section_id), None)
    buttons = [*_sections(topic, section_id, phrases, language), *_related(topic)]
    if section is not None:
        return Reply(f"{section.title}:\n{section.text}", buttons, topic.id)
    text = phrases.say("section_missing", language) if topic.sections else topic.answer
    return Reply(text, buttons, topic.id)


def which_topic(ranking: Iterable[tuple[str, float]], phrases: Phrases, language: Language) -> Reply:
    """A follow-up without a topic: asks for one, likely ones first."""
    likely = [intent for intent, chance in ranking if intent.startswith(TOPIC) and chance >= WORTH_OFFERING]
    offered = list(dict.fromkeys([*likely[:MOST_RELATED], *STARTING_POINTS]))
    return Reply(phrases.say("which_topic", language), _intents(offered, phrases, language))


def candidates(
    ranking: Iterable[tuple[str, float]], *, has_topic: bool, titles: Mapping[str, str]
) -> list[str]:
    """The two labels to offer, likeliest first: published topics, intents, sections if there is a topic."""

    def can_be_offered(intent: str) -> bool:
        if intent.startswith(TOPIC):
            return intent.removeprefix(TOPIC) in titles
        if intent.startswith(FOLLOW_UP):
            return has_topic
        return intent not in NEVER_OFFERED

    likely = (intent for intent, chance in ranking if chance >= WORTH_OFFERING)
    return [intent for intent in likely if can_be_offered(intent)][:2]


def suggestion(
    offered: list[str], titles: Mapping[str, str], phrases: Phrases, language: Language, *, close: bool
) -> Reply:
    """Offers the candidates; without any it says so and what the assistant can do."""
    if not offered:
        buttons = _intents(["menu", "report_tip"], phrases, language)
        return Reply(phrases.say("not_understood", language), buttons)
    buttons = []
    for intent in offered:
        title = titles.get(intent.removeprefix(TOPIC)) if intent.startswith(TOPIC) else None
        buttons.extend([Button.to(intent, title)] if title else _intents([intent], phrases, language))
    return Reply(phrases.say("close" if close else "unsure", language), buttons)


def _sections(topic: Topic, without: str | None, phrases: Phrases, language: Language) -> list[Button]:
    present = {section.id for section in topic.sections} - {without}
    wanted = [f"{FOLLOW_UP}{section}" for section in AFTER_ANSWER if section in present]
    return _intents(wanted[:MOST_SECTIONS], phrases, language)


def _related(topic: Topic) -> list[Button]:
    return [Button.to(f"{TOPIC}{other.id}", other.title) for other in topic.related[:MOST_RELATED]]


def _intents(intents: Iterable[str], phrases: Phrases, language: Language) -> list[Button]:
    titled = ((intent, phrases.button(intent, language)) for intent in intents)
    return [Button.to(intent, title) for intent, title in titled if title]
