"""Fetches a file that somebody sent on a chat platform, from that platform's own servers and nowhere else.

An address is a secret: it opens the file for whoever has it, and Telegram's holds the account's token. None
is logged or part of an error. What comes is bounded in size and in time, and kept in memory only.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from bot.certificates import certificates
from bot.envelope import MediaGone, MediaTooLarge
from bot.files import MAX_BYTES

_WHOLE: Final = 45.0
"""Seconds for a file, redirects included."""
_REDIRECTS: Final = 3
_MOVED: Final = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)


@dataclass(frozen=True)
class Hosts:
    """Which addresses are the platform's.

    ``domains``: any host of these, by HTTPS on its usual port. ``api_url``: the very server that the API's
    calls go to, which the operator has set.
    """

    api_url: str
    domains: tuple[str, ...] = ()

    def allow(self, address: str) -> bool:
        try:
            asked, api = urlsplit(address), urlsplit(self.api_url)
            host, port = (asked.hostname or "").lower(), asked.port
        except ValueError:
            return False
        if asked.username or asked.password:
            return False
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        ours = any(host == domain or host.endswith(f".{domain}") for domain in self.domains)
        return ours and asked.scheme == "https" and port in (None, 443)


class Downloads:
    """One client for the life of the process."""

    def __init__(self, hosts: Hosts, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._allows: Callable[[str], bool] = hosts.allow
        self._client = httpx.AsyncClient(
            # What comes unpacked cannot grow while it is read.
            headers={"Accept-Encoding": "identity"},
            timeout=httpx.Timeout(15.0, connect=5.0),
            follow_redirects=False,
            # The way out may need the operator's proxy; a server on this machine never does.
            trust_env=hosts.api_url.startswith("https:"),
            verify=certificates(hosts.api_url.startswith("https:")),
            transport=transport,
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, address: str) -> bytes:
        """The file at ``address``.

        Raises:
            MediaTooLarge: it has more than 10 MiB.
            MediaGone: the address is not the platform's, or it did not give the whole file.
        """
        try:
            async with asyncio.timeout(_WHOLE):
                return await self._followed(address)
        except (MediaTooLarge, MediaGone):
            raise
        except Exception:  # of the network, of TLS, of time, of an address: all one to the caller
            # "from None": the cause holds the address.
            raise MediaGone from None

    async def _followed(self, address: str) -> bytes:
        for _ in range(_REDIRECTS + 1):
            if not self._allows(address):
                raise MediaGone
            async with self._client.stream("GET", address) as answer:
                if answer.status_code not in _MOVED:
                    return await _whole(answer)
                address = urljoin(address, answer.headers.get("location", ""))
        raise MediaGone


async def _whole(answer: httpx.Response) -> bytes:
    if answer.status_code != HTTPStatus.OK:
        raise MediaGone
    announced = answer.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > MAX_BYTES:
        raise MediaTooLarge
    read = bytearray()
    async for chunk in answer.aiter_bytes():
        read += chunk
        if len(read) > MAX_BYTES:
            raise MediaTooLarge
    return bytes(read)
