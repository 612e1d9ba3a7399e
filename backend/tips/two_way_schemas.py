"""What the internal API takes and gives for ready answers, notices and withdrawals."""

from typing import Annotated
from uuid import UUID

from pydantic import Base64Bytes, BaseModel, Field

from backend.kit.contract import example
from backend.tips.schemas import _ID16, _ID32, _RECEIPT, Bytes16, Bytes32, _base64_of, _Body, _WithReceipt

_MAX_ADDRESS = 2_000
_ADDRESS = "c2VhbGVkIGJ5IHRoZSBib3Q="
Address = Annotated[Base64Bytes, Field(min_length=1, max_length=_MAX_ADDRESS), _base64_of(1, _MAX_ADDRESS)]


class MailboxAnswer(_WithReceipt):
    model_config = example(
        receipt=_RECEIPT, message_id=_ID16, question="0f4f5f0e-6a51-4b8e-9d0a-3f2b8c1d7e60", choice="unsure"
    )

    message_id: Bytes16
    question: UUID
    choice: str = Field(min_length=1, max_length=16, description="Id of one of the question's choices.")


class MailboxKey(_WithReceipt):
    model_config = example(receipt=_RECEIPT)


class NoticePlace(BaseModel):
    model_config = example(lookup=_ID32)

    lookup: str = Field(description="Base64. What the sealed address must be bound to.")


class NoticePut(_WithReceipt):
    model_config = example(receipt=_RECEIPT, sealed=_ADDRESS, owner=_ID32)

    sealed: Address
    owner: Bytes32 = Field(description="Keyed hash of the address, to be forgotten by.")


class NoticesForget(_Body):
    model_config = example(owners=[_ID32])

    owners: Annotated[list[Bytes32], Field(min_length=1, max_length=50)]


class DueNotice(BaseModel):
    lookup: str = Field(description="Base64.")
    sealed: str = Field(description="Base64.")


class DueNotices(BaseModel):
    model_config = example(notices=[{"lookup": _ID32, "sealed": _ADDRESS}])

    notices: list[DueNotice]


class NoticesDone(_Body):
    model_config = example(lookups=[_ID32])

    lookups: Annotated[list[Bytes32], Field(min_length=1, max_length=50)]
