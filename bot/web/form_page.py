"""One step of the tip form as a page: what the template needs, worked out beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from bot.envelope import Language, Link
from bot.intake.draft import ORDER, Note, Step, TipDraft
from bot.intake.render import note_bubble
from bot.intake.terms import Field, Option, Prompt
from bot.phrases import Spoken
from bot.receipt import shown
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
    """The list to choose from; empty on other pages."""
    lines: tuple[tuple[Step, str], ...] = field(default=(), repr=False)
    """The lines of the review; empty on other pages."""

    @property
    def heading(self) -> str:
        return self.prompt.text.split("\n", 1)[0]

    @property
    def rest(self) -> str:
        """What follows the heading."""
        return self.prompt.text.partition("\n")[2]

    @property
    def rows(self) -> int:
        """Rows of the field; 0 when nothing may be typed."""
        if self.prompt.takes is Field.STORY:
            return 7
        if self.prompt.page == Step.WHO:
            return 4
        return 0 if self.prompt.takes is Field.NONE else 2

    @property
    def options(self) -> tuple[Option, ...]:
        """The options as buttons, without those that the page shows in another way."""
        hidden = {"done"} if self.rows else {str(step) for step, _ in self.lines}
        return tuple(option for option in self.prompt.options if option.value not in hidden)

    @property
    def options_first(self) -> bool:
        """Whether choosing is likelier than typing."""
        return self.prompt.page == Step.WHEN

    @property
    def receipt(self) -> str:
        """The receipt to show, on the one page that does."""
        return shown(self.draft.receipt) if self.prompt.page == Step.SENT and self.draft.receipt else ""

    @property
    def more(self) -> tuple[str, ...]:
        """What is said before the question and not shown in another way."""
        if self.lines:
            return ()
        if not self.receipt:
            return self.prompt.more
        at = self.prompt.more.index(self.receipt)
        return (*self.prompt.more[: at - 1], *self.prompt.more[at + 1 :])


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
