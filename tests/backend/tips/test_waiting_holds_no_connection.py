"""Whoever waits to be read or for a turn holds no database connection: all others are answered meanwhile."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend import app as applications
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import service
from backend.tips.files import places
from backend.tips.files.places import Places
from backend.tips.schemas import Submission
from tests.backend.clients import client_of, service_token
from tests.backend.tips.attachments.photos import photo
from tests.backend.tips.conftest import Country, new_receipt
from tests.backend.tips.file_parts import sent
from tests.backend.tips.test_files import a_submission, random64

CONNECTIONS = 3
CROWD = 4
"""More than there are connections."""


@pytest.fixture
async def bot(
    backend_settings: Settings, country: Country, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """The internal API with very few connections, each waited for less long than the crowd is held up."""
    assert country

    def few(url: str) -> AsyncEngine:
        return create_async_engine(url, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=20)

    monkeypatch.setattr(applications, "create_engine", few)
    async with client_of(applications.create_internal_app(backend_settings)) as client:
        client.headers["authorization"] = f"Bearer {service_token(backend_settings, 'bot')}"
        yield client


@pytest.fixture
async def crowded(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Places, AsyncExitStack]]:
    """The places for keeping files, all of them taken until the stack is closed."""
    few = Places(at_once=2, waiting=CROWD)
    monkeypatch.setattr(places, "for_keeping", lambda: few)
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(few.place())
        yield few, held


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


async def a_mailbox(bot: httpx.AsyncClient) -> str:
    receipt = new_receipt()
    assert (await bot.post("/internal/tips", json=a_submission(receipt=receipt))).status_code == 201
    return receipt


async def test_a_mailbox_opens_while_many_stories_are_read(
    bot: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await a_mailbox(bot)
    read, begun, go_on = service._read, [], threading.Event()

    def slowly(keys: SiteKeys, submission: Submission) -> object:
        begun.append(submission)
        assert go_on.wait(60)
        return read(keys, submission)

    monkeypatch.setattr(service, "_read", slowly)
    sending = [asyncio.create_task(bot.post("/internal/tips", json=a_submission())) for _ in range(CROWD)]
    await until(lambda: len(begun) == CROWD or any(task.done() for task in sending))

    assert (await bot.post("/internal/mailbox/open", json={"receipt": receipt})).status_code == 200
    go_on.set()
    assert [answer.status_code for answer in await asyncio.gather(*sending)] == [201] * CROWD


async def test_a_mailbox_opens_while_big_submissions_wait_for_their_turn(
    bot: httpx.AsyncClient, crowded: tuple[Places, AsyncExitStack]
) -> None:
    row, held = crowded
    receipt = await a_mailbox(bot)
    bodies = [a_submission(await sent(bot, photo("jpeg"))) for _ in range(CROWD)]
    sending = [asyncio.create_task(bot.post("/internal/tips", json=body)) for body in bodies]
    await until(lambda: row.waiting == CROWD or any(task.done() for task in sending))

    assert (await bot.post("/internal/mailbox/open", json={"receipt": receipt})).status_code == 200
    await held.aclose()
    assert [answer.status_code for answer in await asyncio.gather(*sending)] == [201] * CROWD


async def test_so_does_one_while_messages_with_files_and_looks_at_files_wait(
    bot: httpx.AsyncClient, crowded: tuple[Places, AsyncExitStack]
) -> None:
    row, held = crowded
    receipt = await a_mailbox(bot)
    message = {"receipt": receipt, "files": [(await sent(bot, photo("jpeg"))).ref]}
    looking = {"receipt": receipt, "file_id": "7b8f5a52-2f0f-4f7e-9a53-5f1d3c2b1a09"}
    waiting = [
        asyncio.create_task(
            bot.post("/internal/mailbox/write", json={**message, "message_id": random64(16)})
        ),
        *(asyncio.create_task(bot.post("/internal/mailbox/file", json=looking)) for _ in range(CROWD - 1)),
    ]
    await until(lambda: row.waiting == CROWD or any(task.done() for task in waiting))

    assert (await bot.post("/internal/mailbox/open", json={"receipt": receipt})).status_code == 200
    await held.aclose()
    answers = [answer.status_code for answer in await asyncio.gather(*waiting)]
    assert answers == [201] + [404] * (CROWD - 1)


async def test_who_finds_the_row_full_is_told_to_come_again_and_nothing_is_stored(
    bot: httpx.AsyncClient, crowded: tuple[Places, AsyncExitStack]
) -> None:
    row, held = crowded
    bodies = [a_submission(await sent(bot, photo("jpeg"))) for _ in range(CROWD + 1)]
    sending = [asyncio.create_task(bot.post("/internal/tips", json=body)) for body in bodies[:-1]]
    await until(lambda: row.waiting == CROWD)

    late = await bot.post("/internal/tips", json=bodies[-1])
    assert (late.status_code, late.json()["code"]) == (503, "busy")
    # A tip without files needs no place.
    assert (await bot.post("/internal/tips", json=a_submission())).status_code == 201
    await held.aclose()
    await asyncio.gather(*sending)
    assert (await bot.post("/internal/tips", json=bodies[-1])).status_code == 201
