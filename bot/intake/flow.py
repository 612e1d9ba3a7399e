"""How one step leads to the next. Pure."""

from dataclasses import replace

from bot.intake.draft import ORDER, Note, Step, TipDraft
from bot.intake.terms import Outcome


def onward(draft: TipDraft, notes: tuple[Note, ...] = ()) -> Outcome:
    """The answer is taken: the next step, or back to the review that the change came from.

    A tip without its kind, its story or its readers goes to that question first, never to the review.
    """
    following = Step.REVIEW if draft.editing else ORDER[ORDER.index(draft.step) + 1]
    if following is Step.REVIEW:
        following = _missing(draft) or following
    return Outcome(at(draft, following), notes)


def back(draft: TipDraft) -> TipDraft:
    """The step before, or the review when one of its lines was being changed. Nothing is lost."""
    if draft.editing:
        return at(draft, _missing(draft) or Step.REVIEW)
    return at(draft, ORDER[max(0, ORDER.index(draft.step) - 1)])


def at(draft: TipDraft, step: Step) -> TipDraft:
    """The draft standing at ``step``, its lists closed."""
    editing = draft.editing and step is not Step.REVIEW
    return replace(draft, step=step, editing=editing, candidates=(), page=0)


def has_words(story: tuple[str, ...]) -> bool:
    """Whether anything was told: a story of emoji or digits alone tells nobody what happened."""
    return any(char.isalpha() for part in story for char in part)


def _missing(draft: TipDraft) -> Step | None:
    if draft.category is None:
        return Step.CATEGORY
    if not has_words(draft.story):
        return Step.STORY
    return None if draft.readers else Step.READERS
