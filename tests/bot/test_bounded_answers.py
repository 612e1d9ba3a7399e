"""No server that we ask can fill our memory with its answer."""

import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from bot.channels.bounded import UNPACKED, TooLarge, at_most
from bot.channels.telegram_api import MAX_ANSWER, MAX_UPDATES, Kind, TelegramApi, TelegramTrouble
from tests.bot.serving import serve

MEGABYTE = b" " * (1 << 20)


@contextmanager
def answering(answer: Callable[[Request], Response]) -> Iterator[str]:
    """A server that answers everything so."""
    app = FastAPI(openapi_url=None)

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(path: str, request: Request) -> Response:
        await request.body()
        return answer(request)

    with serve(app) as url:
        yield url


def endless(request: Request, sent: list[int]) -> StreamingResponse:
    """A valid beginning, and then white space until the reader has enough."""

    async def body() -> AsyncIterator[bytes]:
        yield b'{"ok":true,"result":'
        for _ in range(200):
            if await request.is_disconnected():
                return
            sent.append(len(MEGABYTE))
            yield MEGABYTE

    return StreamingResponse(body(), media_type="application/json")


async def asked(api: TelegramApi, method: str) -> None:
    if method == "updates":
        await api.updates(None, 0)
    elif method == "send":
        await api.send(7, "Chào bạn.", None, protect=False)
    else:
        await api.delete(7, [1])


@pytest.mark.parametrize(
    ("method", "most"), [("updates", MAX_UPDATES), ("send", MAX_ANSWER), ("delete", MAX_ANSWER)]
)
async def test_telegram_s_answer_is_read_up_to_its_size(method: str, most: int) -> None:
    sent: list[int] = []

    async def sleep(_: float) -> None:
        return

    with answering(lambda request: endless(request, sent)) as url:
        api = TelegramApi("4242:AAfake", url, sleep)
        with pytest.raises(TelegramTrouble) as trouble:
            await asked(api, method)
        await api.close()
    assert trouble.value.kind is Kind.SILENT
    tries = 1 if method == "updates" else 5
    # What was on its way when the line was cut.
    assert sum(sent) <= tries * (most + 64 * len(MEGABYTE))


async def test_a_packed_answer_is_not_unpacked() -> None:
    bomb = gzip.compress(MEGABYTE * 64)
    with answering(lambda _: Response(bomb, headers={"Content-Encoding": "gzip"})) as url:
        async with httpx.AsyncClient(
            headers=UNPACKED, event_hooks={"response": [at_most(MAX_ANSWER)]}
        ) as client:
            with pytest.raises(TooLarge):
                await client.get(url)


async def test_an_answer_of_just_the_size_is_read_and_one_byte_more_is_not() -> None:
    body = [b"x" * 1000]
    with answering(lambda _: Response(body[0])) as url:
        async with httpx.AsyncClient(headers=UNPACKED, event_hooks={"response": [at_most(1000)]}) as client:
            assert (await client.get(url)).content == body[0]
            body[0] += b"x"
            with pytest.raises(TooLarge):
                await client.get(url)
