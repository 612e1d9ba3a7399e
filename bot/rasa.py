"""Asks Rasa what a worker meant (``docs/ARCHITECTURE.md``, "Rasa, as the bot uses it").

Rasa gets a random conversation id and one line of text, never a tip, a receipt or a person's id.
Silence, an error and an empty answer are the same to the caller: None.
"""

import time
from collections.abc import Callable
from typing import Final

import httpx
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from bot.certificates import certificates
from bot.envelope import ChoiceKind, Language

_TIMEOUT: Final = httpx.Timeout(5.0, connect=0.5)
_SILENCES: Final = 3
"""Questions in a row without an answer in time, of whichever conversations, before Rasa counts as hung: one
alone may be a single hard question."""
_REST: Final = 10.0
"""Seconds in which a Rasa that hung is not asked, so that nobody waits for it meanwhile."""


class RasaButton(BaseModel):
    title: str
    payload: str
    kind: ChoiceKind = ChoiceKind.ANSWER


class RasaAct(BaseModel):
    """What Rasa asks the bot to do: ``start_tip``, ``open_mailbox``, ``forget``, ``language``, …

    ``loan_picture`` is of the loan that is ``known``, as the loan check gave it.
    """

    do: str = ""
    category: str | None = None
    lang: Language | None = None
    known: dict[str, object] | None = Field(default=None, repr=False)


class RasaReply(BaseModel):
    text: str | None = Field(default=None, repr=False)
    buttons: list[RasaButton] = []
    custom: RasaAct | None = None


_Replies = TypeAdapter(list[RasaReply])


class Rasa:
    """One client for the life of the process."""

    def __init__(
        self,
        base_url: str,
        token: str,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"X-Antam-Token": token},
            timeout=_TIMEOUT,
            transport=transport,
            trust_env=False,
            verify=certificates(False),
        )
        self._clock = clock
        self._silences = 0
        self._asked_again_at = 0.0

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(
        self, sender: str, message: str, language: Language, *, human: bool
    ) -> list[RasaReply] | None:
        """What Rasa answers to ``message``, or None when it has no answer.

        ``message`` is ``human`` text without a leading slash, or a payload that was offered as a choice.
        """
        if self._clock() < self._asked_again_at:
            return None
        body = {"sender": sender, "message": message, "metadata": {"lang": language.value, "human": human}}
        try:
            answer = await self._client.post("/webhooks/antam/webhook", json=body)
            self._silences = 0
            if not answer.is_success:
                return None
            return _Replies.validate_json(answer.content) or None
        except httpx.TimeoutException:
            self._silences += 1
            if self._silences >= _SILENCES:
                # The first question after the rest finds out whether it is over.
                self._asked_again_at = self._clock() + _REST
            return None
        except (httpx.HTTPError, ValidationError):
            return None
