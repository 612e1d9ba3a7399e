"""What the internal API takes and gives for ready answers, notices and withdrawals."""

from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, Field

from backend.kit.contract import example
from backend.tips.schemas import ID16, ID32, RECEIPT, Body, Bytes16, Bytes32, WithReceipt, base64_of

_MAX_ADDRESS = 2_000
_ADDRESS = "c2VhbGVkIGJ5IHRoZSBib3Q="
Address = Annotated[Base64Bytes, Field(min_length=1, max_length=_MAX_ADDRESS), base64_of(1, _MAX_ADDRESS)]


class MailboxAnswer(WithReceipt):
    model_config = example(
        receipt=RECEIPT, message_id=ID16, question="0f4f5f0e-6a51-4b8e-9d0a-3f2b8c1d7e60", choice="unsure"
    )

    message_id: Bytes16
    question: UUID
    choice: str = Field(min_length=1, max_length=16, description="Id of one of the question's choices.")


class MailboxKey(WithReceipt):
    model_config = example(receipt=RECEIPT)


class NoticePlace(BaseModel):
    model_config = example(lookup=ID32)

    lookup: str = Field(description="Base64. What the sealed address must be bound to.")


class NoticePut(WithReceipt):
    model_config = example(receipt=RECEIPT, sealed=_ADDRESS, owner=ID32)

    sealed: Address
    owner: Bytes32 = Field(description="Keyed hash of the address, to be forgotten by.")


class NoticesForget(Body):
    model_config = example(owners=[ID32])

    owners: Annotated[list[Bytes32], Field(min_length=1, max_length=50)]


class DueNotice(BaseModel):
    lookup: str = Field(description="Base64.")
    sealed: str = Field(description="Base64.")


class DueNotices(BaseModel):
    model_config = example(notices=[{"lookup": ID32, "sealed": _ADDRESS}])

    notices: list[DueNotice]


class NoticesDone(Body):
    model_config = example(lookups=[ID32])

    lookups: Annotated[list[Bytes32], Field(min_length=1, max_length=50)]
