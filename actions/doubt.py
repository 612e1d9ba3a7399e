"""Says that it is not sure: offers two candidates, or asks for other words. Also after "that is wrong"."""

from typing import Final

from actions import loan
from actions.replies import Reply, candidates, more_of_the_same, other_topics, suggestion
from actions.speaking import SpeakingAction, Turn

CLOSE: Final = "close"


class Suggest(SpeakingAction):
    """The two likeliest labels as buttons, or the last topic's parts when it may still be meant.

    Also what Rasa falls back to when no rule fits.
    """

    def name(self) -> str:
        return "action_suggest"

    async def reply(self, turn: Turn) -> Reply:
        if await loan.described(self.backend, turn) is not None:
            return Reply("", instead=loan.FORM)
        titles = {topic.id: topic.title for topic in await self.backend.topics(turn.language)}
        offered = candidates(turn.ranking, has_topic=turn.last_topic is not None, titles=titles)
        last = await self.backend.topic(turn.last_topic, turn.language) if turn.last_topic else None
        if last is not None:
            same = more_of_the_same(last, offered, titles, self.phrases, turn.language)
            if same is not None:
                return same
        return suggestion(offered, titles, self.phrases, turn.language, close=turn.doubt == CLOSE)


class OtherTopics(SpeakingAction):
    """The answer was wrong, or none of what was offered: the two next topics, and a person."""

    def name(self) -> str:
        return "action_other_topics"

    async def reply(self, turn: Turn) -> Reply:
        titles = {topic.id: topic.title for topic in await self.backend.topics(turn.language)}
        return other_topics(turn.asked, titles, self.phrases, turn.language)
