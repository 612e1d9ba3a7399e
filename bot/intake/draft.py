"""A tip on its way: everything the worker has answered so far, and where the conversation stands.

It travels only sealed (``bot.drafts``). Its ``repr`` shows nothing of it.
"""

import base64
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from backend.text.identifiers.own import OwnKind
from bot.envelope import Language
from bot.files import KeptFile


class Step(StrEnum):
    """The closed list of states. ``ORDER`` is how they follow each other."""

    PLATFORM = "platform"
    NOTICE = "notice"
    CATEGORY = "category"
    STORY = "story"
    PROVINCE = "province"
    PLACE = "place"
    WHEN = "when"
    WHO = "who"
    FILES = "files"
    DANGER = "danger"
    READERS = "readers"
    REVIEW = "review"
    SENDING = "sending"
    """The receipt is made and stored; the backend has not confirmed the tip yet."""
    SENT = "sent"
    """Confirmed; waits until the worker has noted the receipt."""


ORDER: Final = tuple(Step)
REMEMBERED: Final = 64
"""How many message ids a draft remembers, so that a message delivered again acts once, also after a crash.
No platform has more of its updates in hand at once."""

Reader = Literal["union", "police"]
READER_KINDS: Final[tuple[Reader, ...]] = ("union", "police")
DangerAnswer = Literal["now", "soon", "no", "unknown"]
WhenChoice = Literal["ongoing", "today", "this_week", "this_month", "longer"]


@dataclass(frozen=True)
class Note:
    """A sentence said once, before the next question: a warning, a refusal, a confirmation."""

    key: str
    values: tuple[tuple[str, str], ...] = ()
    hotlines: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnWords:
    """What seems to tell who the reporter is: of which kind, and the words as they were written."""

    kind: OwnKind
    words: str = field(repr=False)


@dataclass(frozen=True)
class Confirmed:
    """What the backend said when it took the tip."""

    priority: str
    on_duty: bool


@dataclass(frozen=True, repr=False)
class TipDraft:
    """One tip on its way. Free text stands as the worker wrote it."""

    draft_id: str
    language: Language
    step: Step = Step.PLATFORM
    category: str | None = None
    story: tuple[str, ...] = ()
    province: str | None = None
    place: str | None = None
    when: str | None = None
    when_choice: WhenChoice | None = None
    who: str | None = None
    files: tuple[KeptFile, ...] = ()
    """Photos and voice notes that the backend keeps until the tip is sent, in the order they came."""
    danger: DangerAnswer | None = None
    readers: tuple[Reader, ...] = ()
    receipt: str | None = None
    confirmed: Confirmed | None = None

    editing: bool = False
    """A line of the review is being changed; the next answer leads back to the review."""
    cancelling: bool = False
    """Asked whether to throw everything away, and not answered yet."""
    paused: bool = False
    candidates: tuple[str, ...] = ()
    """Provinces that the typed name may mean."""
    page: int = 0
    """Page of the list of provinces; 0 while it is not shown."""
    labour: bool = False
    """The story sounds like a labour dispute; the union's category is offered."""
    receivers: tuple[Reader, ...] = READER_KINDS
    """Kinds of desk that could receive a tip when this was last asked."""
    own_fault: bool = False
    """The story tells of something that the reporter may be fined for."""
    child: bool = False
    """The story tells of a child or of trafficking in danger."""
    keep_original: bool = False
    """Photos sent from now on are kept as they came, too."""
    files_told: bool = False
    """It was said what a photo and a voice may give away."""
    own: tuple[OwnWords, ...] = ()
    """What seems to be the reporter's own and was not asked about yet."""
    own_kept: tuple[OwnWords, ...] = ()
    """What of it stays as it is, as the reporter chose."""
    warned: tuple[str, ...] = ()
    """Keys of the advice that was already given in full."""
    notes: tuple[Note, ...] = ()
    """What was said with the last step, so that a repeated message gets the same answer."""
    seen: tuple[str, ...] = ()
    """The last message ids that were acted on."""
    touched: int = 0
    """Minute (since 1970) of the last step."""

    @property
    def tag(self) -> str:
        """A short random mark that buttons carry, so that those of an older tip are recognised as stale."""
        return base64.b64decode(self.draft_id)[:4].hex()


def new_draft(language: Language, category: str | None = None) -> TipDraft:
    """An empty tip with a random id of 16 bytes."""
    return TipDraft(
        draft_id=base64.b64encode(secrets.token_bytes(16)).decode(), language=language, category=category
    )


_Draft = TypeAdapter(TipDraft)


def dump(draft: TipDraft) -> bytes:
    return _Draft.dump_json(draft)


def file_ids(draft: TipDraft) -> tuple[str, ...]:
    """The ids of its files, as the backend must know them to keep them as long as the draft."""
    return tuple(kept.id for kept in draft.files)


def load(raw: bytes) -> TipDraft | None:
    """The draft of ``dump``; None when it is of a form that this version cannot read."""
    try:
        return _Draft.validate_json(raw)
    except ValidationError:
        return None
