"""A step of the tip conversation as chat bubbles. Pure. Everything here is sensitive."""

from typing import Final

from bot.emergency import call_links
from bot.envelope import Choice, ChoiceKind, Link, Reply
from bot.intake.draft import Note, Step, TipDraft
from bot.intake.terms import Prompt, choice_id, way_choice_id
from bot.phrases import Spoken

PAGES: Final = "web"
"""The channel whose words our own pages use: a tip there can be found again while the page is open only."""


def bubbles(
    draft: TipDraft | None, notes: tuple[Note, ...], prompt: Prompt | None, say: Spoken, channel: str = PAGES
) -> tuple[Reply, ...]:
    """What is said once, then the question with its choices."""
    replies = [note_bubble(note, say, channel) for note in notes]
    if prompt is not None and draft is not None:
        replies += [Reply(text, sensitive=True) for text in prompt.more]
        replies.append(Reply(prompt.text, choices(draft, prompt, say), links(prompt, say), sensitive=True))
    return tuple(replies)


def note_bubble(note: Note, say: Spoken, channel: str = PAGES) -> Reply:
    """A sentence said once, in the channel's own words where it has some (``<key>.<channel>``)."""
    return Reply(
        say(say.own(note.key, channel), **dict(note.values)),
        (),
        call_links(note.hotlines, say),
        sensitive=True,
    )


def choices(draft: TipDraft, prompt: Prompt, say: Spoken) -> tuple[Choice, ...]:
    """The options with their digits, then the ways about."""
    options = [
        Choice(
            choice_id(draft, prompt.page, option.value),
            option.label,
            ChoiceKind.WORD if option.by_word else ChoiceKind.ANSWER,
        )
        for option in prompt.options
    ]
    ways = [
        Choice(way_choice_id(draft, prompt.page, way), say(f"way.{way}"), ChoiceKind.WAY)
        for way in prompt.ways
    ]
    return (*options, *ways)


def links(prompt: Prompt, say: Spoken) -> tuple[Link, ...]:
    """The form on a page of its own, offered before anything is written."""
    if prompt.page != Step.PLATFORM:
        return ()
    return (Link(say("platform.form_link"), "/bao-tin"),)
