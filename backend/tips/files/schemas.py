"""What the internal API takes and gives for files, where it is not the file itself."""

import uuid
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.contract import example
from backend.tips.schemas import MAX_FILES, MailboxOpen

_FILE_ID = "7b8f5a52-2f0f-4f7e-9a53-5f1d3c2b1a09"
_RECEIPT = "12345678901234568"


class DraftFileMade(BaseModel):
    """A file that was cleaned and waits with its draft."""

    model_config = example(id=_FILE_ID, kind="photo", media_type="image/jpeg", size=2_345_678)

    id: uuid.UUID
    kind: Literal["photo", "voice"]
    media_type: str
    size: int = Field(description="Bytes of the clean file.")


class DraftFilesDelete(BaseModel):
    """Files of a draft that nobody sends."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, **example(ids=[_FILE_ID]))

    ids: Annotated[list[uuid.UUID], Field(max_length=MAX_FILES)]


class MailboxFileAsk(MailboxOpen):
    """A file of a message, asked for with the receipt."""

    model_config = example(receipt=_RECEIPT, file_id=_FILE_ID)

    file_id: uuid.UUID
