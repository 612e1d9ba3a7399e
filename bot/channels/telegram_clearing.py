"""Takes a chat's messages away at one tap, as far as Telegram allows: ours, and the worker's too."""

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.channels.telegram_api import MOST_DELETED, Kind, TelegramApi, TelegramTrouble

_log = logging.getLogger("antam.bot")


class Stands(Protocol):
    """Remembers that a message stands in the chat."""

    def __call__(self, message: int, *, sensitive: bool) -> None: ...


async def cleared(
    api: TelegramApi, chat: int, messages: Sequence[int], in_trouble: Callable[[], None]
) -> bool:
    """Delete ``messages``, the first of them first; whether Telegram did all that was asked."""
    whole = True
    for at in range(0, len(messages), MOST_DELETED):
        try:
            await api.delete(chat, messages[at : at + MOST_DELETED], in_trouble)
        except TelegramTrouble as trouble:
            whole = False
            if trouble.kind is not Kind.GONE:
                _log.warning("telegram: messages are left in a chat: %s", trouble)
    return whole
