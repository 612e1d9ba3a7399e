"""The calls to the Zalo Bot Platform: what succeeds, what may be tried again, and what no error tells."""

import traceback
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus

import pytest

from bot.channels.zalo_api import MAX_ANSWER, ZaloApi, ZaloTrouble
from tests.bot.serving import free_port
from tests.fakes.zalo import Failure, FakeZalo, error, text_message

SECRET = "khu trọ Hoa Mai"


@pytest.fixture(scope="module")
def zalo() -> Iterator[FakeZalo]:
    with FakeZalo().running() as platform:
        yield platform


@pytest.fixture
async def api(zalo: FakeZalo) -> AsyncIterator[ZaloApi]:
    client = ZaloApi(zalo.token, zalo.url)
    yield client
    await client.close()


async def troubled(api: ZaloApi) -> ZaloTrouble:
    with pytest.raises(ZaloTrouble) as caught:
        await api.send_message("chat", SECRET)
    return caught.value


async def test_a_message_is_sent_to_its_chat(zalo: FakeZalo, api: ZaloApi) -> None:
    await api.send_message("chat-1", "chào bạn")
    assert zalo.to("chat-1") == ["chào bạn"]


@pytest.mark.parametrize("wrapped", [True, False])
async def test_the_update_that_waits_is_handed_out_once(zalo: FakeZalo, api: ZaloApi, wrapped: bool) -> None:
    zalo.wrapped = wrapped
    sent = text_message("chat", "chào")
    zalo.post(sent)
    assert await api.get_update(5) == sent
    assert await api.get_update(0) is None


@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.REQUEST_TIMEOUT])
async def test_that_nothing_is_new_is_no_trouble(zalo: FakeZalo, api: ZaloApi, status: HTTPStatus) -> None:
    zalo.fail("getUpdates", error(408, "Request timeout", status))
    assert await api.get_update(5) is None


@pytest.mark.parametrize(
    ("failure", "code", "passing"),
    [
        (error(400), "400", False),
        (error(401), "401", False),
        (error(404, status=404), "404", False),
        (error(403), "403", True),
        (error(408), "408", True),
        (error(429), "429", True),
        (error(500, status=500), "500", True),
        (Failure(502, b"<html>bad gateway</html>"), "502", True),
        (Failure(503, b""), "503", True),
        (Failure(302, b"", {"location": "http://127.0.0.1:1/"}), "302", False),
        (Failure(200, b'{"ok": false}'), "400", False),
        (Failure(200, b'{"error": -201, "message": "x"}'), "-201", False),
        (Failure(200, b'{"ok": false, "error_code": "429"}'), "429", True),
        (Failure(200, b"<html></html>"), "unreadable", True),
        (Failure(200, b""), "unreadable", True),
        (Failure(200, b"[]"), "unreadable", True),
        (Failure(200, b"{" + b" " * MAX_ANSWER), "too_large", True),
        (Failure(200, b"{", dropped=True), "RemoteProtocolError", True),
    ],
)
async def test_what_went_wrong_is_a_code_and_whether_another_attempt_may_succeed(
    zalo: FakeZalo, api: ZaloApi, failure: Failure, code: str, passing: bool
) -> None:
    zalo.fail("sendMessage", failure)
    trouble = await troubled(api)
    assert (trouble.code, trouble.passing) == (code, passing)
    await api.send_message("chat", "vẫn gửi được")


@pytest.mark.parametrize(
    "failure", [error(429, retry_after=7), Failure(429, b"", {"retry-after": "7"})], ids=["body", "header"]
)
async def test_how_long_the_platform_asks_to_wait_is_read(
    zalo: FakeZalo, api: ZaloApi, failure: Failure
) -> None:
    zalo.fail("sendMessage", failure)
    assert (await troubled(api)).wait == 7


async def test_a_platform_that_cannot_be_reached_is_a_passing_trouble() -> None:
    api = ZaloApi("1:token", f"http://127.0.0.1:{free_port()}")
    trouble = await troubled(api)
    assert (trouble.code, trouble.passing) == ("ConnectError", True)
    await api.close()


async def test_an_address_that_is_none_is_a_trouble_too() -> None:
    api = ZaloApi("1:token", "http://[not an address")
    assert (await troubled(api)).passing
    await api.close()


async def test_no_error_tells_the_token_or_what_was_written(zalo: FakeZalo, api: ZaloApi) -> None:
    stopped = ZaloApi(zalo.token, f"http://127.0.0.1:{free_port()}")
    zalo.fail("sendMessage", Failure(500, zalo.token.encode() + SECRET.encode()), Failure(dropped=True))
    for client in (api, api, stopped):
        told = "".join(traceback.format_exception(await troubled(client)))
        assert "sendMessage" in told
        for secret in (zalo.token, zalo.token.split(":")[1], SECRET, zalo.url):
            assert secret not in told
    await stopped.close()
