"""Files as the bot sends them, and where a test finds what became of them."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.backend.tips.attachments.photos import exif, photo

MARKER = b"NguyenVanAn0912345678"
"""What a telephone wrote into a photo, and nobody may ever read again."""


def a_photo() -> bytes:
    """A telephone's photo with its camera, its owner and its place."""
    return photo("jpeg", exif=exif(MARKER), comment=MARKER)


@dataclass
class Sent:
    """A file that the bot has handed over."""

    id: str
    key: str = field(repr=False)
    answer: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def ref(self) -> dict[str, str]:
        return {"id": self.id, "key": self.key}


async def upload(
    client: httpx.AsyncClient, content: bytes, *, keep_original: bool = False, key: str | None = None
) -> httpx.Response:
    """Hand a file over."""
    headers = {
        "content-type": "application/octet-stream",
        "antam-file-key": key or base64.b64encode(secrets.token_bytes(32)).decode(),
        "antam-keep-original": "yes" if keep_original else "no",
    }
    return await client.post("/internal/files", content=content, headers=headers)


async def sent(client: httpx.AsyncClient, content: bytes, *, keep_original: bool = False) -> Sent:
    """Hand a file over that is taken."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    answer = await upload(client, content, keep_original=keep_original, key=key)
    assert answer.status_code == 201, answer.text
    return Sent(answer.json()["id"], key, answer.json())
