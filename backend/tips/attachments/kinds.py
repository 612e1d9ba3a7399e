"""What a file is, by the bytes in it. Its name and its declared type are never asked. Pure.

A file is what it begins as. What hangs on behind (a zip, the film of a "live" photo) is no reason to refuse a
photo, because cleaning leaves it out; what other programs would take for the start of something else is.
"""

from typing import Final

from backend.tips.attachments.types import MAX_BYTES, Kind, Reason, Refused

_ACCEPTED: Final[tuple[tuple[Kind, bytes], ...]] = (
    ("jpeg", b"\xff\xd8\xff"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("ogg", b"OggS\x00"),
    ("amr", b"#!AMR\n"),
    ("amr", b"#!AMR-WB\n"),
    ("mp3", b"ID3"),
)

_OTHER: Final[tuple[tuple[Reason, int, bytes], ...]] = (
    ("program", 0, b"MZ"),
    ("program", 0, b"\x7fELF"),
    ("program", 0, b"#!"),
    ("program", 0, b"dex\n"),
    ("program", 0, b"\x00asm"),
    ("program", 0, b"\xca\xfe\xba\xbe"),
    ("program", 0, b"\xcf\xfa\xed\xfe"),
    ("program", 0, b"\xce\xfa\xed\xfe"),
    ("document", 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("document", 0, b"{\\rtf"),
    ("archive", 0, b"PK\x03\x04"),
    ("archive", 0, b"PK\x05\x06"),
    ("archive", 0, b"Rar!\x1a\x07"),
    ("archive", 0, b"7z\xbc\xaf\x27\x1c"),
    ("archive", 0, b"\x1f\x8b"),
    ("archive", 0, b"BZh"),
    ("archive", 0, b"\xfd7zXZ\x00"),
    ("archive", 0, b"\x28\xb5\x2f\xfd"),
    ("archive", 257, b"ustar"),
    ("other_picture", 0, b"GIF8"),
    ("other_picture", 0, b"BM"),
    ("other_picture", 0, b"II*\x00"),
    ("other_picture", 0, b"MM\x00*"),
    ("other_picture", 0, b"\x00\x00\x01\x00"),
    ("other_picture", 0, b"\xff\x0a"),
    ("other_picture", 4, b"JXL "),
    ("other_sound", 0, b"fLaC"),
    ("other_sound", 0, b"caff"),
    ("other_sound", 0, b"MThd"),
    ("other_sound", 8, b"AIFF"),
    ("other_sound", 8, b"WAVE"),
    ("video", 8, b"AVI "),
    ("video", 0, b"\x1aE\xdf\xa3"),
    ("video", 0, b"FLV\x01"),
    ("video", 0, b"\x00\x00\x01\xba"),
)

_HEAD: Final = 1024
"""How far into a file other programs look for the start of a PDF or of a page."""
_PDF: Final = b"%PDF-"
_MARKUP: Final = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?php")
_TAR: Final = slice(257, 262)

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_HEIF_BRANDS: Final = frozenset({b"mif1", b"msf1"})
"""HEIF without a word on the codec, which another brand of the list then names."""
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_PICTURE_BRANDS: Final = _AVIF_BRANDS | _HEIF_BRANDS | {b"crx "}


def recognised(data: bytes) -> Kind:
    """The kind of photo or voice note that ``data`` begins as.

    Raises:
        Refused: it is empty, too large, something else, or something else as well.
    """
    if not data:
        raise Refused("empty")
    if len(data) > MAX_BYTES:
        raise Refused("too_large")
    kind = _accepted(data)
    if kind is None:
        raise Refused(_other(data))
    head = data[:_HEAD].lower()
    if _PDF.lower() in head or any(mark in head for mark in _MARKUP) or data[_TAR] == b"ustar":
        raise Refused("two_kinds")
    return kind


def _accepted(data: bytes) -> Kind | None:
    for kind, start in _ACCEPTED:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return _in_boxes(data)
    return _in_frames(data)


def _in_boxes(data: bytes) -> Kind | None:
    """A file in boxes (ISO 14496-12) by its brands: a photo, or sound that may turn out to be a video."""
    size = int.from_bytes(data[:4])
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, min(size, _HEAD), 4))]
    if brands[0] in _HEIC_BRANDS:
        return "heic"
    if brands[0] in _PICTURE_BRANDS:
        is_heic = brands[0] in _HEIF_BRANDS and _HEIC_BRANDS & set(brands) and not _AVIF_BRANDS & set(brands)
        return "heic" if is_heic else None
    return "mp4"


def _in_frames(data: bytes) -> Kind | None:
    """Sound that has no file header, by its first frame (ISO 11172-3 and 13818-7)."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    if data[1] & 0xF6 == 0xF0:
        return "aac"
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    bit_rate, sample_rate = data[2] >> 4, data[2] >> 2 & 3
    is_layer_three = version != 1 and layer == 1
    return "mp3" if is_layer_three and bit_rate not in (0, 15) and sample_rate != 3 else None


def _other(data: bytes) -> Reason:
    for reason, at, mark in _OTHER:
        if data.startswith(mark, at):
            return reason
    if data[4:8] == b"ftyp":
        return "other_picture"
    if _PDF in data[:_HEAD]:
        return "document"
    if data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return "web_page"
    return "unknown"
