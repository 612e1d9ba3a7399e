"""What an update of Telegram says, as far as the bot may know it; and choices as Telegram's buttons. Pure.

Names and places are never read, and of a photo or a voice note only which one to ask for. An update that
nobody is to be answered for (a group, a channel, a kind that we do not know) is None, never an error.
"""

import hashlib
import json
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Literal

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.constants import ChatType, InlineKeyboardButtonLimit, MessageLimit

from bot.channels.rendering import utf16_units
from bot.envelope import Attachment, Choice, ChoiceKind, Incoming, Person

CHANNEL: Final = "telegram"
KINDS: Final = ("message", "callback_query")
"""The kinds of update that are asked for; what else comes is passed over."""
COMMANDS: Final = {
    "start": "do.greet",
    "help": "do.greet",
    "menu": "do.menu",
    "tip": "do.tip",
    "bao_tin": "do.tip",
    "mailbox": "do.mailbox",
    "hop_thu": "do.mailbox",
    "hotlines": "do.hotlines",
    "so_can_goi": "do.hotlines",
}
"""Commands that do what a choice does."""
FORGETTING: Final = frozenset({"stop", "delete", "xoa"})
"""Commands that do what the word does: in a tip it is asked about first."""
_FORGET: Final = "xóa"
_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s.*)?", re.DOTALL)
_WAYS_IN_A_ROW: Final = 3
_LONG_IDS: Final = 1_000


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed, and the message that it stands under."""

    query: str
    message: int
    shown: str | None = field(repr=False)
    """The message's new text, which tells what was pressed; None to take the buttons away only."""


@dataclass(frozen=True)
class SentFile:
    """A photo or a voice note to ask Telegram for. ``size`` in bytes, 0 where it is not told."""

    kind: Literal["photo", "voice"]
    id: str = field(repr=False)
    size: int = 0


@dataclass(frozen=True)
class Received:
    """One thing that one person sent in a conversation of two."""

    chat: int = field(repr=False)
    incoming: Incoming
    message: int
    """Number of the message that was sent, or that was pressed under."""
    pressed: Pressed | None = None
    file: SentFile | None = None


class ButtonIds:
    """Choice ids as what a button may carry (64 bytes). Longer ones are kept here, the newest thousand."""

    def __init__(self) -> None:
        self._long: OrderedDict[str, str] = OrderedDict()

    def data(self, choice: str) -> str:
        if len(choice.encode()) <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
            return choice
        short = f"~{hashlib.sha256(choice.encode()).hexdigest()[:32]}"
        self._long[short] = choice
        self._long.move_to_end(short)
        while len(self._long) > _LONG_IDS:
            self._long.popitem(last=False)
        return short

    def choice(self, data: str) -> str:
        """The choice that ``data`` stands for; what is not known is a button too old to use."""
        return self._long.get(data, data)


def parse(raw: bytes) -> Update | None:
    """The update of a webhook's body, or None when it is none."""
    try:
        found = readable(json.loads(raw))
    except (ValueError, RecursionError):
        return None
    return None if found is None else Update.de_json(found, None)


def readable(raw: object) -> dict[str, object] | None:
    """``raw`` reduced to what ``received`` reads, so that no other part of it can be in the way.

    An update whose inside is not of Telegram's form keeps its number alone, and so can be confirmed. None
    when it has none.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        return None
    kept = {key: raw[key] for key in ("update_id", *KINDS) if key in raw}
    try:
        Update.de_json(kept, None)
    except Exception:  # whatever a stranger's object makes of a parser
        return {"update_id": raw["update_id"]}
    return kept


def received(update: Update, ids: ButtonIds) -> Received | None:
    """What ``update`` says, or None when nobody is to be answered."""
    if update.callback_query is not None:
        return _pressed(update.update_id, update.callback_query, ids)
    if update.message is not None:
        return _written(update.update_id, update.message)
    return None


def keyboard(choices: tuple[Choice, ...], ids: ButtonIds) -> InlineKeyboardMarkup | None:
    """An answer a row, then the ways about side by side."""
    answers = [_button(choice, ids) for choice in choices if choice.kind is not ChoiceKind.WAY]
    ways = [_button(choice, ids) for choice in choices if choice.kind is ChoiceKind.WAY]
    rows = [[button] for button in answers]
    rows += [ways[at : at + _WAYS_IN_A_ROW] for at in range(0, len(ways), _WAYS_IN_A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def _written(update_id: int, message: Message) -> Received | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot:
        return None
    text, choice, attachment = message.text, None, None
    forwarded = message.forward_origin is not None
    # What others wrote commands nothing.
    command = None if forwarded else _COMMAND.fullmatch(message.text or "")
    if command is not None and command[1].lower() in COMMANDS:
        text, choice = None, COMMANDS[command[1].lower()]
    elif command is not None and command[1].lower() in FORGETTING:
        text = _FORGET
    elif message.text is None:
        attachment = _attachment(message)
        if attachment is None:
            return None
        text = message.caption or ""
    incoming = Incoming(
        Person(CHANNEL, str(sender.id)),
        str(update_id),
        text=text,
        choice=choice,
        attachment=attachment,
        forwarded=forwarded,
    )
    return Received(message.chat.id, incoming, message.message_id, file=_file(message))


def _file(message: Message) -> SentFile | None:
    """The photo at its largest, the voice note or the recording of a message, or a picture sent as a file."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return SentFile("photo", largest.file_id, largest.file_size or 0)
    sound = message.voice or message.audio
    if sound is not None:
        return SentFile("voice", sound.file_id, sound.file_size or 0)
    paper = message.document
    if paper is not None and (paper.mime_type or "").startswith("image/") and message.animation is None:
        return SentFile("photo", paper.file_id, paper.file_size or 0)
    return None


def _attachment(message: Message) -> Attachment | None:
    """What was sent instead of words; None for a notice of Telegram's own (a pinned message, a new timer)."""
    if message.photo:
        return Attachment.PICTURE
    sent = (message.effective_attachment, message.contact, message.location, message.poll, message.story)
    return Attachment.OTHER if any(part is not None for part in sent) else None


def _pressed(update_id: int, query: CallbackQuery, ids: ButtonIds) -> Received | None:
    under = query.message
    if under is None or under.chat.type != ChatType.PRIVATE or query.data is None:
        return None
    person = Person(CHANNEL, str(query.from_user.id))
    incoming = Incoming(person, str(update_id), choice=ids.choice(query.data))
    shown = _with_label(under, query.data) if isinstance(under, Message) else None
    return Received(under.chat.id, incoming, under.message_id, Pressed(query.id, under.message_id, shown))


def _with_label(message: Message, data: str) -> str | None:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    label = next((button.text for row in rows for button in row if button.callback_data == data), None)
    if label is None or message.text is None:
        return None
    text = f"{message.text}\n\n▸ {label}"
    return text if utf16_units(text) <= MessageLimit.MAX_TEXT_LENGTH else None


def _button(choice: Choice, ids: ButtonIds) -> InlineKeyboardButton:
    return InlineKeyboardButton(choice.label, callback_data=ids.data(choice.id))
