"""Which buttons stand under an answer, in doubt, and after a wrong answer. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from actions.backend import Language, Named, Topic
from actions.phrases import Phrases

TOPIC: Final = "faq_"
FOLLOW_UP: Final = "followup_"
AFTER_ANSWER: Final = ("do_now", "signs", "law", "help", "how")
"""The order in which the sections of a topic are offered."""
MOST_SECTIONS: Final = 4
MOST_RELATED: Final = 2
LONGEST: Final = 600
"""Characters of a first answer."""
STARTING_POINTS: Final = ("faq_loan_shark", "faq_fake_authority", "faq_debt_terror", "faq_union_help")
"""Offered when a follow-up has no topic yet."""
FALLBACK: Final = "nlu_fallback"
DENY: Final = "deny"
NEVER_OFFERED: Final = frozenset(
    {"out_of_scope", "chitchat", FALLBACK, "affirm", DENY, "thank", "greet", "goodbye", "bot_challenge"}
)
OF_LOANS: Final = frozenset(
    {
        "loan_shark",
        "bat_ho",
        "fake_pawnshop",
        "loan_app",
        "interest_law",
        "already_borrowed",
        "legal_credit",
        "payroll_card_pawn",
    }
)
"""Topics under which a loan can be worked out."""
PERSON: Final = "human"
NO_QUESTION: Final = frozenset({DENY, "affirm", "thank", "greet", PERSON})
"""Messages that ask nothing, so that none of them was answered wrongly."""
WORTH_OFFERING: Final = 0.06
"""A label less likely than this is not offered: the assistant then says that it did not understand."""


@dataclass(frozen=True)
class Button:
    """A choice; ``payload`` names an intent, so that a click needs no understanding.

    ``way``: it moves about and never has a digit, because a typed digit is an answer there.
    """

    title: str
    payload: str
    way: bool = False

    @classmethod
    def to(cls, intent: str, title: str) -> "Button":
        """The button that leads to ``intent``."""
        return cls(title, f"/{intent}")


@dataclass(frozen=True)
class Reply:
    """What an action says, and the topic that a next question is about (None leaves it as it was).

    ``remember`` are values of Rasa's slots. ``instead`` names an action that answers in place of this one.
    """

    text: str
    buttons: list[Button] = field(default_factory=list)
    about: str | None = None
    remember: dict[str, Any] = field(default_factory=dict)
    instead: str | None = None


@dataclass(frozen=True)
class Asked:
    """A message of before: the intent that was acted on, and its ranking, likeliest first."""

    intent: str
    ranking: tuple[tuple[str, float], ...]


def first_answer(
    topic: Topic, phrases: Phrases, language: Language, also_asked: Sequence[Named] = ()
) -> Reply:
    """The topic's answer, its sections as buttons, and the ways to work out a loan and to an anonymous tip.

    What the same message asked besides comes first among the buttons.
    """
    also = [Button.to(f"{TOPIC}{other.id}", other.title) for other in also_asked]
    buttons = _sections(topic, None, phrases, language) or _related(topic)
    text = f"{topic.answer}\n{phrases.say('also_asked', language)}"
    if not also or len(text) > LONGEST:
        text = topic.answer
    ways = [*(["check_loan"] if topic.id in OF_LOANS else []), "report_tip"]
    return Reply(text, [*also, *buttons, *intents(ways, phrases, language)], topic.id)


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
    return Reply(phrases.say("which_topic", language), intents(offered, phrases, language))


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
        buttons = intents(["menu", "report_tip"], phrases, language)
        return Reply(phrases.say("not_understood", language), buttons)
    buttons = []
    for intent in offered:
        title = titles.get(intent.removeprefix(TOPIC)) if intent.startswith(TOPIC) else None
        buttons.extend([Button.to(intent, title)] if title else intents([intent], phrases, language))
    key = "one" if len(buttons) == 1 else "close" if close else "unsure"
    return Reply(phrases.say(key, language), buttons)


def more_of_the_same(
    topic: Topic, offered: list[str], titles: Mapping[str, str], phrases: Phrases, language: Language
) -> Reply | None:
    """In doubt whether the last topic is still meant: its sections, and what else it could be.

    None when nothing points to the last topic, or it has no sections.
    """
    here = f"{TOPIC}{topic.id}"
    if here not in offered and not any(intent.startswith(FOLLOW_UP) for intent in offered):
        return None
    sections = _sections(topic, None, phrases, language)
    if not sections:
        return None
    others = [intent for intent in offered if intent.startswith(TOPIC) and intent != here]
    return Reply(
        phrases.say("more_of_the_same", language, title=topic.title),
        [*sections, *(Button.to(intent, titles[intent.removeprefix(TOPIC)]) for intent in others)],
        topic.id,
    )


def other_topics(
    asked: Sequence[Asked], titles: Mapping[str, str], phrases: Phrases, language: Language
) -> Reply:
    """After "no" or "that is wrong": the next two topics of the last question's ranking, and a person.

    What was answered or offered since that question is not offered again. Without a question before, it asks
    for other words.
    """
    questions = [at for at, one in enumerate(asked) if one.intent not in NO_QUESTION and len(one.ranking) > 1]
    if not questions:
        return Reply(phrases.say("say_again", language), intents(["menu"], phrases, language))
    question, later = asked[questions[-1]], asked[questions[-1] + 1 :]

    def next_two(tried: set[str]) -> list[str]:
        topics = (intent for intent, _ in question.ranking if intent.startswith(TOPIC))
        return [each for each in topics if each.removeprefix(TOPIC) in titles and each not in tried][:2]

    tried = {question.intent}
    if question.intent == FALLBACK:
        tried.update(candidates(question.ranking, has_topic=True, titles=titles))
    for one in later:
        tried.update(next_two(tried) if one.intent == DENY else {one.intent})
    offered = [Button.to(intent, titles[intent.removeprefix(TOPIC)]) for intent in next_two(tried)]
    text = phrases.say("wrong" if offered else "wrong_again", language)
    return Reply(text, [*offered, *intents([PERSON], phrases, language)])


def _sections(topic: Topic, without: str | None, phrases: Phrases, language: Language) -> list[Button]:
    present = {section.id for section in topic.sections} - {without}
    wanted = [f"{FOLLOW_UP}{section}" for section in AFTER_ANSWER if section in present]
    return intents(wanted[:MOST_SECTIONS], phrases, language)


def _related(topic: Topic) -> list[Button]:
    return [Button.to(f"{TOPIC}{other.id}", other.title) for other in topic.related[:MOST_RELATED]]


def intents(wanted: Iterable[str], phrases: Phrases, language: Language) -> list[Button]:
    """A button for each intent that has a title."""
    titled = ((intent, phrases.button(intent, language)) for intent in wanted)
    return [Button.to(intent, title) for intent, title in titled if title]
