"""Files of a tip through the internal API: cleaned, sealed, sent once, gone with what they belong to."""

import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.tips.attachments.types import MAX_BYTES
from backend.tips.files.models import DraftFile, TipFile
from backend.tips.models import Tip, TipMessage
from tests.backend.tips.attachments.photos import difference, opened, photo, picture
from tests.backend.tips.attachments.voices import RECORDERS, voice
from tests.backend.tips.conftest import a_tip
from tests.backend.tips.file_parts import MARKER, a_photo, sent, upload


def random64(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def a_submission(**changes: Any) -> dict[str, Any]:
    return {**a_tip().model_dump(mode="json"), "draft_id": random64(16), **changes}


async def count(session: AsyncSession, what: type) -> int:
    return await session.scalar(select(func.count()).select_from(what)) or 0


class TestTakingIn:
    async def test_a_photo_waits_for_its_tip(self, internal_client: httpx.AsyncClient) -> None:
        answer = await upload(internal_client, a_photo())
        assert answer.status_code == 201
        told = answer.json()
        assert (told["kind"], told["media_type"]) == ("photo", "image/jpeg")
        assert 0 < told["size"] < MAX_BYTES

    async def test_so_does_a_voice_note(self, internal_client: httpx.AsyncClient) -> None:
        answer = await upload(internal_client, voice(RECORDERS["an iPhone"], {"artist": MARKER.decode()}))
        assert (answer.json()["kind"], answer.json()["media_type"]) == ("voice", "audio/ogg")
