"""Sending, and the receipt until the worker has noted it."""

from bot.intake.draft import Step, TipDraft
from bot.intake.terms import Context, Effect, Option, Outcome, Pick, Prompt, Way, Write
from bot.receipt import shown


class Sending:
    """The tip is on its way and not confirmed: whatever the worker says, it is sent again, harmlessly."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        return Prompt(
            Step.SENDING, say("sending"), (Option("again", say("sending.again")),), (Way.PAUSE, Way.CANCEL)
        )

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        return Outcome(draft, effect=Effect.SEND)


class Sent:
    """The only moment at which the receipt is shown. It goes on until "noted", pressed or in words.

    Who sees no answer sends the digit of "send" once more; that must not destroy a receipt not seen yet.
    """

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        more = [say("sent"), shown(draft.receipt or ""), say("sent.keep")]
        if draft.confirmed and draft.confirmed.priority == "P1" and not draft.confirmed.on_duty:
            more.insert(0, say("sent.nobody_now"))
        noted = Option("saved", say("sent.saved"), by_word=True)
        return Prompt(Step.SENT, context.ask("sent.ask"), (noted,), more=tuple(more))

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        return Outcome(draft, effect=Effect.FINISH) if answer == Pick("saved") else None
