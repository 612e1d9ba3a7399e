"""Rasa's loan form: works a loan out in a dialogue, one missing number at a time.

It stands in the place of Rasa's own form action. A worker's words go to the backend's loan check first; only
when they hold nothing of a loan does their intent count: a question in between is left to its own rule, and
the form comes back with one line. What is known of the loan stands in slots, as the backend gave it.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

from actions.backend import Backend, Language, LoanQuestion, LoanStep, Silent
from actions.phrases import Phrases
from actions.replies import DENY, FALLBACK, TOPIC, Button, Reply, intents
from actions.speaking import Turn, remembered, utter

logger = logging.getLogger(__name__)

FORM: Final = "loan_form"
KNOWN: Final = "loan_known"
ASKED: Final = "loan_asked"
MISSES: Final = "loan_misses"
OFFERED: Final = "loan_offered"
"""Slots: what is known, the open question, useless answers in a row, a loan that was read beside a topic."""
CHECK: Final = "check_loan"
CANCEL: Final = "cancel"
LENDER: Final = "lender"
_STOPS: Final = frozenset({CANCEL, "goodbye"})
_NO_QUESTION: Final = frozenset(
    {FALLBACK, CHECK, DENY, "affirm", "chitchat", "out_of_scope", "thank", "greet"}
)
"""Intents of messages that are answers, if poor ones; whatever else is meant has a rule that answers it."""
_POLITE: Final = frozenset({"affirm", "thank", "greet"})
_THE_BOTS: Final = frozenset(
    {
        "report_tip",
        "tip_status",
        "emergency",
        "menu",
        "delete_data",
        "switch_language",
        "check_message",
        "human",
    }
)
"""What the bot itself goes on with: the form waits without a word."""
_TO_CORRECT: Final = frozenset({"repays_less", "not_positive", "too_large", "term_too_long"})
"""Why a loan cannot be, where another number makes it one."""
_WHOLE: Final = frozenset({"instalment", "bullet", "interest_only"})
_NUMBER: Final = re.compile(r"\d+")
_FEWEST_NUMBERS: Final = 2
_LISTEN: Final = "action_listen"
_MOST_MISSES: Final = 2
_A_NAME: Final = 6
"""Words up to which an answer that names a lender is one, whatever its intent seems to be."""


@dataclass(frozen=True)
class Progress:
    """How far the form has come."""

    running: bool = False
    back: bool = False
    """Another rule has answered the present message, and the form may go on."""
    known: Mapping[str, Any] = field(default_factory=dict)
    question: LoanQuestion | None = None
    misses: int = 0

    @classmethod
    def of(cls, tracker: Tracker) -> "Progress":
        """Read Rasa's tracker."""
        running = (tracker.active_loop or {}).get("name") == FORM
        asked = tracker.get_slot(ASKED) if running else None
        return cls(
            running,
            running and tracker.latest_action_name not in (None, _LISTEN),
            (tracker.get_slot(KNOWN) if running else None) or {},
            LoanQuestion.model_validate(asked) if asked else None,
            int(tracker.get_slot(MISSES) or 0) if running else 0,
        )


@dataclass(frozen=True)
class Answer:
    """What the form says and does; ``to_draw`` is a loan whose picture the bot is to fetch."""

    reply: Reply | None
    stays: bool = True
    to_draw: Mapping[str, Any] | None = None
    topic: str | None = None
    """Where to read on."""


class LoanForm(Action):  # type: ignore[misc]  # rasa-sdk carries no types
    """One message of the loan dialogue."""

    def __init__(self, backend: Backend, phrases: Phrases) -> None:
        self.backend = backend
        self.phrases = phrases

    def name(self) -> str:
        return FORM

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Rasa's entry. ``ActionExecutionRejection`` leaves the message to the rule of its intent."""
        turn, progress = Turn.of(tracker), Progress.of(tracker)
        try:
            answer = await self._answer(turn, progress, tracker.get_slot(OFFERED) or {})
            if answer is not None and answer.topic is not None:
                answer = await self._leading_on(answer, answer.topic, turn.language)
        except Silent:
            logger.warning("%s stays silent: the backend did not answer.", FORM)
            return []
        except Exception as error:  # a traceback could show what the worker wrote
            logger.error("%s failed: %s", FORM, type(error).__name__)
            return []
        if answer is None:
            raise ActionExecutionRejection(FORM)
        return self._said(answer, progress, dispatcher)

    def _said(
        self, answer: Answer, progress: Progress, dispatcher: CollectingDispatcher
    ) -> list[dict[str, Any]]:
        if answer.reply is not None:
            utter(dispatcher, answer.reply)
        if answer.to_draw is not None:
            dispatcher.utter_message(json_message={"do": "loan_picture", "known": dict(answer.to_draw)})
        events = remembered(answer.reply) if answer.reply is not None else []
        if answer.stays:
            return [*events, *([] if progress.running else [ActiveLoop(FORM)])]
        forgotten = [SlotSet(slot, None) for slot in (KNOWN, ASKED, MISSES, OFFERED)]
        return [*events, *forgotten, *([ActiveLoop(None)] if progress.running else [])]

    async def _answer(self, turn: Turn, progress: Progress, offered: Mapping[str, Any]) -> Answer | None:
        """What to say; None leaves the message to another rule."""
        if progress.back:
            return self._reminder(turn, progress)
        if turn.is_button:
            if turn.intent == CHECK:
                step = await self.backend.loan("", turn.language, offered, None)
                return told(step, offered, turn.language, self.phrases, is_start=True)
            return self._stopped(turn.language) if turn.intent in _STOPS else None
        if not progress.running:
            step = await self.backend.loan(turn.text, turn.language, {}, None)
            if not step.told:
                # "Is that much?" is answered before the numbers are asked for.
                rule = self.phrases.say("loan.start", turn.language)
                step = step.model_copy(update={"text": f"{rule}\n{step.text}"})
            return told(step, {}, turn.language, self.phrases, is_start=True)
        if turn.intent == "emergency":
            return None
        asked = progress.question.field if progress.question else None
        step = await self.backend.loan(turn.text, turn.language, progress.known, asked)
        return heard(step, turn, progress, self.phrases)

    async def _leading_on(self, answer: Answer, topic_id: str, language: Language) -> Answer:
        """The answer with its topic as the first choice, if it is published."""
        topic = await self.backend.topic(topic_id, language)
        if topic is None or answer.reply is None:
            return answer
        buttons = [Button.to(f"{TOPIC}{topic.id}", topic.title), *answer.reply.buttons]
        return replace(answer, reply=replace(answer.reply, buttons=buttons, about=topic.id))

    def _reminder(self, turn: Turn, progress: Progress) -> Answer:
        if turn.intent in _THE_BOTS:
            return Answer(None)
        question = (
            progress.question.text if progress.question else self.phrases.say("loan.again", turn.language)
        )
        text = self.phrases.say("loan.still", turn.language, question=question)
        if all(value is None for key, value in progress.known.items() if key != LENDER):
            text = self.phrases.say("loan.still_start", turn.language)
        return Answer(Reply(text, asking(progress.question, self.phrases, turn.language)))

    def _stopped(self, language: Language) -> Answer:
        return stopped(self.phrases, language)


