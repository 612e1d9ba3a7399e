"""Answers a topic, a question about the last topic, and the question for numbers to call."""

from typing import Final

from actions.replies import (
    FOLLOW_UP,
    TOPIC,
    Button,
    Reply,
    first_answer,
    section_answer,
    which_topic,
)
from actions.speaking import SpeakingAction, Turn

TOPIC_OF_INTENT: Final = {"labour_dispute": "union_help"}
"""Intents that a topic answers."""


class AnswerTopic(SpeakingAction):
    """The first answer of the topic that was asked for."""

    def name(self) -> str:
        return "action_answer_topic"

    async def reply(self, turn: Turn) -> Reply:
        topic_id = TOPIC_OF_INTENT.get(turn.intent, turn.intent.removeprefix(TOPIC))
        topic = await self.backend.topic(topic_id, turn.language)
        if topic is not None:
            return first_answer(topic, self.phrases, turn.language)
        near = [] if turn.text.startswith("/") else await self.backend.search(turn.text, turn.language)
        buttons = [Button.to(f"{TOPIC}{other.id}", other.title) for other in near]
        return Reply(self.phrases.say("topic_missing", turn.language), buttons)


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
