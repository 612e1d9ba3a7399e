"""Telegram's Bot API, as far as the bot uses it, on python-telegram-bot's ``Bot``.

The token is part of every address and an error may quote an update, so whatever goes wrong becomes a
``TelegramTrouble``, which holds the method and the kind of trouble and nothing else.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from telegram import Bot, BotCommand, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from bot.certificates import certificates
from bot.channels.bounded import UNPACKED, at_most
from bot.channels.downloads import Downloads, Hosts
from bot.channels.telegram_updates import KINDS, readable
from bot.envelope import MediaGone, Picture, Sound

WINDOW: Final = 64
"""Updates that are taken at once, and so at most unconfirmed; a draft remembers as many (``bot.intake``)."""
_PATIENCE: Final = 20.0
"""Seconds that one message waits, in all, for a platform that is busy or silent."""
_PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
_CONNECTIONS: Final = 64
MAX_UPDATES: Final = 8 * 1024 * 1024
"""Bytes of one answer with updates: ``WINDOW`` of the longest messages, each quoting another, have half."""
MAX_ANSWER: Final = 256 * 1024
"""Bytes of every other answer: what the bot has sent comes back in it."""
MOST_DELETED: Final = 100
"""Messages that are deleted by one call."""

# The library's own way to say that time spans are wanted where it still gives numbers, with a warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

Sleep = Callable[[float], Awaitable[None]]
_T = TypeVar("_T")


class Kind(StrEnum):
    """What is wrong, by what can be done about it."""

    LIMITED = "asked to wait (429)"
    GONE = "this person is not to be written to (403)"
    REFUSED = "refused (400)"
    CONFLICT = "somebody else receives this account's updates (409)"
    TOKEN = "the token is not accepted (401)"  # noqa: S105  # a sentence
    SILENT = "no answer"


class TelegramTrouble(Exception):
    """A call without success. ``wait``: seconds that Telegram asked to wait, else 0."""

    def __init__(self, method: str, kind: Kind, wait: float = 0.0) -> None:
        super().__init__(f"{method}: {kind}")
        self.kind = kind
        self.wait = wait


class _Request(HTTPXRequest):
    """Reads answers without quoting them in a log."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            found = json.loads(payload)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise TelegramError("unreadable") from None
        return found


