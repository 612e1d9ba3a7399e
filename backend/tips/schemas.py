"""What the internal API takes and gives for drafts, tips and the mailbox. Bounded everywhere."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from backend.tips.receipts import is_receipt
from backend.tips.triage.types import Category, Priority

MAX_TEXT = 20_000
"""Characters of one text; a whole story may have 50 messages of them and 60,000 characters together."""
MAX_STORY = 60_000
MAX_SEALED = 256 * 1024

Kind = Literal["union", "police"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _WithReceipt(_Body):
    receipt: str = Field(max_length=17, examples=["12345678901234563"])

    @field_validator("receipt")
    @classmethod
    def _digits(cls, value: str) -> str:
        if not is_receipt(value):
            raise ValueError("not a receipt")
        return value


Bytes16 = Annotated[Base64Bytes, Field(min_length=16, max_length=16)]
Bytes32 = Annotated[Base64Bytes, Field(min_length=32, max_length=32)]


class DraftKey(_Body):
    lookup: Bytes32


class DraftPut(DraftKey):
    sealed: Annotated[Base64Bytes, Field(min_length=1, max_length=MAX_SEALED)]
    revision: int = Field(ge=0, description="The revision this replaces; 0 for a new draft.")


class DraftRevision(BaseModel):
    revision: int


class DraftFound(DraftRevision):
    sealed: str = Field(description="Base64.")


class GuardAsk(_Body):
    text: Text


class GuardAnswer(BaseModel):
    out_of_purpose: bool
    why: str | None
    labour_dispute: bool


class Readers(BaseModel):
    """The kinds of desk that can receive a tip now, with an active member who holds a key."""

    readers: list[Kind]


class Submission(_WithReceipt):
    """A tip as ``bot`` sends it. The draft id and the receipt make sending it again harmless."""

    draft_id: Bytes16
    language: Literal["vi", "en"] = "vi"
    category: Category
    story: Annotated[list[Text], Field(min_length=1, max_length=50)]
    province: str | None = Field(default=None, max_length=8)
    place: ShortText | None = None
    when: ShortText | None = None
    who: ShortText | None = None
    danger: Literal["now", "soon", "no", "unknown"] = "unknown"
    readers: Annotated[list[Kind], Field(min_length=1, max_length=2)]

    @field_validator("story")
    @classmethod
    def _bounded(cls, value: list[str]) -> list[str]:
        if sum(map(len, value)) > MAX_STORY:
            raise ValueError("too long")
        return value


class Submitted(BaseModel):
    priority: Priority
    on_duty: bool = Field(description="Whether somebody who can open it is at work now.")


class MailboxOpen(_WithReceipt):
    pass


class MailboxWrite(_WithReceipt):
    message_id: Bytes16
    text: Text


MailboxStatus = Literal["received", "in_review", "answered", "forwarded", "closed"]


class MailboxMessage(BaseModel):
    id: str
    sender: Literal["desk", "reporter"] = Field(serialization_alias="from")
    desk: Kind | None
    text: str
    on: date


class Mailbox(BaseModel):
    status: MailboxStatus
    category: Category
    received_on: date
    messages: list[MailboxMessage]
    can_write: bool
