"""When it happened, who did it, and whether anybody is in danger now. Each may be left out."""

from dataclasses import replace
from typing import Final, get_args

from bot.intake.draft import DangerAnswer, Note, Step, TipDraft, WhenChoice
from bot.intake.flow import onward
from bot.intake.terms import Context, Field, Option, Outcome, Pick, Prompt, Way, Write

WHEN: Final[tuple[WhenChoice, ...]] = get_args(WhenChoice)
DANGER: Final[tuple[DangerAnswer, ...]] = get_args(DangerAnswer)
MAX_WHEN: Final = 500
MAX_WHO: Final = 4_000


class When:
    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        options = tuple(Option(value, context.say(f"when.{value}")) for value in WHEN)
        ways = (Way.BACK, Way.SKIP, Way.CANCEL)
        return Prompt(Step.WHEN, context.ask("when"), options, ways, Field.LINE)

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Write(text) if len(text) > MAX_WHEN:
                return Outcome(draft, (Note("line.too_long"),))
            case Write(text):
                return onward(replace(draft, when=text, when_choice=None))
        for value in WHEN:
            if answer == Pick(value):
                return onward(replace(draft, when=None, when_choice=value))
        return None


class Who:
    """Names, nicknames, numbers, accounts, plates of those who did it. Never the reporter's own."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        ways = (Way.BACK, Way.SKIP, Way.CANCEL)
        return Prompt(Step.WHO, context.ask("who"), (), ways, Field.LINE)

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Write(text) if len(text) > MAX_WHO:
                return Outcome(draft, (Note("line.too_long"),))
            case Write(text):
                return onward(replace(draft, who=text))
        return None


class Danger:
    """Asked once and plainly. "Now" gives the numbers to call before the next question."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        options = tuple(Option(value, context.say(f"danger.{value}")) for value in DANGER)
        return Prompt(Step.DANGER, context.say("danger"), options, (Way.BACK, Way.SKIP, Way.CANCEL))

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        for value in DANGER:
            if answer == Pick(value):
                return onward(replace(draft, danger=value), _advice(draft, value))
        return None


def _advice(draft: TipDraft, answer: DangerAnswer) -> tuple[Note, ...]:
    if answer not in ("now", "soon"):
        return ()
    if draft.child or draft.category == "trafficking":
        return (Note(f"danger.advice.{answer}.child", hotlines=("113", "111")),)
    return (Note(f"danger.advice.{answer}", hotlines=("113",)),)
