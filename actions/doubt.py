"""Says that it is not sure: offers two candidates, or asks for other words."""

from typing import Final

from actions.replies import Reply, candidates, suggestion
from actions.speaking import SpeakingAction, Turn

CLOSE: Final = "close"


class Suggest(SpeakingAction):
    """The two likeliest labels as buttons. Also what Rasa falls back to when no rule fits."""

    def name(self) -> str:
        return "action_suggest"

    async def reply(self, turn: Turn) -> Reply:
        titles = {topic.id: topic.title for topic in await self.backend.topics(turn.language)}
        offered = candidates(turn.ranking, has_topic=turn.last_topic is not None, titles=titles)
        return suggestion(offered, titles, self.phrases, turn.language, close=turn.doubt == CLOSE)
