"""The words that the steps of the tip conversation share: what is asked, what is answered, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from bot.emergency import Alarm
from bot.intake.draft import Note, TipDraft
from bot.intake.paths import Told
from bot.phrases import Spoken

LABOUR: Final = "labour_violation"
"""The one category that goes to the union alone."""


class Field(StrEnum):
    """What may be typed beside the choices."""

    NONE = "none"
    LINE = "line"
    STORY = "story"


class Way(StrEnum):
    """Moving about, at any step that offers it."""

    BACK = "back"
    SKIP = "skip"
    PAUSE = "pause"
    CANCEL = "cancel"


class Page(StrEnum):
    """What is asked instead of the step itself."""

    RESUME = "resume"
    CANCEL = "cancel"
    MASK = "mask"


@dataclass(frozen=True)
class Option:
    """One answer to choose: ``value`` for the machine, ``label`` for the worker.

    ``by_word``: no digit stands for it, as it cannot be taken back and a digit may be sent twice.
    """

    value: str
    label: str
    by_word: bool = False


@dataclass(frozen=True)
class Prompt:
    """One question. ``page`` names it (a step, or a page in its place)."""

    page: str
    text: str = field(repr=False)
    options: tuple[Option, ...] = ()
    ways: tuple[Way, ...] = ()
    takes: Field = Field.NONE
    more: tuple[str, ...] = ()
    """Further bubbles before ``text`` (the parts of a long review)."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a text before a step may take it."""

    refused: str | None = None
    """Why the purpose guard refuses it."""
    labour_dispute: bool = False
    alarm: Alarm | None = None
    own_fault: bool = False
    told: Told = field(default_factory=Told)


@dataclass(frozen=True)
class Pick:
    value: str


@dataclass(frozen=True)
class Write:
    """A typed text. ``leaving``: it was typed on a page that was left by a button (back, later, cancel).

    ``beside``: it came with a file, and belongs to the story whatever is asked.
    """

    text: str = field(repr=False)
    findings: Findings = Findings()
    leaving: Way | None = None
    beside: bool = False


@dataclass(frozen=True)
class Go:
    way: Way


@dataclass(frozen=True)
class Stale:
    """A button of an earlier question."""


Answer = Pick | Write | Go | Stale


class Effect(StrEnum):
    """What must happen outside the machine after a step."""

    NONE = "none"
    SEND = "send"
    DISCARD = "discard"
    """The worker threw the tip away."""
    FINISH = "finish"
    """The receipt is noted; nothing of the draft may remain."""
    LEAVE = "leave"
    """Back to the conversation; the draft stays."""
    LEARN = "learn"
    """Back to the conversation, with the topic on anonymity; nothing was written yet."""


@dataclass(frozen=True)
class Outcome:
    draft: TipDraft = field(repr=False)
    notes: tuple[Note, ...] = ()
    effect: Effect = Effect.NONE


class Places(Protocol):
    """The provinces as the steps need them."""

    @property
    def names(self) -> Mapping[str, str]:
        """Every province: code to name, in the order of a list."""

    def find(self, text: str) -> tuple[str, ...]:
        """The codes that a typed name may mean: none, one, or several to choose from."""


@dataclass(frozen=True)
class Context:
    """What a step may know beside the draft."""

    say: Spoken
    channel: str
    categories: tuple[str, ...]
    places: Places

    def ask(self, key: str, **values: str) -> str:
        """A question, in this channel's own words where it has some (``<key>.<channel>``)."""
        return self.say(self.say.own(key, self.channel), **values)


class Handler(Protocol):
    """One step: how it asks, and what an answer does. Pure."""

    def prompt(self, draft: TipDraft, context: Context) -> Prompt: ...

    def take(self, draft: TipDraft, answer: Pick | Write, context: Context) -> Outcome | None:
        """The outcome, or None when the answer is none to this question (it is asked again)."""


def choice_id(draft: TipDraft, page: str, value: str) -> str:
    """The id of a button: which tip, which question, which answer. It holds nothing a person wrote."""
    return f"tip.{draft.tag}.{page}.{value}"


def way_choice_id(draft: TipDraft, page: str, way: Way) -> str:
    return choice_id(draft, page, f"~{way}")
