"""What happened: one message or several, until the worker says that it is all."""

from dataclasses import replace
from typing import Final

from bot.intake.draft import Note, Step, TipDraft
from bot.intake.flow import has_words, onward
from bot.intake.steps.opening import category_notes, with_category
from bot.intake.terms import LABOUR, Context, Field, Option, Outcome, Pick, Prompt, Way, Write

MAX_CHARACTERS: Final = 20_000
"""Of all messages of one story together."""
MAX_MESSAGES: Final = 50


class Story:
    """Every message is kept as written, in order. The purpose guard has read it before it comes here."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        options: list[Option] = []
        if draft.story:
            options.append(Option("done", say("story.done")))
            options.append(Option("undo", say("story.undo")))
        if draft.labour and draft.category != LABOUR:
            options.append(Option("labour", say("story.labour")))
        text = context.ask("story.more", count=str(len(draft.story))) if draft.story else context.ask("story")
        return Prompt(Step.STORY, text, tuple(options), (Way.BACK, Way.PAUSE, Way.CANCEL), Field.STORY)

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Write(text):
                return _add(draft, text)
            case Pick("done") if has_words(draft.story):
                return onward(draft)
            case Pick("undo") if draft.story:
                return Outcome(replace(draft, story=draft.story[:-1]), (Note("story.undone"),))
            case Pick("done") | Pick("undo"):
                return Outcome(draft, (Note("story.empty"),))
            case Pick(number) if number.isdecimal():
                return Outcome(draft, (Note("story.number"),))
            case Pick("labour") if draft.labour:
                return Outcome(with_category(draft, LABOUR), category_notes(LABOUR))
        return None


def add_beside(draft: TipDraft, text: str) -> Outcome:
    """Words that came with a file become a part of the story, wherever it was sent."""
    if not any(char.isalnum() for char in text):
        return Outcome(draft)
    return _add(draft, text)


def _add(draft: TipDraft, text: str) -> Outcome:
    if not any(char.isalnum() for char in text):
        return Outcome(draft, (Note("story.no_words"),))
    story = (*draft.story, text)
    if len(story) > MAX_MESSAGES or sum(map(len, story)) > MAX_CHARACTERS:
        return Outcome(draft, (Note("story.full"),))
    return Outcome(replace(draft, story=story))
