"""Where a conversation's tip stands: what is asked, what is said once, what of it may be shown. Pure.

``bot.intake.service`` acts; this only decides.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from bot.backend import Refusal
from bot.emergency import advice, alarm_in
from bot.envelope import Language
from bot.files import KeptFile, NotKept
from bot.intake.draft import Note, Step, TipDraft, new_draft
from bot.intake.flow import at
from bot.intake.machine import FILES_GONE, prompt, resume_prompt
from bot.intake.terms import Answer, Context, Effect, Outcome, Places, Prompt, Write
from bot.phrases import Phrases

_REFUSALS: Final = {
    Refusal.OUT_OF_PURPOSE: "not_taken",
    Refusal.NOBODY_TO_RECEIVE: "nobody_to_receive",
    Refusal.FILE_GONE: FILES_GONE,
}


@dataclass(frozen=True)
class Message:
    """One answer of the worker. ``decide`` reads it against the question that the draft stands at.

    ``awake`` tells that the worker still has this very tip before their eyes, so that a long pause for
    writing is no reason to ask whether to go on. ``hidden`` tells that they certainly have not.
    """

    id: str
    language: Language
    decide: Callable[[TipDraft, Prompt], Answer]
    awake: Callable[[TipDraft], bool] = lambda _: False
    hidden: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a conversation's tip stands now: what to say once, what is asked, and what just ended."""

    prompt: Prompt | None
    notes: tuple[Note, ...] = ()
    effect: Effect = Effect.NONE
    draft: TipDraft | None = field(default=None, repr=False)
    taken: bool = True
    """False when a text was typed that is not in the draft now."""
    receipt: str | None = field(default=None, repr=False)
    """Of a tip that was sent, once its receipt is noted."""


@dataclass(frozen=True)
class World:
    """What every step may know: the phrases, the categories and the provinces."""

    phrases: Phrases
    categories: tuple[str, ...]
    places: Places

    def context(self, language: Language, channel: str) -> Context:
        return Context(self.phrases.spoken(language), channel, self.categories, self.places)


def standing_at(draft: TipDraft, outcome: Outcome, context: Context) -> Standing:
    asked = None if outcome.effect is Effect.LEAVE else prompt(draft, context)
    return Standing(asked, outcome.notes, outcome.effect, draft)


def repeated(draft: TipDraft, context: Context, resting: bool) -> Standing:
    """What is said to a message that was taken before: what was said then, as far as it may be shown now."""
    if draft.paused:
        return Standing(None, draft.notes, Effect.LEAVE, draft)
    if resting:
        return Standing(resume_prompt(draft, context), draft=draft)
    return standing_at(draft, Outcome(draft, draft.notes), context)


def unread(answer: Answer) -> tuple[Note, ...]:
    """What is said of a text that a resting tip did not take; danger is answered all the same."""
    if not isinstance(answer, Write):
        return ()
    alarm = alarm_in(answer.text)
    return (*((advice(alarm),) if alarm else ()), Note("resume.unread"))


def refused_draft(draft: TipDraft, reason: Refusal) -> TipDraft:
    """Back at the review with the reason; the receipt was never used and goes."""
    draft = replace(
        at(draft, Step.REVIEW), receipt=None, notes=(Note(_REFUSALS.get(reason, "not_readable")),)
    )
    if reason is Refusal.FILE_GONE:
        # Which of them is gone nobody says; they are sent anew, or the tip goes without.
        return replace(draft, step=Step.FILES, editing=True, files=())
    if reason is Refusal.OTHER_SUBMISSION:
        # The id belongs to a tip under another receipt; this one has not been stored.
        draft = replace(draft, draft_id=new_draft(draft.language).draft_id)
    return draft


def only_kept(results: Iterable[KeptFile | NotKept]) -> list[KeptFile]:
    return [result for result in results if isinstance(result, KeptFile)]


def ids_of(files: Iterable[KeptFile]) -> list[str]:
    return [kept.id for kept in files]


def took(before: TipDraft, after: TipDraft) -> bool:
    """Whether a typed text changed the tip: it was stored, or it led on."""
    was, now = ((d.step, d.story, d.place, d.when, d.who) for d in (before, after))
    return was != now or bool(after.candidates)