def heard(step: LoanStep, turn: Turn, progress: Progress, phrases: Phrases) -> Answer | None:
    """What to say to a message while the form runs; None leaves it to the rule of its intent. Pure."""
    asked_lender = progress.question is not None and progress.question.field == LENDER
    is_question = turn.intent not in _NO_QUESTION | _STOPS
    if step.told:
        names_a_lender = asked_lender and differs_only_in_lender(step.understood, progress.known)
        if names_a_lender and is_question and len(turn.text.split()) > _A_NAME:
            return None
        return told(step, progress.known, turn.language, phrases)
    if step.forgot:
        return told(step, progress.known, turn.language, phrases)
    if turn.intent in _STOPS:
        return stopped(phrases, turn.language)
    if is_question:
        return None
    if turn.intent == DENY:
        # Without choices: what comes next is a number, and no digit may stand for something else.
        return _asked_again(progress, None, phrases.say("loan.wrong", turn.language), phrases, turn.language)
    if turn.intent in _POLITE and progress.question is not None:
        text = progress.question.text
        return _asked_again(progress, progress.question, text, phrases, turn.language)
    if asked_lender:
        return told(step, progress.known, turn.language, phrases)
    text = step.text
    if progress.misses + 1 >= _MOST_MISSES:
        text = phrases.say("loan.stop", turn.language)
    return _asked_again(progress, progress.question, text, phrases, turn.language)


def told(
    step: LoanStep, before: Mapping[str, Any], language: Language, phrases: Phrases, *, is_start: bool = False
) -> Answer:
    """What to say when a message told something, or started the form. Pure."""
    changed = is_start or not differs_only_in_lender(step.understood, before)
    to_draw = step.understood if step.picture and changed else None
    if step.ask is not None or step.reason in _TO_CORRECT:
        remember = {
            KNOWN: step.understood,
            ASKED: step.ask.model_dump() if step.ask else None,
            MISSES: 0,
            OFFERED: None,
        }
        reply = Reply(step.text, asking(step.ask, phrases, language), remember=remember)
        return Answer(reply, to_draw=to_draw)
    another = Button.to(CHECK, phrases.say("loan.another", language))
    reply = Reply(step.text, [*intents(["report_tip"], phrases, language), another])
    return Answer(reply, stays=False, to_draw=to_draw, topic=step.topic)


def stopped(phrases: Phrases, language: Language) -> Answer:
    """The form ends without a result. Pure."""
    text = phrases.say("loan.stopped", language)
    return Answer(Reply(text, intents([CHECK, "menu"], phrases, language)), stays=False)


def asking(question: LoanQuestion | None, phrases: Phrases, language: Language) -> list[Button]:
    """The choices of a question, and the way out, which has no digit: a typed number is an answer. Pure."""
    choices = [Button(choice.title, choice.text) for choice in question.choices] if question else []
    return [*choices, Button(phrases.say("loan.leave", language), f"/{CANCEL}", way=True)]


def differs_only_in_lender(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether two states of a loan hold the same numbers. Pure."""
    return all(now.get(key) == before.get(key) for key in {*now, *before} - {LENDER})


def _asked_again(
    progress: Progress, question: LoanQuestion | None, text: str, phrases: Phrases, language: Language
) -> Answer:
    remember = {MISSES: progress.misses + 1}
    return Answer(Reply(text, asking(question, phrases, language), remember=remember))


async def described(backend: Backend, turn: Turn) -> LoanStep | None:
    """The loan that a message describes from beginning to end, whatever its intent. Raises ``Silent``.

    Two numbers at least: one alone makes no loan, and most messages need not be asked about.
    """
    if turn.is_button or len(_NUMBER.findall(turn.text)) < _FEWEST_NUMBERS:
        return None
    step = await backend.loan(turn.text, turn.language, {}, None)
    return step if step.kind in _WHOLE else None
