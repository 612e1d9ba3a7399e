"""One step of the tip form as a page: what the template needs, worked out beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from bot.envelope import Language, Link
from bot.intake.draft import ORDER, Note, Step, TipDraft
from bot.intake.render import note_bubble
from bot.intake.terms import Field, Prompt
from bot.phrases import Spoken
from bot.web.pages import Pages

_COUNTED: Final = ORDER[: ORDER.index(Step.REVIEW) + 1]


@dataclass(frozen=True)
class ShownNote:
    text: str = field(repr=False)
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class StepView:
    """What one page shows. ``text`` is what stands in the field: typed and not taken, or to be changed."""

    prompt: Prompt
    draft: TipDraft = field(repr=False)
    token: str = field(repr=False)
    message: str
    """Id of the answer that will be posted, so that a double click acts once."""
    notes: tuple[ShownNote, ...] = ()
    text: str = field(default="", repr=False)
    number: int | None = None
    total: int = len(_COUNTED)
    provinces: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """Rows of the field; 0 when nothing may be typed."""
        if self.prompt.takes is Field.STORY:
            return 7
        return 0 if self.prompt.takes is Field.NONE else 3

    @property
    def is_province(self) -> bool:
        return self.prompt.page == Step.PROVINCE

    @property
    def is_receipt(self) -> bool:
        return self.prompt.page == Step.SENT


def shown_notes(notes: tuple[Note, ...], say: Spoken) -> tuple[ShownNote, ...]:
    bubbles = (note_bubble(note, say) for note in notes)
    return tuple(ShownNote(bubble.text, bubble.links) for bubble in bubbles)


def present_text(draft: TipDraft, prompt: Prompt) -> str:
    """What was answered before, to stand in the field when a line is changed."""
    answered = {Step.PLACE: draft.place, Step.WHEN: draft.when, Step.WHO: draft.who}
    return next((text or "" for step, text in answered.items() if step == prompt.page), "")


def step_number(prompt: Prompt) -> int | None:
    """Which of the counted steps this page is; None for a page in between."""
    return next((number for number, step in enumerate(_COUNTED, 1) if step == prompt.page), None)


def show_step(pages: Pages, view: StepView, language: Language, status: int = 200) -> Response:
    return pages.show("form.html", language, status, view=view)
