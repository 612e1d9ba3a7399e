"""Everything shown before it is sent, and every line open to change."""

from dataclasses import replace
from typing import Final

from bot.intake.draft import Step, TipDraft
from bot.intake.steps.files import counted
from bot.intake.steps.readers import readers_value
from bot.intake.terms import Context, Effect, Option, Outcome, Pick, Prompt, Way, Write

LINES: Final = (
    Step.CATEGORY,
    Step.STORY,
    Step.PROVINCE,
    Step.PLACE,
    Step.WHEN,
    Step.WHO,
    Step.FILES,
    Step.DANGER,
    Step.READERS,
)
"""What can be changed from the review, in order."""


class Review:
    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        lines = [f"{say(f'review.{step}')}: {value}" for step, value in shown_lines(draft, context)]
        changes = [Option(step, say("review.change", what=say(f"review.{step}"))) for step in LINES]
        options = (Option("send", say("review.send")), *changes)
        return Prompt(
            Step.REVIEW,
            context.ask("review.ask"),
            options,
            (Way.BACK, Way.PAUSE, Way.CANCEL),
            more=(say("review"), "\n".join(lines)),
        )

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick("send"):
                return Outcome(draft, effect=Effect.SEND)
            case Pick(value) if value in LINES:
                return Outcome(replace(draft, step=Step(value), editing=True))
        return None


def shown_lines(draft: TipDraft, context: Context) -> tuple[tuple[Step, str], ...]:
    """What the worker has told, line by line, in their language."""
    say = context.say
    unsaid = say("review.nothing")
    category = say(f"category.{draft.category}") if draft.category else unsaid
    province = context.places.names.get(draft.province, unsaid) if draft.province else unsaid
    when = draft.when or (say(f"when.{draft.when_choice}") if draft.when_choice else unsaid)
    danger = say(f"danger.{draft.danger}") if draft.danger else unsaid
    readers = readers_value(draft.readers)
    values = (
        category,
        "\n".join(draft.story),
        province,
        draft.place or unsaid,
        when,
        draft.who or unsaid,
        counted(draft.files, say) or say("review.no_files"),
        danger,
        say(f"readers.{readers}") if readers else unsaid,
    )
    return tuple(zip(LINES, values, strict=True))
