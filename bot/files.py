"""Photos and voice notes on their way to a tip or a mailbox: the backend cleans and seals them.

The key is made here and kept in the draft alone, so the backend's copy opens for nobody without it. Nothing
of a file is kept in this process, few are in its memory at a time, and no error tells anything of one.
"""

import asyncio
import base64
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ValidationError

from bot.backend import BackendSilent
from bot.certificates import certificates
from bot.envelope import Media, MediaGone, MediaTooLarge

MAX_FILES: Final = 8
"""Of one tip, and of one message to the desks."""
MAX_BYTES: Final = 10 * 1024 * 1024
_AT_ONCE: Final = 4
"""Files in hand together, so at most 40 MiB of them."""
_PATIENCE: Final = 20.0
"""Seconds that a file waits for its turn."""
_CLEANING: Final = httpx.Timeout(75.0, connect=2.0)
"""The cleaner ends by itself after 60 seconds."""
_QUICK: Final = httpx.Timeout(8.0, connect=1.0)
REASONS: Final = frozenset(
    {
        "empty",
        "too_large",
        "program",
        "document",
        "archive",
        "web_page",
        "video",
        "other_picture",
        "other_sound",
        "unknown",
        "two_kinds",
        "too_many_pixels",
        "too_long",
        "damaged",
        "too_heavy",
        "crashed",
    }
)
"""Why the backend refuses a file, each with a phrase ``file.refused.<reason>``."""


@dataclass(frozen=True)
class KeptFile:
    """A file that the backend keeps, clean and sealed, until it is sent or a day has passed."""

    id: str = field(repr=False)
    key: str = field(repr=False)
    """32 bytes in base64."""
    kind: Literal["photo", "voice"]


@dataclass(frozen=True)
class NotKept:
    """A file that is not kept. ``key``: the phrase that says why, and what can be done."""

    key: str


class _Taken(BaseModel):
    id: str
    kind: Literal["photo", "voice"]


class _Problem(BaseModel):
    code: str = ""
    reason: str = ""


class Files:
    """One client for the life of the process."""

    def __init__(self, base_url: str, token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_QUICK,
            trust_env=False,
            verify=certificates(False),
        )
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def close(self) -> None:
        await self._client.aclose()

    async def take(self, media: Media, *, keep_original: bool = False) -> KeptFile | NotKept:
        """Fetch what came along and have it kept.

        Raises:
            BackendSilent: it is not kept, as far as anybody knows; the same may be sent again.
        """
        try:
            await asyncio.wait_for(self._turns.acquire(), _PATIENCE)
        except TimeoutError:
            return NotKept("file.busy")
        try:
            return await self._keep(await media.fetch(), keep_original)
        except MediaTooLarge:
            return NotKept("file.refused.too_large")
        except MediaGone:
            return NotKept("file.not_fetched")
        finally:
            self._turns.release()

    async def delete(self, ids: Iterable[str]) -> None:
        """Destroy files that nobody sent. Raises ``BackendSilent``; a day later they are gone anyway."""
        listed = list(ids)
        if not listed:
            return
        answer = await self._post("/internal/files/delete", timeout=_QUICK, json={"ids": listed})
        if not answer.is_success:
            raise BackendSilent(str(answer.status_code))

    async def drop(self, ids: Iterable[str]) -> None:
        """The same, without anybody waiting to hear whether it was done."""
        with suppress(BackendSilent):
            await self.delete(ids)

    async def _keep(self, content: bytes, keep_original: bool) -> KeptFile | NotKept:
        if len(content) > MAX_BYTES:
            return NotKept("file.refused.too_large")
        if not content:
            return NotKept("file.refused.empty")
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        headers = {
            "Content-Type": "application/octet-stream",
            "antam-file-key": key,
            "antam-keep-original": "yes" if keep_original else "no",
        }
        answer = await self._post("/internal/files", timeout=_CLEANING, headers=headers, content=content)
        try:
            if answer.is_success:
                taken = _Taken.model_validate_json(answer.content)
                return KeptFile(taken.id, key, taken.kind)
            problem = _Problem.model_validate_json(answer.content)
        except ValidationError:
            raise BackendSilent("shape") from None
        return _refused(answer.status_code, problem)

    async def _post(
        self,
        path: str,
        *,
        timeout: httpx.Timeout,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        json: object = None,
    ) -> httpx.Response:
        try:
            return await self._client.post(path, timeout=timeout, headers=headers, content=content, json=json)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BackendSilent(type(error).__name__) from None


def _refused(status: int, problem: _Problem) -> NotKept:
    """Why the backend did not keep a file. Raises ``BackendSilent`` for what says nothing of the file."""
    if problem.code == "too_large" or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return NotKept("file.refused.too_large")
    if problem.code == "file_refused":
        return NotKept(f"file.refused.{problem.reason if problem.reason in REASONS else 'unknown'}")
    if problem.code in ("busy", "cleaner_busy", "too_many_files"):
        return NotKept("file.busy")
    raise BackendSilent(str(status))
