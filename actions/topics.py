"""Answers a topic, a question about the last topic, and the question for numbers to call."""

import logging
from dataclasses import replace
from typing import Final

from actions import loan
from actions.backend import Hit, LoanStep, Silent
from actions.replies import (
    FOLLOW_UP,
    TOPIC,
    Button,
    Reply,
    first_answer,
    section_answer,
    which_topic,
)
from actions.several import questions
from actions.speaking import SpeakingAction, Turn

logger = logging.getLogger(__name__)

TOPIC_OF_INTENT: Final = {"labour_dispute": "union_help"}
"""Intents that a topic answers."""
COSTS: Final = frozenset({"loan_shark", "bat_ho", "fake_pawnshop", "loan_app", "interest_law"})
"""Topics of what a loan costs: a loan described from beginning to end is worked out instead."""
MOST_QUESTIONS: Final = 4
"""Questions of one message that are looked up."""
NEAR: Final = 0.2
"""The search's score from which a piece of a message is taken to ask about a topic."""


class AnswerTopic(SpeakingAction):
    """The first answer of the topic that was asked for."""

    def name(self) -> str:
        return "action_answer_topic"

    async def reply(self, turn: Turn) -> Reply:
        topic_id = TOPIC_OF_INTENT.get(turn.intent, turn.intent.removeprefix(TOPIC))
        described = await loan.described(self.backend, turn)
        if described is not None and topic_id in COSTS:
            return Reply("", instead=loan.FORM)
        topic = await self.backend.topic(topic_id, turn.language)
        if topic is not None:
            reply = first_answer(topic, self.phrases, turn.language, await self._also_asked(turn, topic.id))
            return reply if described is None else self._with_loan(reply, described, turn)
        near = [] if turn.is_button else await self.backend.search(turn.text, turn.language)
        buttons = [Button.to(f"{TOPIC}{other.id}", other.title) for other in near]
        return Reply(self.phrases.say("topic_missing", turn.language), buttons)

    def _with_loan(self, reply: Reply, described: LoanStep, turn: Turn) -> Reply:
        button = Button.to(loan.CHECK, self.phrases.say("loan.this", turn.language))
        return replace(reply, buttons=[button, *reply.buttons], remember={loan.OFFERED: described.understood})

    async def _also_asked(self, turn: Turn, answered: str) -> list[Hit]:
        """The topics of a message's other questions, at most two."""
        pieces = [] if turn.is_button else questions(turn.text)
        found: dict[str, Hit] = {}
        try:
            for piece in pieces[:MOST_QUESTIONS]:
                for hit in await self.backend.search(piece, turn.language, 1):
                    if hit.score >= NEAR and hit.id != answered:
                        found.setdefault(hit.id, hit)
        except Silent:  # the answer itself is there
            logger.warning("Further questions were not looked up: the backend did not answer.")
        return list(found.values())[:2]


class FollowUp(SpeakingAction):
    """A section of the last topic; without a last topic it asks for one."""

    def name(self) -> str:
        return "action_follow_up"

    async def reply(self, turn: Turn) -> Reply:
        topic = await self.backend.topic(turn.last_topic, turn.language) if turn.last_topic else None
        if topic is None:
            return which_topic(turn.ranking, self.phrases, turn.language)
        return section_answer(topic, turn.intent.removeprefix(FOLLOW_UP), self.phrases, turn.language)


class Hotlines(SpeakingAction):
    """The numbers to call, each with what it is for."""

    def name(self) -> str:
        return "action_hotlines"

    async def reply(self, turn: Turn) -> Reply:
        lines = [
            self.phrases.say(
                "hotline_line", turn.language, name=hotline.name, number=hotline.number, use=hotline.use
            )
            for hotline in await self.backend.hotlines(turn.language)
        ]
        return Reply("\n".join([self.phrases.say("hotlines", turn.language), *lines]), about="hotlines")