class _UpdatesRequest(_Request):
    """One update of a strange form must not keep the others from being read."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        found = _Request.parse_json_payload(payload)
        result = found.get("result")
        if isinstance(result, list):
            found["result"] = [update for raw in result if (update := readable(raw)) is not None]
        return found


class TelegramApi:
    """One client for the life of the process. Every method but ``close`` raises ``TelegramTrouble``."""

    def __init__(self, token: str, base_url: str, sleep: Sleep = asyncio.sleep) -> None:
        # The way out may need the operator's proxy; a server on this machine never does.
        trust_env = base_url.startswith("https:")
        outside: dict[str, Any] = {
            "trust_env": trust_env,
            "verify": certificates(trust_env),
            "headers": UNPACKED,
        }
        self._requests = (
            _UpdatesRequest(
                connection_pool_size=2,
                pool_timeout=10.0,
                httpx_kwargs={**outside, "event_hooks": {"response": [at_most(MAX_UPDATES)]}},
            ),
            _Request(
                connection_pool_size=_CONNECTIONS,
                read_timeout=10.0,
                pool_timeout=10.0,
                httpx_kwargs={**outside, "event_hooks": {"response": [at_most(MAX_ANSWER)]}},
            ),
        )
        self._files = f"{base_url.rstrip('/')}/file/bot"
        self._downloads = Downloads(Hosts(base_url))
        self._bot = Bot(
            token,
            base_url=f"{base_url.rstrip('/')}/bot",
            base_file_url=self._files,
            get_updates_request=self._requests[0],
            request=self._requests[1],
        )
        self._sleep = sleep

    async def close(self) -> None:
        await self._downloads.close()
        for request in self._requests:
            await request.shutdown()

    async def updates(self, offset: int | None, wait: int) -> tuple[Update, ...]:
        """Updates from number ``offset`` on, which confirms all before it; waits ``wait`` seconds for one."""
        asked = self._bot.get_updates(
            offset=offset, limit=WINDOW, timeout=timedelta(seconds=wait), allowed_updates=list(KINDS)
        )
        return await _called("getUpdates", asked)

    async def send(
        self,
        chat: int,
        text: str,
        keyboard: InlineKeyboardMarkup | None,
        protect: bool,
        in_trouble: Callable[[], None] = lambda: None,
    ) -> int:
        """Send one message; returns its number. ``protect`` keeps it from being forwarded. Tries again for a
        while, and calls ``in_trouble`` before each wait."""
        sent = await self._persist(
            lambda: _called(
                "sendMessage",
                self._bot.send_message(
                    chat,
                    text,
                    reply_markup=keyboard,
                    protect_content=protect,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                ),
            ),
            in_trouble,
        )
        return sent.message_id

    async def send_photo(
        self,
        chat: int,
        picture: Picture,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        in_trouble: Callable[[], None] = lambda: None,
    ) -> int:
        """Send one picture with the words under it, as ``send`` does."""
        sent = await self._persist(
            lambda: _called(
                "sendPhoto",
                self._bot.send_photo(
                    chat,
                    InputFile(picture.png, filename=f"an-tam.{picture.media_type.rpartition('/')[2]}"),
                    caption=caption,
                    reply_markup=keyboard,
                    protect_content=picture.protected,
                ),
            ),
            in_trouble,
        )
        return sent.message_id

    async def send_voice(
        self,
        chat: int,
        sound: Sound,
        caption: str,
        keyboard: InlineKeyboardMarkup | None,
        in_trouble: Callable[[], None] = lambda: None,
    ) -> int:
        """Send one voice note with the words under it, kept from being forwarded, as ``send`` does."""
        sent = await self._persist(
            lambda: _called(
                "sendVoice",
                self._bot.send_voice(
                    chat,
                    InputFile(sound.content, filename=f"an-tam.{sound.media_type.rpartition('/')[2]}"),
                    caption=caption or None,
                    reply_markup=keyboard,
                    protect_content=True,
                ),
            ),
            in_trouble,
        )
        return sent.message_id

    async def delete(
        self, chat: int, messages: Sequence[int], in_trouble: Callable[[], None] = lambda: None
    ) -> None:
        """Delete up to ``MOST_DELETED`` messages of a chat of two, whoever wrote them. Tries as ``send``.

        Telegram passes over those that are gone, and refuses all where one is older than two days.
        """
        await self._persist(
            lambda: _called("deleteMessages", self._bot.delete_messages(chat, messages)), in_trouble
        )

    async def file(self, file_id: str) -> bytes:
        """The file that somebody sent. Raises ``MediaTooLarge`` or ``MediaGone``, and nothing else."""
        try:
            found = await self._persist(
                lambda: _called("getFile", self._bot.get_file(file_id)), in_trouble=lambda: None
            )
        except TelegramTrouble:
            raise MediaGone from None
        address = found.file_path or ""
        if not address.startswith(self._files):
            # A server of the operator's own that keeps files on its disk gives a path there.
            raise MediaGone
        return await self._downloads.get(address)

    async def answer_press(self, query: str) -> None:
        """Tell the person's Telegram that the press of a button has arrived."""
        await _called("answerCallbackQuery", self._bot.answer_callback_query(query))

    async def take_buttons(self, chat: int, message: int, text: str | None) -> None:
        """Take the buttons of a message away, and show ``text`` in its place if there is one."""
        if text is None:
            await _called("editMessageReplyMarkup", self._bot.edit_message_reply_markup(chat, message))
            return
        edited = self._bot.edit_message_text(
            text, chat, message, link_preview_options=LinkPreviewOptions(is_disabled=True)
        )
        await _called("editMessageText", edited)

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered to ``url`` with ``secret`` in their header."""
        asked = self._bot.set_webhook(
            url, allowed_updates=list(KINDS), secret_token=secret, max_connections=40
        )
        await _called("setWebhook", asked)

    async def delete_webhook(self) -> None:
        """Have updates kept for ``updates``; none is dropped."""
        await _called("deleteWebhook", self._bot.delete_webhook())

    async def set_commands(self, commands: Mapping[str, str], language: str | None) -> None:
        """Show these commands (name to description) to people of ``language``, or of every other one."""
        listed = [BotCommand(name, description) for name, description in commands.items()]
        await _called("setMyCommands", self._bot.set_my_commands(listed, language_code=language))

    async def _persist(self, call: Callable[[], Awaitable[_T]], in_trouble: Callable[[], None]) -> _T:
        patience = _PATIENCE
        for pause in _PAUSES:
            try:
                return await call()
            except TelegramTrouble as trouble:
                wait = max(pause, trouble.wait)
                if trouble.kind not in (Kind.LIMITED, Kind.SILENT) or wait > patience:
                    raise
            patience -= wait
            in_trouble()
            await self._sleep(wait)
        return await call()


async def _called(method: str, call: Awaitable[_T]) -> _T:
    try:
        return await call
    except TelegramError as error:
        kind, wait = _kind(error), 0.0
        if isinstance(error, RetryAfter):
            told = error.retry_after
            wait = told.total_seconds() if isinstance(told, timedelta) else float(told)
    # Raised here and not above: an error must not even be the context of ours.
    raise TelegramTrouble(method, kind, wait)


def _kind(error: TelegramError) -> Kind:
    match error:
        case RetryAfter():
            return Kind.LIMITED
        case Forbidden():
            return Kind.GONE
        case BadRequest() | ChatMigrated():
            return Kind.REFUSED
        case Conflict():
            return Kind.CONFLICT
        case InvalidToken():
            return Kind.TOKEN
    return Kind.SILENT
