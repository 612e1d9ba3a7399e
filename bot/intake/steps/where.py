"""Where it happened: the province by name or from a list, then the place in the worker's own words."""

from dataclasses import replace
from typing import Final

from bot.intake.draft import Note, Step, TipDraft
from bot.intake.flow import onward
from bot.intake.terms import Context, Field, Option, Outcome, Pick, Prompt, Way, Write

PAGE: Final = 8
"""Provinces on one page of the list, so that each has a digit."""
MAX_PLACE: Final = 1_000


class Province:
    """A typed name (old names and no diacritics too) or a choice. Several meanings are asked back."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        ways = (Way.BACK, Way.SKIP, Way.CANCEL)
        say, names = context.say, context.places.names
        if draft.candidates:
            options = tuple(Option(code, names[code]) for code in draft.candidates if code in names)
            return Prompt(Step.PROVINCE, say("province.which"), options, ways, Field.LINE)
        if draft.page:
            shown = list(names.items())[(draft.page - 1) * PAGE : draft.page * PAGE]
            options = tuple(Option(code, name) for code, name in shown)
            if draft.page * PAGE < len(names):
                options += (Option("more", say("province.next")),)
            return Prompt(Step.PROVINCE, say("province.list"), options, ways, Field.LINE)
        return Prompt(
            Step.PROVINCE, context.ask("province"), (Option("more", say("province.all")),), ways, Field.LINE
        )

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick("more"):
                pages = -(-len(context.places.names) // PAGE)
                return Outcome(replace(draft, candidates=(), page=draft.page % pages + 1))
            case Pick(code) if code in context.places.names:
                return onward(replace(draft, province=code), _chosen(code, context))
            case Write(text):
                return _named(draft, text, context)
        return None


class Place:
    """A street, a dormitory, a gate: whatever helps to find it."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        ways = (Way.BACK, Way.SKIP, Way.CANCEL)
        return Prompt(Step.PLACE, context.ask("place"), (), ways, Field.LINE)

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Write(text) if len(text) > MAX_PLACE:
                return Outcome(draft, (Note("line.too_long"),))
            case Write(text):
                return onward(replace(draft, place=text))
        return None


def _named(draft: TipDraft, text: str, context: Context) -> Outcome:
    found = context.places.find(text)
    if len(found) == 1:
        return onward(replace(draft, province=found[0]), _chosen(found[0], context))
    if found:
        return Outcome(replace(draft, candidates=found[:PAGE], page=0))
    return Outcome(replace(draft, candidates=()), (Note("province.unknown"),))


def _chosen(code: str, context: Context) -> tuple[Note, ...]:
    return (Note("province.chosen", (("name", context.places.names[code]),)),)
