"""Before anything is written: what the platform sees, the notice, and what kind of thing it is."""

from dataclasses import replace

from bot.intake.draft import Note, Step, TipDraft
from bot.intake.flow import onward
from bot.intake.terms import LABOUR, Context, Effect, Option, Outcome, Pick, Prompt, Way, Write


class Platform:
    """What the channel itself sees of the worker, so that going on is a choice."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        options: tuple[Option, ...] = (Option("go", say("platform.go")),)
        if context.channel != "form":
            # The form has no conversation to go back to.
            options = (*options, Option("learn", say("platform.learn")))
        return Prompt(Step.PLATFORM, context.ask("platform"), options, (Way.CANCEL,))

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick("go"):
                return onward(draft)
            case Pick("learn"):
                return Outcome(draft, effect=Effect.LEARN)
        return None


class Notice:
    """What not to write, and what this is not."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        say = context.say
        return Prompt(Step.NOTICE, say("notice"), (Option("go", say("notice.go")),), (Way.BACK, Way.CANCEL))

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        return onward(draft) if answer == Pick("go") else None


class Category:
    """What the tip is about. A change that moves it to or from the union alone asks for the readers again."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt:
        options = tuple(Option(name, context.say(f"category.{name}")) for name in context.categories)
        return Prompt(Step.CATEGORY, context.say("category"), options, (Way.BACK, Way.CANCEL))

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        match answer:
            case Pick(name) if name in context.categories:
                return onward(with_category(draft, name), category_notes(name))
        return None


def with_category(draft: TipDraft, category: str) -> TipDraft:
    """The draft under another category; its readers do not carry over to or from the union's own."""
    moved = (draft.category == LABOUR) != (category == LABOUR)
    return replace(draft, category=category, readers=() if moved else draft.readers)


def category_notes(category: str) -> tuple[Note, ...]:
    """What is said once when a category is chosen."""
    if category == LABOUR:
        return (Note("category.note.labour"),)
    if category == "trafficking":
        return (Note("category.note.trafficking", hotlines=("111", "113")),)
    if category == "drug_dealing":
        return (Note("category.note.drugs"),)
    return ()
