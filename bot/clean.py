"""What may be read of a message: its characters made safe, its length bounded, nothing lost in silence.

Pure. The words of the text are not judged here.
"""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MAX_CHARACTERS: Final = 4_000
"""The longest single message; a story may be sent in several."""
_JOINERS: Final = "\u200d\ufe0f"


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_WORDS = "no_words"
    """Emoji, punctuation or other signs alone."""


@dataclass(frozen=True)
class Cleaned:
    text: str = field(repr=False)
    fault: Fault | None


def clean(raw: str) -> Cleaned:
    """``raw`` in NFC without control characters (line breaks stay), and what is wrong with it."""
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(char for char in text if _is_kept(char)).strip()
    if not text:
        return Cleaned("", Fault.EMPTY)
    if len(text) > MAX_CHARACTERS:
        return Cleaned("", Fault.TOO_LONG)
    if not any(char.isalnum() for char in text):
        return Cleaned(text, Fault.NO_WORDS)
    return Cleaned(text, None)


def for_rasa(text: str) -> str:
    """Human text as Rasa may see it: one line, never a command (no leading slash). May come out empty."""
    return " ".join(text.split()).lstrip("/ ")


def _is_kept(char: str) -> bool:
    if char in "\n\t" or char in _JOINERS:
        return True
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs")
