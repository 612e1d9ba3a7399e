"""Puts a newly trained model in the place of the one that answers, while it answers.

Looks at the model's file; when another stands there, loads it beside the old one and exchanges the two
between two messages. Conversations go on. A file that cannot be read changes nothing. Never logs a text.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from rasa.core.agent import Agent
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.core.processor import MessageProcessor

from nlu.lean import answers_without, is_left_out

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
Stamp = tuple[int, int, int]


def stamp(path: Path) -> Stamp | None:
    """What tells one file from the next of the same name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


class LiveModel:
    """The model that answers, and the file that its successor will stand in."""

    def __init__(self, agent: Agent, path: Path) -> None:
        """``path`` is the file from which ``agent`` was loaded just now."""
        self._agent = agent
        self._path = path
        self._seen = stamp(path)

    async def look(self) -> bool:
        """Exchange the model if another file stands there; True when it was exchanged.

        A file that is no model is said once and not looked at again until it changes.
        """
        found = stamp(self._path)
        if found is None or found == self._seen:
            return False
        self._seen = found
        if is_left_out() and not await asyncio.to_thread(answers_without, self._path):
            logger.error("The new model needs TensorFlow, which was left out at the start: start Rasa anew.")
            return False
        try:
            fresh = await asyncio.to_thread(self._load)
        except Exception as error:  # whatever a damaged archive leads to: the old model goes on
            logger.error("The new model cannot be used (%s); the one before goes on.", type(error).__name__)
            return False
        self._exchange(fresh)
        logger.info("A new model answers now: %s", self._path.name)
        return True

    async def watch(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look again and again, until cancelled."""
        while True:
            await sleep(LOOK_SECONDS)
            await self.look()

    def _load(self) -> MessageProcessor:
        agent = self._agent
        return MessageProcessor(
            model_path=str(self._path),
            tracker_store=agent.tracker_store,
            lock_store=agent.lock_store,
            generator=agent.nlg,
            action_endpoint=agent.action_endpoint,
        )

    def _exchange(self, fresh: MessageProcessor) -> None:
        """All at once as far as messages can see: nothing here waits."""
        agent = self._agent
        agent.processor = fresh
        agent.domain = fresh.domain
        agent.tracker_store.domain = fresh.domain
        if isinstance(agent.nlg, TemplatedNaturalLanguageGenerator):
            agent.nlg.responses = fresh.domain.responses
