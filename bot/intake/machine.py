"""One turn of the tip conversation, as a pure function: draft and answer in, draft and effect out."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.emergency import CHILD_LINE, advice
from bot.intake.draft import Note, Step, TipDraft
from bot.intake.flow import back, onward
from bot.intake.masking import mask_prompt, take_mask, with_own_words
from bot.intake.steps.closing import Sending, Sent
from bot.intake.steps.details import Danger, When, Who
from bot.intake.steps.files import Files
from bot.intake.steps.opening import Category, Notice, Platform
from bot.intake.steps.readers import Readers
from bot.intake.steps.review import Review
from bot.intake.steps.story import Story, add_beside
from bot.intake.steps.where import Place, Province
from bot.intake.terms import (
    LABOUR,
    Answer,
    Context,
    Effect,
    Findings,
    Go,
    Handler,
    Option,
    Outcome,
    Page,
    Pick,
    Prompt,
    Stale,
    Way,
    Write,
)

HANDLERS: Final[Mapping[Step, Handler]] = {
    Step.PLATFORM: Platform(),
    Step.NOTICE: Notice(),
    Step.CATEGORY: Category(),
    Step.STORY: Story(),
    Step.PROVINCE: Province(),
    Step.PLACE: Place(),
    Step.WHEN: When(),
    Step.WHO: Who(),
    Step.FILES: Files(),
    Step.DANGER: Danger(),
    Step.READERS: Readers(),
    Step.REVIEW: Review(),
    Step.SENDING: Sending(),
    Step.SENT: Sent(),
}
_TELLING: Final = frozenset(Step) - {
    Step.PLATFORM,
    Step.NOTICE,
    Step.CATEGORY,
    Step.SENDING,
    Step.SENT,
}
"""Steps at which words that come with a file may join the story: it was said what not to write."""
FILES_GONE: Final = "file_gone"
"""Said of a tip that was not sent because its files are gone, and again to whoever comes back to it."""
IDLE_MINUTES: Final = 15
"""After so long without a step, nothing of a draft is shown until the worker asks."""


def is_resting(draft: TipDraft, minute: int) -> bool:
    """Whether the draft must be asked about before anything of it is shown."""
    return draft.paused or minute - draft.touched >= IDLE_MINUTES


def resume_prompt(draft: TipDraft, context: Context) -> Prompt:
    """Says that there is a draft, and nothing of what is in it."""
    say = context.say
    options = tuple(Option(value, say(f"resume.{value}")) for value in ("go", "later", "delete"))
    key = "resume.sent" if draft.step in (Step.SENDING, Step.SENT) else "resume"
    return Prompt(Page.RESUME, say(key), options)


def prompt(draft: TipDraft, context: Context) -> Prompt:
    """The question that the draft stands at."""
    if draft.cancelling:
        say = context.say
        text = say("cancel.sent") if draft.step in (Step.SENDING, Step.SENT) else say("cancel")
        return Prompt(Page.CANCEL, text, (Option("yes", say("cancel.yes")), Option("no", say("cancel.no"))))
    if _asks_to_mask(draft):
        return mask_prompt(draft, context)
    return HANDLERS[draft.step].prompt(draft, context)


def advance(draft: TipDraft, answer: Answer, context: Context) -> Outcome:
    """What ``answer`` does to ``draft``. Never loses anything that the worker has written."""
    outcome = _advanced(draft, answer, context)
    if outcome.draft.step is Step.REVIEW and outcome.effect is Effect.NONE:
        return replace(outcome, draft=with_own_words(outcome.draft))
    return outcome


def _asks_to_mask(draft: TipDraft) -> bool:
    return draft.step is Step.REVIEW and bool(draft.own)


def _advanced(draft: TipDraft, answer: Answer, context: Context) -> Outcome:
    if isinstance(answer, Stale):
        return Outcome(draft, (Note("stale"),))
    if draft.cancelling:
        return _cancelling(draft, answer)
    if isinstance(answer, Go):
        return _go(draft, answer.way, context)
    if isinstance(answer, Write):
        return _write(draft, answer, context)
    return _taken(draft, answer, context) or Outcome(draft, (Note("not_an_answer"),))


def _taken(draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
    if isinstance(answer, Write) and answer.beside and draft.step in _TELLING:
        return add_beside(draft, answer.text)
    if _asks_to_mask(draft):
        return take_mask(draft, answer, context)
    return HANDLERS[draft.step].take(draft, answer, context)


def decides(answer: Answer) -> bool:
    """Whether ``answer`` says what becomes of a resting draft; every other one is asked again."""
    return isinstance(answer, Pick) or answer in (Go(Way.PAUSE), Go(Way.CANCEL))


def resume(draft: TipDraft, answer: Answer) -> Outcome:
    """What the worker decides about a draft that was resting."""
    match answer:
        case Pick("go"):
            sending = Effect.SEND if draft.step is Step.SENDING else Effect.NONE
            lost = tuple(note for note in draft.notes if note.key == FILES_GONE)
            return Outcome(replace(draft, paused=False), lost, sending)
        case Pick("delete") | Go(Way.CANCEL):
            return Outcome(replace(draft, paused=False, cancelling=True))
        case Pick("later") | Go(Way.PAUSE):
            return Outcome(replace(draft, paused=True), effect=Effect.LEAVE)
    return Outcome(draft)


def _cancelling(draft: TipDraft, answer: Answer) -> Outcome:
    match answer:
        case Pick("yes"):
            return Outcome(draft, effect=Effect.DISCARD)
        case Pick("no") | Go(_):
            return Outcome(replace(draft, cancelling=False))
    return Outcome(draft, (Note("not_an_answer"),))


def _go(draft: TipDraft, way: Way, context: Context) -> Outcome:
    if way not in prompt(draft, context).ways and way is not Way.CANCEL:
        return Outcome(draft, (Note(f"no_way.{way}"),))
    match way:
        case Way.CANCEL:
            return Outcome(replace(draft, cancelling=True))
        case Way.PAUSE:
            return Outcome(replace(draft, paused=True), (Note("paused"),), Effect.LEAVE)
        case Way.BACK:
            return Outcome(back(draft))
        case Way.SKIP:
            return _skip(draft)


def _write(draft: TipDraft, answer: Write, context: Context) -> Outcome:
    """A text: danger is answered first, then the guard's refusal, then the step itself."""
    found = answer.findings
    first: tuple[Note, ...] = ()
    if found.alarm:
        key = advice(found.alarm).key
        first = (advice(found.alarm, again=key in draft.warned),)
        draft = replace(draft, warned=tuple(dict.fromkeys((*draft.warned, key))))
    if found.refused:
        return Outcome(draft, (*first, Note(f"refused.{found.refused}")))
    outcome = _taken(draft, answer, context)
    if outcome is None:
        return Outcome(draft, (*first, Note("not_an_answer")))
    offered = found.labour_dispute and not draft.labour and draft.category != LABOUR
    fitting = _fitting(outcome.draft, found)
    news = (*((Note("labour.help"),) if offered else ()), *fitting)
    kept = replace(
        outcome.draft,
        warned=tuple(dict.fromkeys((*outcome.draft.warned, *(note.key for note in fitting)))),
        labour=outcome.draft.labour or found.labour_dispute,
        own_fault=outcome.draft.own_fault or found.own_fault,
        child=outcome.draft.child or found.told.child or _about_child(found),
    )
    notes = (*first, *outcome.notes, *news)
    if answer.leaving is None:
        return replace(outcome, draft=kept, notes=notes)
    # What was typed is kept, and the button leads where it leads from the page it stood on.
    left = _go(replace(kept, step=draft.step, editing=draft.editing), answer.leaving, context)
    return replace(left, notes=(*notes, *left.notes))


def _about_child(found: Findings) -> bool:
    return found.alarm is not None and found.alarm.kind in CHILD_LINE


def _fitting(draft: TipDraft, found: Findings) -> tuple[Note, ...]:
    """What fits the story that is told, each said once: whose debt it is, and the line for children."""
    notes = []
    if found.told.path:
        notes.append(Note(f"path.{found.told.path}"))
    if found.told.child and not _about_child(found):
        notes.append(Note("child.line", hotlines=("111", "113")))
    return tuple(note for note in notes if note.key not in draft.warned)


def _skip(draft: TipDraft) -> Outcome:
    return onward(_without(draft))


def _without(draft: TipDraft) -> TipDraft:
    """The draft without the answer to its present step, which may be left out."""
    match draft.step:
        case Step.PROVINCE:
            return replace(draft, province=None)
        case Step.PLACE:
            return replace(draft, place=None)
        case Step.WHEN:
            return replace(draft, when=None, when_choice=None)
        case Step.WHO:
            return replace(draft, who=None)
        case Step.DANGER:
            return replace(draft, danger=None)
    return draft
