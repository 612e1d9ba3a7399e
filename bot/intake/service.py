"""Carries the tip conversation out: reads and writes the sealed draft, asks the guard, sends the tip.

A step is stored before its answer is given. When another replica was faster, the step is decided
again on what that one stored. What to say is decided by the pure machine; this module only acts.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from bot.backend import Backend, BackendSilent, DraftConflict, Guard, Refusal, TipRefused
from bot.drafts import Drafts, Kept
from bot.emergency import alarm_in
from bot.envelope import Language, Media, Person
from bot.files import Files, KeptFile, NotKept
from bot.intake.draft import READER_KINDS, REMEMBERED, Confirmed, Note, Reader, Step, TipDraft, new_draft
from bot.intake.flow import at
from bot.intake.machine import advance, decides, is_resting, prompt, resume, resume_prompt
from bot.intake.own_fault import tells_of_own_fault
from bot.intake.paths import Told, told_in
from bot.intake.sending import crowd, handed_in
from bot.intake.standing import (
    Message,
    Standing,
    World,
    ids_of,
    only_kept,
    refused_draft,
    repeated,
    standing_at,
    took,
    unread,
)
from bot.intake.steps.files import attached, room_for
from bot.intake.steps.story import MAX_CHARACTERS
from bot.intake.submission import submission
from bot.intake.terms import Answer, Context, Effect, Findings, Prompt, Stale, Write
from bot.keys import Clock, utc_now
from bot.limits import TIPS_OVERALL, Line
from bot.receipt import new_receipt

_ATTEMPTS: Final = 3
_SHORT: Final = frozenset({Step.PROVINCE, Step.PLACE, Step.WHEN, Step.WHO})
"""Steps whose answers mean something with the story only."""


class Intake:
    """The one door to tips on their way, for chat and for the form."""

    def __init__(
        self,
        drafts: Drafts[TipDraft],
        backend: Backend,
        files: Files,
        world: World,
        clock: Clock = utc_now,
    ) -> None:
        self._drafts = drafts
        self._backend = backend
        self._files = files
        self.world = world
        self._clock = clock
        self._line = Line(*TIPS_OVERALL)

    def prompt(self, draft: TipDraft, channel: str, awake: bool = False) -> Prompt:
        """The question to show for a draft; nothing of its content while it rests, unless ``awake``."""
        context = self.world.context(draft.language, channel)
        resting = self.is_resting(draft) and not awake
        return resume_prompt(draft, context) if resting else prompt(draft, context)

    def fresh(self, language: Language) -> TipDraft:
        """An empty tip of this minute, stored nowhere."""
        return replace(new_draft(language), touched=self._minute())

    def is_resting(self, draft: TipDraft) -> bool:
        return is_resting(draft, self._minute())

    async def find(self, person: Person) -> Kept[TipDraft] | None:
        """The person's draft, if there is one. Raises ``BackendSilent``."""
        return await self._drafts.get(person)

    async def rest(self, person: Person) -> bool:
        """Let the person's tip rest until it is asked for; False when none is being written.

        Raises:
            BackendSilent: it is as it was.
        """
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is None or kept.value.paused:
                return False
            with suppress(DraftConflict):
                await self._drafts.put(person, replace(kept.value, paused=True), kept)
                return True
        raise BackendSilent("draft")

    async def delete(self, person: Person) -> None:
        """Destroy the person's draft and its files, if there is one. Raises ``BackendSilent``."""
        kept = await self._drafts.get(person)
        if kept is not None:
            await self._files.delete(ids_of(kept.value.files))
        await self._drafts.delete(person)

    async def begin(
        self, person: Person, language: Language, category: str | None = None, message_id: str = ""
    ) -> Standing | None:
        """Start a tip, or ask about the one that is there. None when no desk could receive one.

        Raises:
            BackendSilent: nothing was stored.
        """
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is not None:
                draft = replace(kept.value, language=language)
                context = self.world.context(language, person.channel)
                if message_id in draft.seen:
                    return repeated(draft, context, self.is_resting(draft))
                return Standing(resume_prompt(draft, context), draft=draft)
            receivers = await self._receivers()
            if not receivers:
                return None
            known = category if category in self.world.categories else None
            seen = (message_id,) if message_id else ()
            draft = replace(self.fresh(language), category=known, receivers=receivers, seen=seen)
            with suppress(DraftConflict):
                await self._drafts.put(person, draft, None)
                return Standing(self.prompt(draft, person.channel), draft=draft)
        raise BackendSilent("draft")

    async def step(self, person: Person, message: Message) -> Standing | None:
        """Take one answer of the worker. None when there is no draft.

        Raises:
            BackendSilent: nothing was stored; what was written before is safe.
        """
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is None:
                return None
            with suppress(DraftConflict):
                return await self._step(person, kept, message)
        raise BackendSilent("draft")

    async def attach(self, person: Person, message: Message, media: AsyncIterator[Media]) -> Standing | None:
        """Take photos and voice notes as evidence, at whatever step. None when there is no draft.

        Raises:
            BackendSilent: none of them is kept; what was written before is safe.
        """
        kept = await self._drafts.get(person)
        if kept is None:
            return None
        before = replace(kept.value, language=message.language)
        context = self.world.context(message.language, person.channel)
        resting = message.hidden or (self.is_resting(before) and not message.awake(before))
        if message.id in before.seen:
            return repeated(before, context, resting)
        if resting:
            return Standing(resume_prompt(before, context), (Note("file.unread"),), draft=before, taken=False)
        if before.step in (Step.SENDING, Step.SENT) or before.cancelling:
            sent = before.step is Step.SENT and not before.cancelling
            key = "file.too_late" if sent else "file.unread"
            return Standing(prompt(before, context), (Note(key),), draft=before, taken=False)
        return await self._attach(person, message, await self._kept(before, media))

    async def _kept(self, draft: TipDraft, media: AsyncIterator[Media]) -> list[KeptFile | NotKept]:
        """Have each of ``media`` kept, one after the other, or none of them."""
        results: list[KeptFile | NotKept] = []
        try:
            async for one in media:
                if len(only_kept(results)) < room_for(draft):
                    results.append(await self._files.take(one, keep_original=draft.keep_original))
                elif NotKept("file.full") not in results:
                    results.append(NotKept("file.full"))
        except BaseException:
            await self._files.drop(ids_of(only_kept(results)))
            raise
        return results

    async def _attach(
        self, person: Person, message: Message, results: list[KeptFile | NotKept]
    ) -> Standing | None:
        """Note the files in the draft as it stands now; those that find no draft are destroyed.

        Where nobody knows whether they are noted, they stay: the draft may have them, and a day ends them.
        """
        for _ in range(_ATTEMPTS):
            kept = await self._drafts.get(person)
            if kept is None:
                await self._files.drop(ids_of(only_kept(results)))
                return None
            before = replace(kept.value, language=message.language)
            context = self.world.context(message.language, person.channel)
            if message.id in before.seen or before.step in (Step.SENDING, Step.SENT):
                # Another replica was faster with the same message, or with sending.
                await self._files.drop(ids_of(only_kept(results)))
                return repeated(before, context, resting=False)
            outcome = attached(before, results, context)
            seen = (*before.seen, message.id)[-REMEMBERED:]
            draft = replace(outcome.draft, notes=outcome.notes, seen=seen, touched=self._minute())
            with suppress(DraftConflict):
                await self._drafts.put(person, draft, kept)
                left_out = [one for one in only_kept(results) if one not in draft.files]
                await self._files.drop(ids_of(left_out))
                return standing_at(draft, outcome, context)
        await self._files.drop(ids_of(only_kept(results)))
        raise BackendSilent("draft")

    def ask_to_resume(
        self, draft: TipDraft, person: Person, language: Language, text: str, *, file: bool = False
    ) -> Standing:
        """The question whether to go on with ``draft``, to a ``text`` or ``file`` recorded nowhere."""
        asked = resume_prompt(draft, self.world.context(language, person.channel))
        lost = (Note("file.unread"),) if file else ()
        notes = (*lost, *(unread(Write(text)) if text else ()))
        return Standing(asked, notes, draft=draft, taken=False)

    async def _step(self, person: Person, kept: Kept[TipDraft], message: Message) -> Standing:
        before = replace(kept.value, language=message.language)
        context = self.world.context(message.language, person.channel)
        resting = message.hidden or (self.is_resting(before) and not message.awake(before))
        if message.id in before.seen:
            return repeated(before, context, resting)
        asked = resume_prompt(before, context) if resting else prompt(before, context)
        answer = message.decide(before, asked)
        if resting and not decides(answer):
            # Nothing is taken into a resting tip, and nothing of it is shown.
            return Standing(asked, unread(answer), draft=before, taken=False)
        if resting:
            outcome = resume(before, answer)
        else:
            outcome = advance(replace(before, paused=False), await self._examined(answer, before), context)
        if outcome.effect in (Effect.DISCARD, Effect.FINISH, Effect.LEARN):
            if outcome.effect is not Effect.FINISH:
                await self._files.delete(ids_of(before.files))
            await self._drafts.delete(person)
            noted = before.receipt if outcome.effect is Effect.FINISH else None
            return Standing(None, outcome.notes, outcome.effect, receipt=noted)
        seen = (*outcome.draft.seen, message.id)[-REMEMBERED:]
        draft = replace(outcome.draft, notes=outcome.notes, seen=seen, touched=self._minute())
        if outcome.effect is Effect.SEND:
            return await self._send(person, kept, draft, context)
        if draft.step is Step.READERS:
            # In silence what was known before is offered.
            with suppress(BackendSilent):
                draft = replace(draft, receivers=await self._receivers())
        await self._drafts.put(person, draft, kept)
        await self._files.drop(ids_of(kept for kept in before.files if kept not in draft.files))
        taken = not isinstance(answer, Write | Stale) or took(before, draft)
        return replace(standing_at(draft, outcome, context), taken=taken)

    async def _send(
        self, person: Person, kept: Kept[TipDraft], draft: TipDraft, context: Context
    ) -> Standing:
        """Store the receipt first, then send, then store that it was taken. Every crash between is safe."""
        draft = replace(at(draft, Step.SENDING), receipt=draft.receipt or new_receipt(), notes=())
        kept = await self._drafts.put(person, draft, kept)
        try:
            if not await self._line.admitted(crowd(person)):
                raise BackendSilent("line")
            sent = await handed_in(self._backend, submission(draft, context))
        except BackendSilent:
            return Standing(prompt(draft, context), (Note("unsent"),), Effect.SEND, draft)
        except TipRefused as refused:
            if refused.reason is Refusal.FILE_GONE:
                await self._files.drop(ids_of(draft.files))
            draft = refused_draft(draft, refused.reason)
        else:
            draft = replace(at(draft, Step.SENT), confirmed=Confirmed(sent.priority, sent.on_duty))
        # If this fails it stays "sending" in the store: the next message sends again, which is harmless.
        with suppress(BackendSilent, DraftConflict):
            try:
                await self._drafts.put(person, draft, kept)
            except DraftConflict:
                # A database that fell lost its drafts, this one too; another replica's draft stays.
                await self._drafts.put(person, draft, None)
        return Standing(prompt(draft, context), draft.notes, Effect.SEND, draft)

    async def _examined(self, answer: Answer, draft: TipDraft) -> Answer:
        """The answer with what must be known of its text before anything of it is stored."""
        if not isinstance(answer, Write):
            return answer
        guard = await self._judged(answer.text, draft)
        refused = None
        if guard.out_of_purpose:
            known = f"refused.{guard.why}" in self.world.phrases.table
            refused = str(guard.why) if known else "other"
        findings = Findings(
            refused=refused,
            # Only at the story can the tip be given to the union instead.
            labour_dispute=guard.labour_dispute and draft.step is Step.STORY,
            alarm=alarm_in(answer.text),
            own_fault=tells_of_own_fault(answer.text),
            told=told_in(answer.text) if draft.step is Step.STORY or answer.beside else Told(),
        )
        return replace(answer, findings=findings)

    async def _judged(self, text: str, draft: TipDraft) -> Guard:
        """What the guard says of a text, to which belongs what was told before."""
        if not draft.story:
            return await self._backend.guard(text)
        alone = await self._backend.guard(text, within_a_tip=True)
        if alone.out_of_purpose and draft.step not in _SHORT:
            return alone
        # "On the day of the strike" says only when the lender of the story came.
        told = "\n".join((*draft.story, text))
        if len(told) > MAX_CHARACTERS:
            return alone  # too long to be taken, whatever it says
        whole = await self._backend.guard(told)
        return whole.model_copy(update={"labour_dispute": alone.labour_dispute})

    async def _receivers(self) -> tuple[Reader, ...]:
        """The kinds of desk that can receive now. Raises ``BackendSilent``."""
        found = await self._backend.receivers()
        return tuple(kind for kind in READER_KINDS if kind in found)

    def _minute(self) -> int:
        return int(self._clock().timestamp()) // 60
