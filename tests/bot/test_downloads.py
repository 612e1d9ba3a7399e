"""Files are fetched from the platform's own servers, bounded, and no address is ever told."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bot.channels.downloads import Downloads, Hosts
from bot.channels.zalo_bot import FILE_DOMAINS
from bot.envelope import MediaGone, MediaTooLarge
from bot.files import MAX_BYTES

ZALO = Hosts("https://bot-api.zaloplatforms.com", FILE_DOMAINS)
TELEGRAM = Hosts("https://api.telegram.org")
SECRET = "secret-of-the-address"


def downloads(answer: Callable[[httpx.Request], httpx.Response]) -> Downloads:
    return Downloads(ZALO, httpx.MockTransport(answer))


class TestHosts:
    @pytest.mark.parametrize(
        "address",
        [
            "https://photo-stal-1.zdn.vn/jpg/a.jpg",
            "https://f2-voice-aac-dl.zdn.vn/a.aac?x=1",
            "https://s120.zadn.vn/a.png",
            "https://PHOTO.ZDN.VN:443/a.jpg",
            "https://bot-api.zaloplatforms.com/files/a",
        ],
    )
    def test_the_platforms_own(self, address: str) -> None:
        assert ZALO.allow(address)

    @pytest.mark.parametrize(
        "address",
        [
            "http://photo-stal-1.zdn.vn/a.jpg",
            "https://zdn.vn.evil.example/a.jpg",
            "https://evilzdn.vn/a.jpg",
            "https://zdn.vn@evil.example/a.jpg",
            "https://user:word@photo.zdn.vn/a.jpg",
            "https://photo.zdn.vn:8443/a.jpg",
            "https://127.0.0.1/a.jpg",
            "http://169.254.169.254/latest/meta-data",
            "http://bot-api.zaloplatforms.com/files/a",
            "file:///etc/passwd",
            "https://[::1",
            "https://photo.zdn.vn:99999/a",
            "//photo.zdn.vn/a.jpg",
            "",
        ],
    )
    def test_nobody_elses(self, address: str) -> None:
        assert not ZALO.allow(address)

    def test_telegrams_are_where_its_api_is_and_nowhere_else(self) -> None:
        assert TELEGRAM.allow("https://api.telegram.org/file/bot1:A/photos/a.jpg")
        assert not TELEGRAM.allow("https://photo.zdn.vn/a.jpg")


async def test_a_file_is_given_whole() -> None:
    got = await downloads(lambda _: httpx.Response(200, content=b"abc")).get("https://a.zdn.vn/x")
    assert got == b"abc"


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 3 * MAX_BYTES])
@pytest.mark.parametrize("told", [True, False])
async def test_a_file_too_large_is_let_go_of(size: int, told: bool) -> None:
    read = 0

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            nonlocal read
            for _ in range(0, size, 65_536):
                read += 65_536
                yield bytes(65_536)

    headers = {"content-length": str(size)} if told else {}
    with pytest.raises(MediaTooLarge):
        await downloads(lambda _: httpx.Response(200, headers=headers, stream=Endless())).get(
            "https://a.zdn.vn/x"
        )
    assert read <= MAX_BYTES + 2 * 65_536


@pytest.mark.parametrize("status", [204, 401, 403, 404, 500])
async def test_anything_but_the_file_is_gone(status: int) -> None:
    with pytest.raises(MediaGone):
        await downloads(lambda _: httpx.Response(status, content=b"no")).get("https://a.zdn.vn/x")


async def test_a_redirect_is_followed_within_the_platform_alone() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        where = {"/a": "/b", "/b": "https://c.zdn.vn/c", "/evil": "http://127.0.0.1:5432/"}
        to = where.get(request.url.path)
        return httpx.Response(302, headers={"location": to}) if to else httpx.Response(200, content=b"abc")

    assert await downloads(answer).get("https://a.zdn.vn/a") == b"abc"
    with pytest.raises(MediaGone):
        await downloads(answer).get("https://a.zdn.vn/evil")
    assert asked == [
        "https://a.zdn.vn/a",
        "https://a.zdn.vn/b",
        "https://c.zdn.vn/c",
        "https://a.zdn.vn/evil",
    ]


async def test_redirects_in_a_circle_end() -> None:
    with pytest.raises(MediaGone):
        await downloads(lambda _: httpx.Response(302, headers={"location": "/x"})).get("https://a.zdn.vn/x")


async def test_no_error_tells_the_address() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no way to {SECRET}")

    with pytest.raises(MediaGone) as caught:
        await downloads(broken).get(f"https://a.zdn.vn/{SECRET}")
    assert SECRET not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
