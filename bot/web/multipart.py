"""Reads a form with files as it comes in: one part after the other, each in memory only while it is wanted.

The framework's own reader lays larger files down on the disk, which nothing of a tip may ever touch.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from bot.files import MAX_BYTES
from bot.web.pace import paced
from bot.web.problems import Unreadable

_MOST_OF_A_FIELD: Final = 4 * 1024
_MOST_PARTS: Final = 64


@dataclass(frozen=True)
class Part:
    """One field or file of a form. The name that a file has on the phone is never read."""

    name: str
    is_file: bool
    content: bytes = field(default=b"", repr=False)
    too_large: bool = False
    """It was longer than it may be; its content is left out."""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")


async def parts(request: Request) -> AsyncIterator[Part]:
    """The parts in the order of the page. Raises ``Unreadable`` for what is no form, or not a whole one."""
    reader = _Reader(_boundary(request.headers.get("content-type", "")))
    try:
        async for chunk in paced(request):
            for part in reader.read(chunk):
                yield part
        reader.finish()
    except (FormParserError, ClientDisconnect):
        raise Unreadable from None


class _Reader:
    """Puts the parts together from what the parser tells."""

    def __init__(self, boundary: bytes) -> None:
        self._ready: list[Part] = []
        self._count = 0
        self._whole = False
        self._field = self._value = b""
        self._disposition = b""
        self._content = bytearray()
        self._most = 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finished,
            },
        )

    def read(self, chunk: bytes) -> list[Part]:
        """The parts that ``chunk`` completes."""
        self._parser.write(chunk)
        ready, self._ready = self._ready, []
        return ready

    def finish(self) -> None:
        """Raises ``FormParserError`` when the form broke off."""
        if not self._whole:
            raise FormParserError("broken off")

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise FormParserError("too many parts")
        self._disposition = b""
        self._content = bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _headers_finished(self) -> None:
        _, told = parse_options_header(self._disposition)
        self._name = told.get(b"name", b"").decode("utf-8", errors="replace")
        self._is_file = b"filename" in told
        self._most = MAX_BYTES if self._is_file else _MOST_OF_A_FIELD

    def _data(self, data: bytes, start: int, end: int) -> None:
        # One byte too many is kept, so that the end can tell; the rest is let go.
        room = self._most + 1 - len(self._content)
        self._content += data[start : min(end, start + room)]

    def _end(self) -> None:
        too_large = len(self._content) > self._most
        content = b"" if too_large else bytes(self._content)
        self._ready.append(Part(self._name, self._is_file, content, too_large))
        self._content = bytearray()

    def _finished(self) -> None:
        self._whole = True


def _boundary(content_type: str) -> bytes:
    kind, told = parse_options_header(content_type)
    boundary = told.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:
        raise Unreadable
    return boundary
