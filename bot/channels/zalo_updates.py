"""What an update of the Zalo Bot Platform says, as far as the bot may know it. Pure.

The form changes between documentation and traffic (wrapped in ``{ok, result}`` or bare, with or without an
event name), so what is needed is looked for and the rest ignored: names and stickers are never read, of a
picture or a recording only its address. What is missing makes an update that nobody can answer, and that is
None, never an error.
"""

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json

from bot.envelope import Attachment

_LONGEST_ADDRESS: Final = 2_048
_Id = Annotated[str, Field(min_length=1, max_length=128)]


@dataclass(frozen=True)
class SentFile:
    """A picture or a recording, by the address at which the platform gives it."""

    kind: Literal["photo", "voice"]
    address: str = field(repr=False)


@dataclass(frozen=True)
class Received:
    """One message of one person in a conversation of two."""

    chat: str = field(repr=False)
    message_id: str = field(repr=False)
    text: str = field(default="", repr=False)
    """What was typed, also below a picture; may be blank."""
    attachment: Attachment | None = None
    file: SentFile | None = None


class _Lenient(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True, hide_input_in_errors=True, extra="ignore")


class _Chat(_Lenient):
    id: _Id
    chat_type: str


class _Message(_Lenient):
    message_id: _Id
    chat: _Chat
    sender: object | None = Field(default=None, alias="from")
    text: str | None = None
    caption: str | None = None
    photo: object | None = None
    photo_url: object | None = None
    voice_url: object | None = None


class _Event(_Lenient):
    event_name: str | None = None
    message: _Message


def parse(raw: bytes) -> Received | None:
    """The message of a webhook's body, or None when there is none to answer."""
    try:
        return read(from_json(raw))
    except ValueError:
        return None


def read(update: object) -> Received | None:
    """The message of an update, or None when nobody is to be answered: a group, a bot, another form."""
    if isinstance(update, dict) and "message" not in update:
        update = update.get("result")
    try:
        event = _Event.model_validate(update)
    except ValidationError:
        return None
    message = event.message
    bot = isinstance(message.sender, dict) and message.sender.get("is_bot") is True
    if bot or message.chat.chat_type.upper() != "PRIVATE":
        return None
    text, attachment = _said(event.event_name or "", message)
    return Received(message.chat.id, message.message_id, text, attachment, _file(message))


def _file(message: _Message) -> SentFile | None:
    """The one file of a message. A picture's address is ``photo`` in the documents, ``photo_url`` in fact."""
    for kind, address in (
        ("photo", message.photo_url),
        ("photo", message.photo),
        ("voice", message.voice_url),
    ):
        if isinstance(address, str) and 0 < len(address) <= _LONGEST_ADDRESS:
            return SentFile("voice" if kind == "voice" else "photo", address)
    return None


def _said(event: str, message: _Message) -> tuple[str, Attachment | None]:
    """What was typed, and what came along; a message of no known kind is no words of anybody."""
    if message.photo or message.photo_url or event.startswith("message.image."):
        return message.caption or message.text or "", Attachment.PICTURE
    if message.text is not None or event.startswith("message.text."):
        return message.text or "", None
    return message.caption or "", Attachment.OTHER
