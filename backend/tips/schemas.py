"""What the internal API takes and gives for drafts, tips and the mailbox. Bounded everywhere."""

import uuid
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from backend.kit.contract import example
from backend.tips.receipts import is_receipt
from backend.tips.triage.types import Category, Priority

MAX_TEXT = 20_000
"""Characters of one text; a whole story may have 50 messages of them and 60,000 characters together."""
MAX_STORY = 60_000
MAX_SEALED = 256 * 1024
MAX_FILES = 8
"""Of a report, and of one message."""

Kind = Literal["union", "police"]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]


RECEIPT = "12345678901234568"
ID16 = "AAECAwQFBgcICQoLDA0ODw=="
ID32 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
_SEALED = "c2VhbGVkIGJ5IHRoZSBib3Q="
_FILE_ID = "7b8f5a52-2f0f-4f7e-9a53-5f1d3c2b1a09"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class WithReceipt(Body):
    receipt: str = Field(max_length=17, description="16 random digits and their Damm check digit.")

    @field_validator("receipt")
    @classmethod
    def _digits(cls, value: str) -> str:
        if not is_receipt(value):
            raise ValueError("not a receipt")
        return value


def base64_of(least: int, most: int) -> Any:
    """How the contract tells of ``least`` to ``most`` bytes in base64 (a string of four thirds of that)."""
    lengths = {"minLength": -(-least // 3) * 4, "maxLength": -(-most // 3) * 4}
    return WithJsonSchema({"type": "string", "contentEncoding": "base64", **lengths})


Bytes16 = Annotated[Base64Bytes, Field(min_length=16, max_length=16), base64_of(16, 16)]
Bytes32 = Annotated[Base64Bytes, Field(min_length=32, max_length=32), base64_of(32, 32)]
Sealed = Annotated[Base64Bytes, Field(min_length=1, max_length=MAX_SEALED), base64_of(1, MAX_SEALED)]


class FileRef(Body):
    """A file that waits with the draft, and the key that the caller has for it."""

    model_config = example(id=_FILE_ID, key=ID32)

    id: uuid.UUID
    key: Bytes32 = Field(repr=False)


class FileShown(BaseModel):
    id: str
    kind: Literal["photo", "voice"]
    media_type: str
    size: int = Field(description="Bytes.")


Files = Annotated[list[FileRef], Field(max_length=MAX_FILES)]


class DraftKey(Body):
    model_config = example(lookup=ID32)

    lookup: Bytes32


class DraftPut(DraftKey):
    model_config = example(lookup=ID32, sealed=_SEALED, revision=0)

    sealed: Sealed
    revision: int = Field(ge=0, description="The revision this replaces; 0 for a new draft.")
    files: Annotated[list[uuid.UUID], Field(max_length=MAX_FILES)] = Field(
        default=[], description="Its files, which then live as long as it does."
    )


class DraftRevision(BaseModel):
    model_config = example(revision=1)

    revision: int


class DraftFound(DraftRevision):
    model_config = example(sealed=_SEALED, revision=1)

    sealed: str = Field(description="Base64.")


class GuardAsk(Body):
    model_config = example(text="Có người cho vay nặng lãi ở cổng công ty.", within_a_tip=False)

    text: Text
    within_a_tip: bool = False
    """It adds to a tip that was accepted."""


class GuardAnswer(BaseModel):
    model_config = example(out_of_purpose=True, why="union_organising", labour_dispute=False)

    out_of_purpose: bool
    why: str | None
    labour_dispute: bool


class Readers(BaseModel):
    """The kinds of desk that can receive a tip now, with an active member who holds a key."""

    model_config = example(readers=["union", "police"])

    readers: list[Kind]


class Submission(WithReceipt):
    """A tip as ``bot`` sends it. The draft id and the receipt make sending it again harmless."""

    model_config = example(
        receipt=RECEIPT,
        draft_id=ID16,
        language="vi",
        category="illegal_lending",
        story=["Ông Tư cho vay ở cổng số 2.", "Lãi năm ngàn một triệu một ngày."],
        province="75",
        place="cổng số 2",
        when="chiều nào cũng có",
        who="ông Tư, đi xe màu đỏ",
        danger="no",
        readers=["union"],
    )

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
    files: Files = []

    @field_validator("story")
    @classmethod
    def _bounded(cls, value: list[str]) -> list[str]:
        if sum(map(len, value)) > MAX_STORY:
            raise ValueError("too long")
        return value


class Submitted(BaseModel):
    model_config = example(priority="P3", on_duty=True)

    priority: Priority
    on_duty: bool = Field(description="Whether somebody who can open it is at work now.")


class MailboxOpen(WithReceipt):
    model_config = example(receipt=RECEIPT)


class MailboxWrite(WithReceipt):
    model_config = example(receipt=RECEIPT, message_id=ID16, text="Họ lại tới chiều nay.")

    message_id: Bytes16
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT, strip_whitespace=True)] = Field(
        default="", description="May be empty where there are files."
    )
    files: Files = []

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.files:
            raise ValueError("nothing written")
        return self


MailboxStatus = Literal["received", "in_review", "answered", "forwarded", "closed"]


class MailboxChoice(BaseModel):
    id: str
    text: str = Field(description="A liaison's own wording; empty where every language has words for the id.")


class MailboxMessage(BaseModel):
    id: str
    sender: Literal["desk", "reporter"] = Field(serialization_alias="from")
    desk: Kind | None
    text: str
    on: date
    read: bool = Field(default=False, description="Whether the other side has opened it.")
    kind: Literal["text", "question", "consent", "told", "commendation"] = "text"
    about: str = Field(default="", description="Code of what was told by the house itself.")
    choices: list[MailboxChoice] = Field(default=[], description="Ready answers, until one is chosen.")
    answers: str | None = Field(default=None, description="Id of the question that this answers.")
    choice: str = Field(default="", description="Id of the choice that this answers with.")
    code: str | None = Field(default=None, description="What a commendation is collected with.")
    collected: bool = False
    files: list[FileShown] = []
    damaged: bool = Field(
        default=False, description="It was changed in the database: nothing of it can be shown."
    )
    files_damaged: int = Field(default=0, description="How many of its files cannot be shown any more.")


class Mailbox(BaseModel):
    model_config = example(
        status="answered",
        category="illegal_lending",
        received_on="2026-11-20",
        messages=[
            {
                "id": "0f4f5f0e-6a51-4b8e-9d0a-3f2b8c1d7e60",
                "from": "desk",
                "desk": "union",
                "text": "Cảm ơn bạn. Họ thường tới lúc nào?",
                "on": "2026-11-21",
                "read": True,
                "kind": "question",
                "about": "",
                "choices": [{"id": "1", "text": "Buổi sáng"}, {"id": "2", "text": "Buổi chiều"}],
                "answers": None,
                "choice": "",
                "code": None,
                "collected": False,
                "files": [{"id": _FILE_ID, "kind": "photo", "media_type": "image/jpeg", "size": 234567}],
            }
        ],
        can_write=True,
        can_withdraw=True,
        notice=False,
    )

    status: MailboxStatus
    category: Category
    received_on: date
    messages: list[MailboxMessage]
    can_write: bool
    can_withdraw: bool = Field(description="Until the tip is handed over.")
    notice: bool = Field(description="Whether somebody is to be told of an answer.")
