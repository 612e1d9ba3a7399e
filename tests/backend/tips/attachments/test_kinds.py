"""What a file is stands in its bytes; everything that is no photo or voice note is refused by its name."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.tips.attachments.cleaning import cleaned
from backend.tips.attachments.kinds import recognised
from backend.tips.attachments.types import MAX_BYTES, PHOTOS, REASONS, PhotoKind, Reason, Refused
from tests.backend.tips.attachments.photos import photo, picture, with_segment
from tests.backend.tips.attachments.voices import RECORDERS, Recorder, voice


def _other_picture(form: str) -> bytes:
    out = BytesIO()
    picture().save(out, form)
    return out.getvalue()


def _zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("anh.jpg", photo("jpeg"))
    return out.getvalue()


OTHERS: dict[str, tuple[Reason, bytes]] = {
    "nothing": ("empty", b""),
    "a program for Windows called anh.jpg": ("program", b"MZ\x90\0" + bytes(60) + b"PE\0\0"),
    "a program for Linux": ("program", b"\x7fELF\x02\x01\x01" + bytes(60)),
    "a script": ("program", b"#!/bin/sh\necho\n"),
    "a program of Android's": ("program", b"dex\n035\0" + bytes(60)),
    "a PDF": ("document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a PDF after a line": ("document", b"\n\n%PDF-1.4\n"),
    "an old Word file": ("document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60)),
    "a zip with a photo": ("archive", _zip()),
    "a zip without a file": ("archive", b"PK\x05\x06" + bytes(18)),
    "a RAR": ("archive", b"Rar!\x1a\x07\x01\0"),
    "a gzip": ("archive", b"\x1f\x8b\x08\0"),
    "an SVG": ("web_page", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "an SVG with a declaration": ("web_page", b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg/>'),
    "a page": ("web_page", b"  \n<!DOCTYPE html><html></html>"),
    "a GIF": ("other_picture", _other_picture("GIF")),
    "a BMP": ("other_picture", _other_picture("BMP")),
    "a TIFF": ("other_picture", _other_picture("TIFF")),
    "an AVIF": ("other_picture", _other_picture("AVIF")),
    "a WAV": ("other_sound", voice(Recorder("ogg", "wav", "pcm_s16le", 8_000))),
    "a FLAC": ("other_sound", voice(Recorder("ogg", "flac", "flac", 8_000))),
    "a WebM": ("video", b"\x1aE\xdf\xa3" + bytes(60)),
    "words": ("unknown", "Có ông cho vay nóng trước cổng".encode()),
}

POLYGLOTS: dict[str, bytes] = {
    "a photo that is a PDF as well": with_segment(photo("jpeg"), 0xFE, b"%PDF-1.4\n1 0 obj"),
    "a photo that is a page as well": with_segment(
        photo("jpeg"), 0xFE, b"--><HTML><script>alert(1)</script>"
    ),
    "a photo that is a script as well": with_segment(photo("jpeg"), 0xFE, b"<?php system($_GET['c']);"),
    "a photo that is a tar as well": with_segment(photo("jpeg"), 0xFE, bytes(251) + b"ustar\x0000"),
    "a voice note that is a page as well": b"ID3\x03\0\0\0\0\x02\0<svg onload=alert(1)>" + bytes(500),
}


class TestAccepted:
    @pytest.mark.parametrize("kind", PHOTOS)
    def test_a_photo_is_known_by_its_bytes(self, kind: PhotoKind) -> None:
        assert recognised(photo(kind)) == kind

    @pytest.mark.parametrize("recorder", RECORDERS)
    def test_a_voice_note_is_known_by_its_bytes(self, recorder: str) -> None:
        assert recognised(voice(RECORDERS[recorder])) == RECORDERS[recorder].kind

    def test_heif_that_names_its_codec_second_is_heic(self) -> None:
        assert recognised(b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + bytes(60)) == "heic"

    def test_the_largest_file_is_still_taken(self) -> None:
        assert recognised(photo("jpeg").ljust(MAX_BYTES, b"\0")) == "jpeg"


class TestRefused:
    @pytest.mark.parametrize("file", OTHERS)
    async def test_anything_else_is_refused_as_what_it_is(self, file: str) -> None:
        reason, data = OTHERS[file]
        with pytest.raises(Refused) as refused:
            await cleaned(data)
        assert refused.value.reason == reason

    @pytest.mark.parametrize("file", POLYGLOTS)
    async def test_what_other_programs_open_as_something_else_is_refused(self, file: str) -> None:
        with pytest.raises(Refused, match="two_kinds"):
            await cleaned(POLYGLOTS[file])

    async def test_a_byte_more_than_allowed_is_too_large(self) -> None:
        with pytest.raises(Refused, match="too_large"):
            await cleaned(photo("jpeg").ljust(MAX_BYTES + 1, b"\0"))

    @given(st.binary(max_size=64))
    @example(b"\xff\xd8\xff")
    @example(b"\xff\xfb")
    @example(b"RIFF")
    @example(b"\0\0\0\0ftyp")
    def test_any_bytes_are_something_or_refused_for_a_reason(self, data: bytes) -> None:
        try:
            recognised(data)
        except Refused as refused:
            assert refused.reason in REASONS

    def test_a_refusal_repeats_nothing_of_the_file(self) -> None:
        with pytest.raises(Refused) as refused:
            recognised(b"0912345678")
        assert "0912345678" not in repr(refused.value)
