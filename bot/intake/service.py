"""Carries the tip conversation out: reads and writes the sealed draft, asks the guard, sends the tip.

A step is stored before its answer is given. When another replica was faster, the step is decided
again on what that one stored. What to say is decided by the pure machine; this module only acts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.backend import Backend, BackendSilent, DraftConflict, Refusal, TipRefused
from bot.drafts import Drafts, Kept
from bot.emergency import danger_kind
from bot.envelope import Language, Person
from bot.intake.draft import Confirmed, Note, Step, TipDraft, new_draft
from bot.intake.flow import at
from bot.intake.machine import advance, is_resting, prompt, resume, resume_prompt
from bot.intake.own_fault import tells_of_own_fault
from bot.intake.submission import submission
from bot.intake.terms import Answer, Context, Effect, Findings, Outcome, Places, Prompt, Stale, Write
from bot.keys import Clock, utc_now
from bot.phrases import Phrases
from bot.receipt import new_receipt

_ATTEMPTS: Final = 3
_REMEMBERED: Final = 8
"""How many message ids a draft remembers, so that a message delivered again acts once."""

Decide = Callable[[TipDraft, Prompt], Answer]
"""Reads the worker's answer against the question that the draft stands at."""


@dataclass(frozen=True)
class Standing:
    """Where a conversation's tip stands now: what to say once, what is asked, and what just ended."""

    prompt: Prompt | None
    notes: tuple[Note, ...] = ()
    effect: Effect = Effect.NONE
    draft: TipDraft | None = field(default=None, repr=False)
    unkept: bool = False


