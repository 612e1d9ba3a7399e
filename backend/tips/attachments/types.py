"""What a file may be, what it is refused for, and how large it may get."""

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

PhotoKind = Literal["jpeg", "png", "webp", "heic"]
VoiceKind = Literal["ogg", "mp4", "mp3", "aac", "amr"]
Kind = PhotoKind | VoiceKind
MediaType = Literal["image/jpeg", "image/png", "audio/ogg"]
"""What a clean file is: every photo becomes JPEG or (if it was one) PNG, every voice note Opus in Ogg."""

Reason = Literal[
    "empty",
    "too_large",
    "program",
    "document",
    "archive",
    "web_page",
    "video",
    "other_picture",
    "other_sound",
    "unknown",
    "two_kinds",
    "too_many_pixels",
    "too_long",
    "damaged",
    "too_heavy",
    "crashed",
]
"""Why a file is refused.

``too_large`` counts bytes. ``program`` … ``other_sound`` name what it is instead of a photo or voice note
that we take; ``unknown`` is nothing that we know. ``two_kinds`` is a photo or voice note that other programs
would open as something else. ``damaged`` could not be decoded, ``too_heavy`` would have taken more memory or
time than any honest file, ``crashed`` ended the cleaner in another way.
"""

PHOTOS: Final[tuple[PhotoKind, ...]] = get_args(PhotoKind)
VOICES: Final[tuple[VoiceKind, ...]] = get_args(VoiceKind)
MEDIA_TYPES: Final[tuple[MediaType, ...]] = get_args(MediaType)
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

MAX_BYTES: Final = 10 * 1024 * 1024
"""Of a file as it comes, and of the clean one."""
MAX_PIXELS: Final = 51_000_000
"""Of a photo as it comes: the full picture of a 50-megapixel phone (8160 × 6144) passes."""
MAX_SIDE: Final = 4096
"""Pixels of the longer side of a clean photo; larger ones are made smaller."""
SMALL_SIDE: Final = 240
"""Pixels of the longer side of a thumbnail."""
MAX_SMALL_BYTES: Final = 48 * 1024
MAX_SECONDS: Final = 20 * 60
"""Of a voice note."""


@dataclass(frozen=True)
class Limits:
    """What one cleaner may take before the kernel ends it."""

    memory_bytes: int = 1024**3
    """Of address space, libraries included; the largest photo that is taken needs about three quarters."""
    cpu_seconds: int = 30
    """The longest voice note needs about a third."""
    wall_seconds: int = 60
    """An orphan of a backend that died ends by this, too."""


@dataclass(frozen=True)
class Clean:
    """A file that was made anew, and what it is."""

    media_type: MediaType
    content: bytes = field(repr=False)
    small: bytes = field(default=b"", repr=False)
    """A photo's thumbnail: a JPEG of at most ``SMALL_SIDE`` pixels."""


class Refused(Exception):
    """The file is not taken, for ``reason``; nothing of it was kept."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
