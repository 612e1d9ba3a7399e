"""Who may read the tip. Nothing is preselected, nothing is hidden."""

from dataclasses import replace
from typing import Final

from bot.intake.draft import Reader, Step, TipDraft
from bot.intake.flow import onward
from bot.intake.terms import LABOUR, Context, Option, Outcome, Pick, Prompt, Way, Write

READERS: Final[dict[str, tuple[Reader, ...]]] = {
    "union": ("union",),
    "police": ("police",),
    "both": ("union", "police"),
}


class Readers:
    """A labour violation goes to the union alone; everything else is the reporter's choice."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        ways = (Way.BACK, Way.CANCEL)
        if draft.category == LABOUR:
            return Prompt(
                Step.READERS, say("readers.labour"), (Option("union", say("readers.go_union")),), ways
            )
        text = say("readers")
        if draft.own_fault:
            text = f"{text}\n{say('readers.own_fault')}"
        return Prompt(
            Step.READERS, text, tuple(Option(value, say(f"readers.{value}")) for value in READERS), ways
        )

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick(value) if value in READERS:
                allowed = READERS["union"] if draft.category == LABOUR else READERS[value]
                return onward(replace(draft, readers=allowed))
        return None


def readers_value(readers: tuple[Reader, ...]) -> str | None:
    """The option that stands for ``readers``, or None while nothing is chosen."""
    return next((value for value, kinds in READERS.items() if kinds == readers), None)
