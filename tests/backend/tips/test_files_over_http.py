"""Files over a real connection: whoever is refused in the middle of sending hears why."""

import base64
import secrets
from collections.abc import Iterator

import httpx
import pytest

from backend.app import create_internal_app
from backend.kit.settings import Settings
from backend.tips.attachments.types import MAX_BYTES
from backend.tips.files import places
from tests.backend.clients import service_token
from tests.backend.tips.attachments.photos import photo
from tests.bot.serving import serve


@pytest.fixture
def bot(backend_settings: Settings) -> Iterator[httpx.Client]:
    token = service_token(backend_settings, "bot")
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    headers = {"authorization": f"Bearer {token}", "antam-file-key": key}
    with (
        serve(create_internal_app(backend_settings)) as address,
        httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=30) as client,
    ):
        yield client


def test_a_file_that_finds_no_place_is_told_so_and_the_next_one_is_taken(
    bot: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(places, "for_uploads", lambda: places.Places(at_once=0, waiting=0))
        answer = bot.post("/internal/files", content=bytes(MAX_BYTES))
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert bot.post("/internal/files", content=photo("jpeg")).status_code == 201


def test_a_file_that_is_too_large_is_told_so(bot: httpx.Client) -> None:
    answer = bot.post("/internal/files", content=bytes(MAX_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_without_a_token_nothing_of_it_is_taken(bot: httpx.Client) -> None:
    answer = bot.post("/internal/files", content=bytes(MAX_BYTES), headers={"authorization": "Bearer x"})
    assert answer.status_code == 401
