"""Turns for requests with files: nobody takes them all, by numbers or by trickling, or goes on for ever."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from http.client import HTTPConnection, HTTPResponse

import pytest
from starlette.requests import Request
from starlette.types import Message

from bot import limits
from bot.web.pace import paced
from bot.web.problems import TooManyFiles, Unreadable
from bot.web.uploads import CHAT_PATH, FORM_PATH, Uploads
from tests.backend.tips.attachments.photos import photo
from tests.bot.channel_contract import fresh_id
from tests.bot.form_driver import Browser
from tests.bot.house import House
from tests.bot.test_tip_form import until_story
from tests.bot.web_driver import WebWorker

PHOTO = photo("jpeg")
EMPTY_FORM = b'--x\r\nContent-Disposition: form-data; name="lang"\r\n\r\nvi\r\n--x--\r\n'


def body_of(*waits: float) -> Request:
    """A body of ten bytes after each of ``waits``."""
    left = list(waits)

    async def receive() -> Message:
        await asyncio.sleep(left.pop(0))
        return {"type": "http.request", "body": bytes(10), "more_body": bool(left)}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def read(request: Request, least: int, rest: float = 0) -> int:
    length = 0
    async for piece in paced(request, window=0.5, least=least):
        length += len(piece)
        await asyncio.sleep(rest)
    return length


class TestPace:
    async def test_a_body_that_trickles_is_given_up(self) -> None:
        with pytest.raises(Unreadable):
            await read(body_of(*[0.2] * 9), least=1000)

    async def test_a_body_that_stops_is_given_up(self) -> None:
        with pytest.raises(Unreadable):
            await read(body_of(0, 60), least=1000)

    async def test_a_slow_one_that_comes_steadily_is_read_to_its_end(self) -> None:
        assert await read(body_of(*[0.1] * 9), least=20) == 90

    async def test_what_its_reader_takes_meanwhile_does_not_count(self) -> None:
        assert await read(body_of(0, 0, 0, 0), least=1000, rest=0.2) == 40


class TestTurns:
    async def test_one_visitor_has_a_share_and_others_the_rest(self) -> None:
        uploads = Uploads(at_once=3, wait=0.05, each=2)
        async with uploads.turn("one"), uploads.turn("one"):
            with pytest.raises(TooManyFiles):
                async with uploads.turn("one"):
                    pass
            async with uploads.turn("another"):
                with pytest.raises(TooManyFiles):
                    async with uploads.turn("a third"):
                        pass
        async with uploads.turn("one"), uploads.turn("one"):
            pass

    async def test_who_waited_in_vain_leaves_no_turn_taken(self) -> None:
        uploads = Uploads(at_once=1, wait=0.05, each=2)
        async with uploads.turn("one"):
            for _ in range(3):
                with pytest.raises(TooManyFiles):
                    async with uploads.turn("another"):
                        pass
        async with uploads.turn("another"):
            pass


def from_address(house: House, address: str) -> HTTPConnection:
    host, port = house.url.removeprefix("http://").split(":")
    return HTTPConnection(host, int(port), timeout=30, source_address=(address, 0))


def post_form(house: House, address: str, cookie: str = "", body: bytes = EMPTY_FORM) -> HTTPResponse:
    line = from_address(house, address)
    headers = {"content-type": "multipart/form-data; boundary=x", "origin": house.url, "cookie": cookie}
    line.request("POST", FORM_PATH, body, headers)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


class TestDoor:
    @pytest.fixture
    def trickling(self, house: House) -> Iterator[None]:
        """Twelve connections of one address that announce a file and send one byte."""
        with ExitStack() as lines:
            for _ in range(12):
                line = from_address(house, "127.0.0.2")
                lines.callback(line.close)
                line.putrequest("POST", CHAT_PATH)
                headers = {"X-Antam-User": WebWorker(house.url).user, "X-Antam-Message": fresh_id()}
                for name, value in {**headers, "Content-Length": "1000"}.items():
                    line.putheader(name, value)
                line.endheaders(b"x")
            yield

    @pytest.mark.usefixtures("trickling")
    def test_twelve_trickling_connections_of_one_address_stop_nobody_else(self, house: House) -> None:
        worker = WebWorker(house.url)
        for text in ("báo tin", "1", "1", "1", "ông Tư cho vay ở cổng"):
            worker.say(text)
        assert "Đã nhận ảnh 1" in worker.send_file(PHOTO).text

    def test_forms_with_files_without_end_are_refused_and_others_are_not(self, house: House) -> None:
        most = int(limits.FORM_FILES[0])
        statuses = [post_form(house, "127.0.0.3").status for _ in range(most + 20)]
        assert statuses[:most] == [303] * most
        assert 429 in statuses[most:]
        assert post_form(house, "127.0.0.4").status == 303

    def test_a_page_of_yesterday_still_sends_its_files(self, house: House) -> None:
        browser = Browser(house.url)
        until_story(browser)
        names = browser.fields()
        fields = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in names.items()
        )
        file = (
            b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
            + PHOTO
            + b"\r\n--x--\r\n"
        )
        cookie = "; ".join(f"{one.name}={one.value}" for one in browser.http.cookies.jar)
        house.ahead = timedelta(days=1)
        try:
            answer = post_form(house, "127.0.0.5", cookie, fields + file)
        finally:
            house.ahead = timedelta()
        # A page whose token is not known is led back without a word.
        assert answer.status == 303
        assert "Đã nhận ảnh 1" in browser.open("/bao-tin").page or "1 ảnh" in browser.page
