"""The reporter's own name and numbers in what they wrote, and how they are covered. Pure.

What is found is only asked about: the reporter decides. What they leave uncovered is marked again where the
tip is read, and indexed nowhere.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from backend.text.identifiers import identifiers_in
from bot.intake.draft import Note, OwnWords, TipDraft
from bot.intake.terms import Context, Option, Outcome, Page, Pick, Prompt, Way, Write
from bot.phrases import Spoken

_LONGEST: Final = 4_000
"""Characters of an answer; a story part may be longer."""
_SHORT_MARK: Final = "…"
_ABOUT_OTHERS: Final = frozenset({"name", "id_card", "employee_code", "birth"})
"""Kinds that, where it is asked who did it, are theirs."""


def own_words(text: str) -> tuple[OwnWords, ...]:
    """What in a message to the liaisons seems to be its writer's own."""
    found = (OwnWords(span.kind, text[span.start : span.end]) for span in identifiers_in(text).own)
    return tuple(dict.fromkeys(found))


def cover_in(text: str, words: Iterable[OwnWords], mark: str) -> str:
    """``text`` with ``mark`` wherever ``words`` stand, also where a number is written in another way."""
    for own in words:
        text = _covering(own, (text,), mark)(text)
    return text


def asked_in(words: Sequence[OwnWords], say: Spoken) -> str:
    """The question whether to cover all of these."""
    kinds = dict.fromkeys(say(f"mask.{own.kind}") for own in words)
    return say("mask", what=", ".join(kinds), words=", ".join(own.words for own in words))


def with_own_words(draft: TipDraft) -> TipDraft:
    """The draft with what must be asked about before it is reviewed."""
    found: dict[OwnWords, None] = {}
    told = [(text, True) for text in (*draft.story, draft.place, draft.when) if text]
    told += [(draft.who, False)] if draft.who else []
    for text, about_me in told:
        for span in identifiers_in(text).own:
            if about_me or span.kind not in _ABOUT_OTHERS:
                found.setdefault(OwnWords(span.kind, text[span.start : span.end]))
    return replace(draft, own=tuple(own for own in found if own not in draft.own_kept))


def mask_prompt(draft: TipDraft, context: Context) -> Prompt:
    """Asks about the first of what was found."""
    say, own = context.say, draft.own[0]
    options = [Option("yes", say("mask.yes")), Option("no", say("mask.no"))]
    if len(draft.own) > 1:
        options.append(Option("all", say("mask.all", count=str(len(draft.own)))))
    text = say("mask", what=say(f"mask.{own.kind}"), words=own.words)
    return Prompt(Page.MASK, text, tuple(options), (Way.PAUSE, Way.CANCEL))


def take_mask(draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
    """Cover what was asked about, or leave it as it is."""
    mark = context.say("mask.mark")
    match answer:
        case Pick("yes"):
            return Outcome(covered(draft, draft.own[:1], mark), (Note("mask.done"),))
        case Pick("all"):
            return Outcome(covered(draft, draft.own, mark), (Note("mask.done"),))
        case Pick("no"):
            kept = (*draft.own_kept, draft.own[0])
            return Outcome(replace(draft, own=draft.own[1:], own_kept=kept), (Note("mask.left"),))
    return None


def covered(draft: TipDraft, words: Iterable[OwnWords], mark: str) -> TipDraft:
    """The draft with ``mark`` wherever ``words`` stand, also where a number is written in another way."""
    for own in words:
        cover = _covering(own, (*draft.story, draft.place or "", draft.when or "", draft.who or ""), mark)
        draft = replace(
            draft,
            story=tuple(cover(part) for part in draft.story),
            place=cover(draft.place) if draft.place else draft.place,
            when=cover(draft.when) if draft.when else draft.when,
            who=cover(draft.who) if draft.who else draft.who,
            own=tuple(other for other in draft.own if other != own),
        )
    return draft


def _covering(own: OwnWords, texts: Iterable[str], mark: str) -> Callable[[str], str]:
    values = {
        found.value
        for text in texts
        for found in identifiers_in(text).found
        if text[found.start : found.end] == own.words
    }
    exact = re.compile(rf"(?<!\w){re.escape(own.words)}(?!\w)")

    def cover(text: str) -> str:
        spans = [match.span() for match in exact.finditer(text)]
        if values:
            spans += [(one.start, one.end) for one in identifiers_in(text).found if one.value in values]
        shown = _cut(text, spans, mark)
        return shown if len(shown) <= max(len(text), _LONGEST) else _cut(text, spans, _SHORT_MARK)

    return cover


def _cut(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    """``text`` with ``mark`` in place of each span; of spans that overlap, one."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += [text[at:start], mark]
        at = max(at, end)
    return "".join([*pieces, text[at:]])
