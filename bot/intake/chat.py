"""The tip conversation in chat: an incoming message in, bubbles out, on the same steps as the form."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from bot.drafts import Kept
from bot.envelope import Choice, Incoming, Language, Media, Reply, Room
from bot.intake.draft import Step, TipDraft
from bot.intake.parse import parse_choice, parse_text
from bot.intake.render import bubbles
from bot.intake.service import Intake
from bot.intake.standing import Message, Standing
from bot.intake.terms import Answer, Effect, Page, Prompt, Stale, Write
from bot.phrases import Phrases
from bot.words import Words


@dataclass(frozen=True)
class TipTurn:
    """What one message led to: what is said, whether the tip goes on, whether more is to be said."""

    replies: tuple[Reply, ...]
    in_tip: bool
    shown: bool
    """The tip itself is before the worker's eyes, and not the question whether to go on with it."""
    sent: bool
    """The receipt is before the worker's eyes."""
    effect: Effect = Effect.NONE
    receipt: str | None = field(default=None, repr=False)
    """Of a tip that was sent, once its receipt is noted."""


class TipChat:
    """Raises ``BackendSilent`` wherever nothing could be stored; what was written before is safe then."""

    def __init__(self, intake: Intake, phrases: Phrases) -> None:
        self._intake = intake
        self._phrases = phrases
        self._words = Words(phrases)

    async def find(self, incoming: Incoming) -> Kept[TipDraft] | None:
        return await self._intake.find(incoming.person)

    async def delete(self, incoming: Incoming) -> None:
        """Destroy the tip that is being written, if there is one."""
        await self._intake.delete(incoming.person)

    async def rest(self, incoming: Incoming) -> bool:
        """Let the tip rest until it is asked for. False when none is being written."""
        return await self._intake.rest(incoming.person)

    def holds(self, draft: TipDraft) -> bool:
        """Whether what is typed now belongs to the tip: it is being written, or must be asked about first."""
        return not draft.paused

    def takes_receipt_as_text(self, draft: TipDraft) -> bool:
        """Whether 17 digits may be an account number here, which the tip asks for."""
        return draft.step is Step.WHO and not self._intake.is_resting(draft)

    async def begin(self, incoming: Incoming, language: Language, category: str | None) -> TipTurn | None:
        """Start a tip, or ask about the one that is there. None when nobody receives tips."""
        standing = await self._intake.begin(incoming.person, language, category, incoming.message_id)
        return None if standing is None else self._turn(standing, language, incoming.person.channel)

    async def step(self, incoming: Incoming, text: str | None, language: Language) -> TipTurn | None:
        """Take a message or a button into the tip. None when there is no tip any more."""

        def decide(draft: TipDraft, prompt: Prompt) -> Answer:
            if incoming.choice is not None:
                return parse_choice(incoming.choice, draft, prompt)
            return parse_text(text or "", prompt, self._words)

        standing = await self._intake.step(
            incoming.person,
            Message(
                incoming.message_id,
                language,
                decide,
                # The channel says that the tip is on the worker's screen.
                awake=lambda draft: incoming.room is Room.INTAKE and not draft.paused,
                hidden=is_hidden(incoming),
            ),
        )
        return None if standing is None else self._turn(standing, language, incoming.person.channel)

    async def attach(self, incoming: Incoming, text: str | None, language: Language) -> TipTurn | None:
        """Take photos and voice notes into the tip, and the words that came with them. None without a tip."""

        async def media() -> AsyncIterator[Media]:
            for one in incoming.media:
                yield one

        def message(ending: str, decide: Callable[[TipDraft, Prompt], Answer]) -> Message:
            return Message(
                incoming.message_id + ending,
                language,
                decide,
                awake=lambda draft: incoming.room is Room.INTAKE and not draft.paused,
                hidden=is_hidden(incoming),
            )

        files = await self._intake.attach(incoming.person, message("", lambda *_: Stale()), media())
        if files is None or not text or not files.taken:
            return None if files is None else self._turn(files, language, incoming.person.channel)
        told = await self._intake.step(
            incoming.person, message(".words", lambda *_: Write(text, beside=True))
        )
        if told is None:
            return None
        both = replace(told, notes=(*files.notes, *told.notes))
        return self._turn(both, language, incoming.person.channel)

    async def again(self, incoming: Incoming, language: Language) -> TipTurn | None:
        """The open question once more. None when no tip is being written that the worker sees."""
        kept = await self.find(incoming)
        if kept is None or not self.holds(kept.value) or is_hidden(incoming):
            return None
        draft = replace(kept.value, language=language)
        awake = incoming.room is Room.INTAKE
        asked = self._intake.prompt(draft, incoming.person.channel, awake=awake)
        return self._turn(Standing(asked, draft=draft), language, incoming.person.channel)

    def ask_to_resume(self, incoming: Incoming, draft: TipDraft, text: str, language: Language) -> TipTurn:
        """Ask whether to go on with a tip that the page does not show, instead of taking ``text`` into it."""
        standing = self._intake.ask_to_resume(
            draft, incoming.person, language, text, file=bool(incoming.media)
        )
        return self._turn(standing, language, incoming.person.channel)

    def _turn(self, standing: Standing, language: Language, channel: str) -> TipTurn:
        say = self._phrases.spoken(language)
        replies = bubbles(standing.draft, standing.notes, standing.prompt, say, channel)
        asked = standing.prompt
        shown = asked is not None and asked.page != Page.RESUME
        sent = asked is not None and asked.page == Step.SENT
        return TipTurn(replies, asked is not None, shown, sent, standing.effect, standing.receipt)


def is_hidden(incoming: Incoming) -> bool:
    """Whether the channel tells which page is shown, and it is not the tip's."""
    return incoming.room is not None and incoming.room is not Room.INTAKE


def asks_to_resume(choices: tuple[Choice, ...]) -> bool:
    """Whether ``choices``, those of the last turn, are of the question whether to go on."""
    return any(choice.id.split(".")[2:] == [Page.RESUME, "go"] for choice in choices)


def notes_receipt(incoming: Incoming) -> bool:
    """Whether the button says that the receipt is noted; it stands beside a receipt only."""
    return (incoming.choice or "").split(".")[2:] == [Step.SENT, "saved"]