class Intake:
    """The one door to tips on their way, for chat and for the form."""

    def __init__(
        self,
        drafts: Drafts[TipDraft],
        backend: Backend,
        phrases: Phrases,
        categories: tuple[str, ...],
        places: Places,
        clock: Clock = utc_now,
    ) -> None:
        self._drafts = drafts
        self._backend = backend
        self._phrases = phrases
        self._categories = categories
        self._places = places
        self._clock = clock

    def context(self, language: Language, channel: str) -> Context:
        return Context(self._phrases.spoken(language), channel, self._categories, self._places)

    def prompt(self, draft: TipDraft, channel: str) -> Prompt:
        """The question to show for a stored draft; nothing of its content while it rests."""
        context = self.context(draft.language, channel)
        return resume_prompt(draft, context) if self.is_resting(draft) else prompt(draft, context)

    def is_resting(self, draft: TipDraft) -> bool:
        return is_resting(draft, self._minute())

    async def find(self, person: Person) -> Kept[TipDraft] | None:
        """The person's draft, if there is one. Raises ``BackendSilent``."""
        return await self._drafts.get(person)

    async def begin(self, person: Person, language: Language, category: str | None = None) -> Standing:
        """Start a tip, or ask about the one that is there. Raises ``BackendSilent``."""
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is not None:
                draft = replace(kept.value, language=language)
                return Standing(resume_prompt(draft, self.context(language, person.channel)), draft=draft)
            draft = replace(new_draft(language), category=self._known(category), touched=self._minute())
            try:
                await self._drafts.put(person, draft, None)
            except DraftConflict:
                continue
            return Standing(self.prompt(draft, person.channel), draft=draft)
        raise BackendSilent("draft")

    async def step(self, person: Person, message_id: str, language: Language, decide: Decide) -> Standing | None:
        """One answer of the worker. None when there is no draft.

        Raises:
            BackendSilent: nothing was stored; what was written before is safe.
        """
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is None:
                return None
            try:
                return await self._step(person, kept, message_id, language, decide)
            except DraftConflict:
                continue
        raise BackendSilent("draft")

    async def _step(
        self, person: Person, kept: Kept[TipDraft], message_id: str, language: Language, decide: Decide
    ) -> Standing:
        before = replace(kept.value, language=language)
        context = self.context(language, person.channel)
        if message_id in before.seen:
            return self._standing(before, Outcome(before, before.notes), context)
        resting = self.is_resting(before)
        asked = resume_prompt(before, context) if resting else prompt(before, context)
        answer = decide(before, asked)
        if resting and not isinstance(answer, Write | Stale):
            outcome = resume(before, answer)
        elif resting:
            # Nothing is taken into a resting tip, and nothing of it is shown.
            return Standing(asked, (Note("resume.unread"),) if isinstance(answer, Write) else (), draft=before)
        else:
            outcome = advance(before, await self._examined(answer), context)
        return await self._carry_out(person, kept, outcome, message_id, context)

    async def _carry_out(
        self, person: Person, kept: Kept[TipDraft], outcome: Outcome, message_id: str, context: Context
    ) -> Standing:
        if outcome.effect in (Effect.DISCARD, Effect.FINISH, Effect.LEARN):
            await self._drafts.delete(person)
            return Standing(None, outcome.notes, outcome.effect)
        draft = self._stamped(outcome, message_id)
        if outcome.effect is Effect.SEND:
            return await self._send(person, kept, draft, context)
        await self._drafts.put(person, draft, kept)
        return self._standing(draft, outcome, context)

    async def _send(
        self, person: Person, kept: Kept[TipDraft], draft: TipDraft, context: Context
    ) -> Standing:
        """Store the receipt first, then send, then store that it was taken. Every crash in between is safe."""
        draft = replace(at(draft, Step.SENDING), receipt=draft.receipt or new_receipt())
        kept = await self._drafts.put(person, draft, kept)
        try:
            sent = await self._backend.send_tip(submission(draft, context, self._phrases))
        except BackendSilent:
            return Standing(prompt(draft, context), (Note("unsent"),), Effect.SEND, draft)
        except TipRefused as refused:
            draft = replace(at(draft, Step.REVIEW), receipt=None)
            if refused.reason is Refusal.CONFLICT:
                # The id belongs to a tip under another receipt; this one has not been stored.
                draft = replace(draft, draft_id=new_draft(draft.language).draft_id)
            key = "not_taken" if refused.reason is Refusal.OUT_OF_PURPOSE else "not_readable"
            draft = replace(draft, notes=(Note(key),))
        else:
            draft = replace(at(draft, Step.SENT), confirmed=Confirmed(sent.priority, sent.on_duty), notes=())
        try:
            await self._drafts.put(person, draft, kept)
        except (BackendSilent, DraftConflict):
            # It stays "sending" in the store: the next message sends again, which is harmless.
            pass
        return Standing(prompt(draft, context), draft.notes, Effect.SEND, draft)

    async def _examined(self, answer: Answer) -> Answer:
        """The answer with what must be known of its text before anything of it is stored."""
        if not isinstance(answer, Write):
            return answer
        guard = await self._backend.guard(answer.text)
        refused = None
        if guard.out_of_purpose:
            known = guard.why is not None and f"refused.{guard.why}" in self._phrases.table
            refused = str(guard.why) if known else "other"
        findings = Findings(
            refused=refused,
            labour_dispute=guard.labour_dispute,
            danger=danger_kind(answer.text),
            own_fault=tells_of_own_fault(answer.text),
        )
        return Write(answer.text, findings)

    def _standing(self, draft: TipDraft, outcome: Outcome, context: Context) -> Standing:
        asked = None if outcome.effect is Effect.LEAVE else prompt(draft, context)
        return Standing(asked, outcome.notes, outcome.effect, draft)

    def _stamped(self, outcome: Outcome, message_id: str) -> TipDraft:
        seen = (*outcome.draft.seen, message_id)[-_REMEMBERED:]
        return replace(outcome.draft, notes=outcome.notes, seen=seen, touched=self._minute())

    def _known(self, category: str | None) -> str | None:
        return category if category in self._categories else None

    def _minute(self) -> int:
        return int(self._clock().timestamp()) // 60
