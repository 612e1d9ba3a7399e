"""Sealing and opening files: pure functions over bytes.

A sealed file is bound to its tip, its message, its number, its field, its row and its version, and what a
list shows of it is bound apart from its content. Nothing of it can be moved to another place.
"""

import base64
import dataclasses
import uuid
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from backend.kit.crypto import Unsealable, bound_to, seal, unseal

VERSION: Final = 1
Field = Literal["clean", "original"]
FileKind = Literal["photo", "voice"]


class About(BaseModel):
    """What a list shows of a file."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64", hide_input_in_errors=True)

    media_type: str
    size: int
    """Bytes."""
    small: bytes = b""
    """A photo's thumbnail (JPEG)."""

    @property
    def kind(self) -> FileKind:
        return "photo" if self.media_type.startswith("image/") else "voice"

    @property
    def small_text(self) -> str:
        """The thumbnail in base64, as a page holds it."""
        return base64.b64encode(self.small).decode()

    def __repr__(self) -> str:
        return f"About({self.media_type})"


@dataclass(frozen=True)
class FileSlot:
    """The one place in a tip where a sealed file belongs."""

    tip_id: uuid.UUID
    message_id: uuid.UUID | None
    number: int
    field: Field
    row_id: uuid.UUID = dataclasses.field(default_factory=uuid.uuid4)
    version: int = VERSION

    def bound(self, what: Literal["about", "content"]) -> bytes:
        place = str(self.message_id) if self.message_id else "report"
        return bound_to(
            "tip_files",
            str(self.tip_id),
            place,
            self.number,
            self.field,
            str(self.row_id),
            what,
            self.version,
        )


def seal_about(key: bytes, about: About, slot: FileSlot) -> bytes:
    """What a list shows, under the tip's content key."""
    return seal(about.model_dump_json().encode(), key, slot.bound("about"))


def open_about(key: bytes, sealed: bytes, slot: FileSlot) -> About:
    """What a list shows.

    Raises:
        Unsealable: another key or place, or a changed value.
    """
    return About.model_validate_json(unseal(sealed, key, slot.bound("about")))


def seal_content(key: bytes, content: bytes, slot: FileSlot) -> bytes:
    """The file itself, under the tip's content key."""
    return seal(content, key, slot.bound("content"))


def open_content(key: bytes, sealed: bytes, slot: FileSlot) -> bytes:
    """The file itself.

    Raises:
        Unsealable: as ``open_about``.
    """
    return unseal(sealed, key, slot.bound("content"))


def _draft_bound(draft_file_id: uuid.UUID, field: Field) -> bytes:
    return bound_to("draft_files", str(draft_file_id), field, VERSION)


def seal_draft(key: bytes, about: About, content: bytes, draft_file_id: uuid.UUID, field: Field) -> bytes:
    """A file that waits with a draft, under the bot's key: one line about it, then its content."""
    return seal(about.model_dump_json().encode() + b"\n" + content, key, _draft_bound(draft_file_id, field))


def open_draft(key: bytes, sealed: bytes, draft_file_id: uuid.UUID, field: Field) -> tuple[About, bytes]:
    """What ``seal_draft`` sealed.

    Raises:
        Unsealable: another key, another row or field, or a changed value.
    """
    line, found, content = unseal(sealed, key, _draft_bound(draft_file_id, field)).partition(b"\n")
    if not found:
        raise Unsealable
    return About.model_validate_json(line), content
