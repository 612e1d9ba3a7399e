"""One adapter a channel. An adapter translates updates into ``Incoming`` and renders ``Turn``, no more.

Every adapter must pass the suite in ``tests/bot/channel_contract.py``.
"""

from typing import Protocol

from fastapi import APIRouter

from bot.engine import Engine


class Channel(Protocol):
    """A way that workers reach the assistant. It keeps nothing of them once an update is answered."""

    @property
    def name(self) -> str:
        """Short and stable: it is part of what a conversation's key is derived from."""

    def routes(self, engine: Engine) -> APIRouter:
        """The HTTP endpoints of the channel. An update is acknowledged after the engine has answered it."""

    async def run(self, engine: Engine) -> None:
        """What the channel does by itself: ask for updates, or say where to deliver them.

        Started with the process and cancelled at its end; then it finishes what it has in hand and lets its
        connections go. Returns at once where there is nothing to do. Troubles of the platform are its own
        affair: it tries again, and raises nothing.
        """
