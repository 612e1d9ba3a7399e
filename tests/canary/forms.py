"""The forms in which a planted value could be kept or said: in clear, spelt otherwise, encoded, digested.

A text is looked for whole and by its parts, a file by parts of its bytes and by what digests make of it.
Pure. A new way of hiding one is one more entry of ``SPELLINGS`` or ``DIGESTS``, or a line of ``_encoded``.
"""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, quote_plus

from backend.text.normalize import fold, strip_marks

SHORTEST: Final = 8
"""Bytes. Anything shorter would be found by accident."""
SPAN_WORDS: Final = 5
"""A part of a sentence this long is as much of a leak as the whole."""
PART_BYTES: Final = 24
"""So many bytes of what a file was compressed to stand in no other file."""
_PARTS: Final = 8
_FROM, _TO = 0.4, 0.85
"""Where in a file its parts are taken: in front of it stand tables that all files of a kind share."""

Spelling = Callable[[str], str]
Coding = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Planted:
    """One value that must stand nowhere. The text form says whose it is, never what it is."""

    owner: str
    """Who brought it: ``story 07``, ``desk``."""
    kind: str
    """``platform id``, ``name``, ``phone``, ``told``, ``question``, ``receipt``, …"""
    value: str = field(repr=False)
    words: bool = True
    """Whether it is language: then it is folded, and its spans are looked for too."""

    def __str__(self) -> str:
        return f"the {self.kind} of {self.owner}"


@dataclass(frozen=True)
class PlantedFile:
    """The bytes of a photo or a recording that must stand nowhere."""

    owner: str
    kind: str
    content: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"the {self.kind} of {self.owner}"

    @property
    def parts(self) -> list[bytes]:
        """Pieces from all over what it was compressed to."""
        first, last = int(len(self.content) * _FROM), int(len(self.content) * _TO) - PART_BYTES
        return [
            self.content[at : at + PART_BYTES] for at in range(first, last, max(1, (last - first) // _PARTS))
        ]


def _same(text: str) -> str:
    return text


def _digits(text: str) -> str:
    """The digits alone, where a text is a number with signs between; otherwise the text."""
    return re.sub(r"\D", "", text) if re.fullmatch(r"[\d\s().+–-]+", text) else text


def _python(text: str) -> str:
    """As ``repr`` shows the bytes of a text."""
    return repr(text.encode())[2:-1]


SPELLINGS: Final[dict[str, Spelling]] = {
    "clear": _same,
    "digits alone": _digits,
    "lower case": str.lower,
    "without spaces": lambda text: re.sub(r"\s", "", text),
    "folded": fold,
    "folded without spaces": lambda text: re.sub(r"\s", "", fold(text)),
    "without diacritics": strip_marks,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "JSON-escaped": lambda text: json.dumps(text)[1:-1],
    "escaped bytes": _python,
    "URL-encoded": quote,
    "URL-encoded (form)": quote_plus,
}
"""How a value may be written. Those that change nothing are left out, so the first name counts."""

NUMBER_SPELLINGS: Final = ("clear", "digits alone", "without spaces", "URL-encoded", "URL-encoded (form)")
"""What is no language is written in these ways only; folding a token would make another one of it."""

_ENCODED: Final = ("clear", "digits alone", "lower case", "folded", "folded without spaces")
"""Spellings that are also looked for in base64 and hex and, for whole values, as digests."""

DIGESTS: Final[dict[str, Coding]] = {
    "SHA-256": lambda raw: hashlib.sha256(raw).digest(),
    "SHA-1": lambda raw: hashlib.sha1(raw, usedforsecurity=False).digest(),
    "MD5": lambda raw: hashlib.md5(raw, usedforsecurity=False).digest(),
}


def forms_of(planted: Planted | PlantedFile) -> Iterator[tuple[str, bytes]]:
    """Every form of a value with its name; of language, every span of ``SPAN_WORDS`` words too."""
    if isinstance(planted, PlantedFile):
        yield from _of_file(planted)
        return
    yield from _whole(planted)
    if planted.words:
        for span in spans(planted.value):
            yield from ((f"part, {name}", needle) for name, needle in _written(span, words=True))


def _of_file(planted: PlantedFile) -> Iterator[tuple[str, bytes]]:
    yield from _digested("clear", planted.content)
    for part in planted.parts:
        yield "part, clear", part
        yield "part, escaped bytes", repr(part)[2:-1].encode()
        yield from ((f"part, {name}", needle) for name, needle in _encoded("clear", part))


def spans(text: str) -> list[str]:
    """The runs of ``SPAN_WORDS`` words; none of a text that is not longer than one."""
    words = text.split()
    if len(words) <= SPAN_WORDS:
        return []
    return [" ".join(words[start : start + SPAN_WORDS]) for start in range(len(words) - SPAN_WORDS + 1)]


def _whole(planted: Planted) -> Iterator[tuple[str, bytes]]:
    yield from _written(planted.value, words=planted.words)
    for spelling, text in _spelt(planted.value, words=planted.words):
        if spelling in _ENCODED:
            yield from _digested(spelling, text.encode())
    yield from _as_number(planted.value)


def _spelt(text: str, *, words: bool) -> Iterator[tuple[str, str]]:
    known: set[str] = set()
    for name in SPELLINGS if words else NUMBER_SPELLINGS:
        written = SPELLINGS[name](text)
        if written not in known:
            known.add(written)
            yield name, written


def _written(text: str, *, words: bool) -> Iterator[tuple[str, bytes]]:
    """One text in every spelling, and the usual ones in other encodings."""
    for name, written in _spelt(text, words=words):
        yield name, written.encode()
        if name in _ENCODED:
            for coding in ("utf-16-le", "utf-16-be"):
                yield _named(name, coding.upper()), written.encode(coding)
            yield from _encoded(name, written.encode())


def _encoded(spelling: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield _named(spelling, "hex"), raw.hex().encode()
    yield _named(spelling, "HEX"), raw.hex().upper().encode()
    yield from ((_named(spelling, "base64"), part) for part in _base64_cores(raw))
    yield from ((_named(spelling, "base64url"), _for_url(part)) for part in _base64_cores(raw))


def _digested(spelling: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    for name, digest in DIGESTS.items():
        made = digest(raw)
        standard = base64.b64encode(made).rstrip(b"=")
        for form, needle in (
            ("", made),
            (" in hex", made.hex().encode()),
            (" in HEX", made.hex().upper().encode()),
            (" in base64", standard),
            (" in base64url", _for_url(standard)),
        ):
            yield _named(spelling, name + form), needle


def _as_number(text: str) -> Iterator[tuple[str, bytes]]:
    """A long number as eight bytes. Shorter ones stand everywhere by accident."""
    digits = _digits(text)
    if digits.isascii() and digits.isdecimal() and 2**40 < int(digits) < 2**63:
        yield "integer", int(digits).to_bytes(8, "little")
        yield "integer", int(digits).to_bytes(8, "big")


def _base64_cores(raw: bytes) -> Iterator[bytes]:
    """What a text's base64 has in common wherever it stands: at three alignments, without its borders."""
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        first = (0, 2, 3)[before]
        last = (len(raw) + before) // 3 * 4 + (0, 1, 2)[(len(raw) + before) % 3]
        yield whole[first:last]


def _for_url(standard: bytes) -> bytes:
    return standard.translate(bytes.maketrans(b"+/", b"-_"))


def _named(spelling: str, coding: str) -> str:
    return coding if spelling == "clear" else f"{coding} of {spelling}"
