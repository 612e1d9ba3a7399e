"""One turn of any channel: keep order, answer a repeated message as before, hold the limits.

What a message means is the router's affair (``bot.router``). Nothing is logged of what was written.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from bot import limits
from bot.emergency import alarm_in, emergency_reply
from bot.envelope import Incoming, Language, Person, Reply, Room, Turn, numbered
from bot.keys import Keyring
from bot.memory import Conversation, Conversations
from bot.phrases import Phrases, Spoken
from bot.router import Router


class Engine:
    """The one door for every channel adapter."""

    def __init__(
        self,
        keyring: Keyring,
        conversations: Conversations,
        router: Router,
        phrases: Phrases,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keyring = keyring
        self._conversations = conversations
        self._router = router
        self._phrases = phrases
        self._clock = clock
        self._lines: dict[str, limits.Line] = {}
        """One for each channel."""

    async def turn(self, incoming: Incoming) -> Turn:
        """Answer one message. The same ``message_id`` again gets the same answer and acts once."""
        async with self._conversations.open(self._keyring.memory_id(incoming.person)) as conversation:
            known = conversation.answered.get(incoming.message_id)
            if known is not None:
                return known
            language = incoming.language or conversation.language or Language.VI
            conversation.language = language
            refused = await self._over_limit(conversation, incoming, self._phrases.spoken(language))
            if refused is not None:
                return replace(refused, language=language)
            with limits.visit():
                turn = await self._router.turn(conversation, incoming, language)
            turn = replace(turn, language=conversation.language)
            self._keep(conversation, incoming, turn)
            return turn

    def leave(self, person: Person, trace: str, *, sensitive: bool = False) -> None:
        """Remember something that stands on this person's platform, so that it can be taken away."""
        conversation = self._conversations.known(self._keyring.memory_id(person))
        if conversation is not None:
            conversation.traces.add(trace, sensitive=sensitive)

    def take_traces(self, person: Person) -> tuple[str, ...]:
        """What ``leave`` was told and is still remembered, the most sensitive first. It is forgotten now."""
        conversation = self._conversations.known(self._keyring.memory_id(person))
        return () if conversation is None else conversation.traces.take()

    def _keep(self, conversation: Conversation, incoming: Incoming, turn: Turn) -> None:
        last = turn.replies[-1].choices if turn.replies else ()
        conversation.choices = numbered(last)
        if not any(reply.unkept for reply in turn.replies):
            conversation.remember(incoming.message_id, turn)

    async def _over_limit(self, conversation: Conversation, incoming: Incoming, say: Spoken) -> Turn | None:
        now = self._clock()
        if not conversation.bucket.take(now) or (incoming.media and not conversation.files.take(now)):
            key = "fault.too_fast"
        elif not await self._line(incoming.person.channel).admitted(incoming.visitor):
            key = "fault.busy"
        else:
            return None
        # Whatever the limit: a person in danger is told whom to call.
        alarm = alarm_in(incoming.text) if incoming.text else None
        first = () if alarm is None else (emergency_reply(alarm, say),)
        return Turn((*first, Reply(say(key), unkept=True)), incoming.room or Room.CHAT)

    def _line(self, channel: str) -> limits.Line:
        if channel not in self._lines:
            self._lines[channel] = limits.Line(*limits.OVERALL, clock=self._clock)
        return self._lines[channel]
