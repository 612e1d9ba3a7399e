"""A form with files is read as it comes in, however the network cuts it; nothing of it touches the disk."""

import tempfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from bot.files import MAX_BYTES
from bot.web.multipart import Part, parts
from bot.web.problems import Unreadable


def form(fields: dict[str, str], files: list[bytes]) -> tuple[str, bytes]:
    """Content type and body as a client sends them."""
    sent = httpx.Request(
        "POST",
        "http://localhost/",
        data=fields,
        files=[("file", (f"ảnh {number}.jpg", content)) for number, content in enumerate(files)],
    )
    return sent.headers["content-type"], sent.read()


def posted(content_type: str, chunks: Iterator[bytes] | list[bytes]) -> Request:
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", content_type.encode())]}
    return Request(scope, receive)


async def read(content_type: str, chunks: list[bytes]) -> list[Part]:
    return [part async for part in parts(posted(content_type, chunks))]


@given(
    st.dictionaries(
        st.sampled_from(["token", "tag", "lang"]), st.text(st.characters(codec="utf-8"), max_size=40)
    ),
    st.lists(st.binary(max_size=300), min_size=1, max_size=8),
    st.integers(1, 500),
)
async def test_however_it_is_cut_the_same_parts_come(
    fields: dict[str, str], files: list[bytes], size: int
) -> None:
    content_type, body = form(fields, files)
    found = await read(content_type, [body[at : at + size] for at in range(0, len(body), size)])
    told = {part.name: part.text for part in found if not part.is_file}
    assert told == fields
    assert [part.content for part in found if part.is_file] == files


async def test_a_file_too_large_is_named_and_left_out_and_the_next_one_comes() -> None:
    content_type, body = form({}, [bytes(MAX_BYTES + 1), bytes(MAX_BYTES), b"small"])
    found = await read(content_type, [body[at : at + 65_536] for at in range(0, len(body), 65_536)])
    assert [(len(part.content), part.too_large) for part in found] == [
        (0, True),
        (MAX_BYTES, False),
        (5, False),
    ]


async def test_what_breaks_off_is_no_form() -> None:
    content_type, body = form({"token": "x"}, [b"abc"])
    with pytest.raises(Unreadable):
        await read(content_type, [body[:-12]])


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 71],
)
async def test_what_has_no_border_is_no_form(content_type: str) -> None:
    with pytest.raises(Unreadable):
        await read(content_type, [b"--x\r\n"])


@given(st.binary(max_size=300))
async def test_no_bytes_at_all_break_the_reader(body: bytes) -> None:
    try:
        await read("multipart/form-data; boundary=b", [body])
    except Unreadable:
        return


async def test_too_many_parts_are_refused() -> None:
    content_type, body = form({}, [b"x"] * 65)
    with pytest.raises(Unreadable):
        await read(content_type, [body])


async def test_nothing_is_laid_down_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    for maker in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, maker, lambda *_, **__: pytest.fail("a file was made"))
    content_type, body = form({"token": "x"}, [bytes(3_000_000)])
    assert len(await read(content_type, [body])) == 2


def test_a_part_shows_nothing_of_itself() -> None:
    assert "sđt" not in repr(Part("file", True, "sđt của em".encode()))
