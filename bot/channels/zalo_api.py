"""The HTTP interface of the Zalo Bot Platform, as far as the bot uses it.

``POST https://bot-api.zaloplatforms.com/bot<token>/<method>`` with a JSON body (documentation:
https://docs.zaloplatforms.com/docs/BOT). The token is part of the address and an answer may quote a person,
so whatever goes wrong becomes a ``ZaloTrouble``, which holds the method and a code and nothing else.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import httpx
from pydantic_core import from_json

from bot.certificates import certificates

BASE_URL: Final = "https://bot-api.zaloplatforms.com"
MAX_TEXT: Final = 2_000
"""Characters of one message (``sendMessage``)."""
MAX_ANSWER: Final = 256 * 1024
"""Bytes of an answer that are read; an honest one has a few thousand."""
_QUICK: Final = httpx.Timeout(10.0, connect=5.0)
_GRACE: Final = 10.0
"""Seconds that a long poll may be answered late before its connection counts as dead."""
_PASSING: Final = frozenset({403, 408, 409, 425, 426, 429})
"""Codes below 500 that another attempt may cure. The platform's own table has 403 for an inner fault, 408 for
a time-out and 429 for a quota."""

Json = Mapping[str, object]


class ZaloTrouble(Exception):
    """A call without success: which method, and a code (an error code, or the name of a network fault).

    ``passing``: another attempt may succeed. ``wait``: seconds that the platform asked to wait, else 0.
    """

    def __init__(self, method: str, code: str, *, passing: bool, wait: float = 0.0) -> None:
        super().__init__(f"{method}: {code}")
        self.code = code
        self.passing = passing
        self.wait = wait


class ZaloApi:
    """One client for the life of the process. Every method raises ``ZaloTrouble``."""

    def __init__(self, token: str, base_url: str = BASE_URL) -> None:
        self._address = f"{base_url.rstrip('/')}/bot{token}"
        self._client = httpx.AsyncClient(
            # What comes unpacked cannot grow while it is read.
            headers={"Accept-Encoding": "identity"},
            timeout=_QUICK,
            # The way out may need the operator's proxy; a server on this machine never does.
            trust_env=base_url.startswith("https:"),
            verify=certificates(base_url.startswith("https:")),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def get_update(self, wait: int) -> object | None:
        """The next update as the platform sent it, or None when none came within ``wait`` seconds.

        The platform knows no offset and no confirmation: what is returned here will not be returned again.
        """
        timeout = httpx.Timeout(wait + _GRACE, connect=5.0)
        try:
            # The documentation's table says string, its example sends a number; both are taken.
            return await self._call("getUpdates", {"timeout": wait}, timeout)
        except ZaloTrouble as trouble:
            if trouble.code == str(int(HTTPStatus.REQUEST_TIMEOUT)):
                return None
            raise

    async def send_message(self, chat: str, text: str) -> None:
        """Send one message of 1 to ``MAX_TEXT`` characters, as plain text."""
        await self._call("sendMessage", {"chat_id": chat, "text": text})

    async def send_photo(self, chat: str, url: str, caption: str) -> None:
        """Send the picture that the platform fetches at ``url``, with 1 to ``MAX_TEXT`` characters below."""
        await self._call("sendPhoto", {"chat_id": chat, "photo": url, "caption": caption})

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates delivered to ``url`` (HTTPS) with ``secret`` (8 to 256 characters) in their header."""
        await self._call("setWebhook", {"url": url, "secret_token": secret})

    async def delete_webhook(self) -> None:
        """Have updates kept for ``get_update``, which answers nothing while a webhook is set."""
        await self._call("deleteWebhook", {})

    async def _call(self, method: str, body: Json, timeout: httpx.Timeout = _QUICK) -> object:
        """The ``result`` of one call, or the whole answer where it comes without a wrapping."""
        try:
            async with self._client.stream(
                "POST", f"{self._address}/{method}", json=body, timeout=timeout
            ) as answer:
                status, asked = answer.status_code, answer.headers.get("retry-after")
                raw = await _bounded(answer, method)
        except ZaloTrouble:
            raise
        except Exception as error:  # of the network, of TLS, of an address: all one to the caller
            # "from None": the cause holds the address with the token.
            raise ZaloTrouble(method, type(error).__name__, passing=True) from None
        parsed = _parsed(raw)
        code = _error_code(status, parsed)
        if code is not None:
            passing = code in _PASSING or code >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise ZaloTrouble(method, str(code), passing=passing, wait=_wait(asked, parsed))
        if not isinstance(parsed, dict):
            raise ZaloTrouble(method, "unreadable", passing=True)
        return parsed.get("result", parsed)


async def _bounded(answer: httpx.Response, method: str) -> bytes:
    read = bytearray()
    async for chunk in answer.aiter_bytes():
        read += chunk
        if len(read) > MAX_ANSWER:
            raise ZaloTrouble(method, "too_large", passing=True)
    return bytes(read)


def _parsed(raw: bytes) -> object:
    """The JSON value of ``raw``, or None when it is none."""
    try:
        parsed: object = from_json(raw)
    except ValueError:
        return None
    return parsed


def _error_code(status: int, parsed: object) -> int | None:
    """The code of a failure, from the body if it tells one; None for a success."""
    body = parsed if isinstance(parsed, dict) else {}
    told = _number(body.get("error_code")) or _number(body.get("error"))
    if told is None and status >= HTTPStatus.MULTIPLE_CHOICES:
        return status
    return int(HTTPStatus.BAD_REQUEST) if told is None and body.get("ok") is False else told


def _number(told: object) -> int | None:
    """A code other than 0, written as a number or as digits."""
    if isinstance(told, str) and told.isascii() and told.isdigit():
        told = int(told[:9])
    return told if isinstance(told, int) and not isinstance(told, bool) and told else None


def _wait(header: str | None, parsed: object) -> float:
    """Seconds to wait, from the header ``Retry-After`` or the body's ``parameters``; 0 if none are told."""
    parameters = parsed.get("parameters") if isinstance(parsed, dict) else None
    told = _number(parameters.get("retry_after")) if isinstance(parameters, dict) else None
    return float(max(0, told or _number(header) or 0))
