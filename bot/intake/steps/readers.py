"""Who may read the tip. Nothing is preselected, nothing is hidden."""

from dataclasses import replace
from typing import Final

from bot.intake.draft import Reader, Step, TipDraft
from bot.intake.flow import at, onward
from bot.intake.terms import LABOUR, Context, Option, Outcome, Pick, Prompt, Way, Write

READERS: Final[dict[str, tuple[Reader, ...]]] = {
    "union": ("union",),
    "police": ("police",),
    "both": ("union", "police"),
}


class Readers:
    """A labour violation goes to the union alone; everything else is the reporter's choice.

    Only a desk that can receive now is offered, and it is said when one cannot.
    """

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        ways = (Way.BACK, Way.CANCEL)
        offered = _offered(draft)
        if not offered:
            return _nobody(draft, context)
        if draft.category == LABOUR:
            return Prompt(
                Step.READERS, say("readers.labour"), (Option("union", say("readers.go_union")),), ways
            )
        text = say("readers") if len(draft.receivers) > 1 else say(f"readers.only.{draft.receivers[0]}")
        if draft.own_fault and "police" in draft.receivers:
            text = f"{text}\n{say('readers.own_fault')}"
        return Prompt(
            Step.READERS, text, tuple(Option(value, say(f"readers.{value}")) for value in offered), ways
        )

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick(value) if value in _offered(draft):
                return onward(replace(draft, readers=READERS[value]))
            case Pick("category"):
                return Outcome(replace(at(draft, Step.CATEGORY), editing=True))
        return None


def _offered(draft: TipDraft) -> list[str]:
    """The options whose every desk can receive now."""
    values = ("union",) if draft.category == LABOUR else tuple(READERS)
    return [value for value in values if set(READERS[value]) <= set(draft.receivers)]


def _nobody(draft: TipDraft, context: Context) -> Prompt:
    """Nobody can receive this tip now: it may wait a while, or become one of another kind."""
    say = context.say
    ways = (Way.BACK, Way.PAUSE, Way.CANCEL)
    if draft.category == LABOUR and draft.receivers:
        other = Option("category", say("review.change", what=say("review.category")))
        return Prompt(Step.READERS, say("readers.none.labour"), (other,), ways)
    return Prompt(Step.READERS, say("readers.none"), (), ways)


def readers_value(readers: tuple[Reader, ...]) -> str | None:
    """The option that stands for ``readers``, or None while nothing is chosen."""
    return next((value for value, kinds in READERS.items() if kinds == readers), None)
