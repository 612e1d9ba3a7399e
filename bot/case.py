"""One message with everything that its answer depends on, as the parts of the router hand it round."""

from dataclasses import dataclass, replace

from bot.envelope import Incoming, Language, Reply
from bot.memory import Conversation
from bot.phrases import Spoken

Said = tuple[Reply, ...]


@dataclass(frozen=True)
class Case:
    """A message, the conversation it belongs to, and how to speak there."""

    conversation: Conversation
    incoming: Incoming
    language: Language
    say: Spoken

    @property
    def pageless(self) -> bool:
        """Whether the channel cannot tell what its writer has before their eyes."""
        return self.incoming.room is None

    def pressing(self, choice: str) -> "Case":
        """The same, as if ``choice`` had been pressed instead of typed about."""
        return replace(self, incoming=replace(self.incoming, text=None, choice=choice))

    def own(self, key: str) -> str:
        """The sentence ``key`` in the channel's own words where it has some."""
        return self.say(self.say.own(key, self.incoming.person.channel))
