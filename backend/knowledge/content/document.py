"""A topic as trainers write it: the fields, and nothing about files, tables or pages.

A ``Topic`` may be incomplete or wrong; ``linter`` says what is. It is language-neutral: the
Vietnamese parts and the short English version stand in the one value.
"""

import unicodedata
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class Part(StrEnum):
    """The written parts of a topic, in the order a worker reads them; the values are field names."""

    ANSWER = "answer"
    """The first answer, at most 600 characters."""
    HOW = "how"
    SIGNS = "signs"
    DO_NOW = "do_now"
    LAW = "law"
    HELP = "help"
    ENGLISH = "english"
    """The short English version, at most 600 characters."""


SECTIONS = (Part.HOW, Part.SIGNS, Part.DO_NOW, Part.LAW, Part.HELP)
"""What follows the first answer on "xem thêm"."""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from. ``day``: a law's day of entry into force, or an article's publication."""

    ref: str
    day: date
    url: str = ""


@dataclass(frozen=True)
class Topic:
    """One topic's whole content. Empty strings and ``None`` stand for what is not written yet."""

    title: str = ""
    title_en: str = ""
    summary: str = ""
    aliases: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    hotlines: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    reviewed: date | None = None
    review_by: date | None = None
    answer: str = ""
    how: str = ""
    signs: str = ""
    do_now: str = ""
    law: str = ""
    help: str = ""
    english: str = ""

    def part(self, part: Part) -> str:
        """The text of one written part."""
        return str(getattr(self, part.value))


FIELDS = tuple(field.name for field in fields(Topic))
"""Every field of a topic, in the order of the file."""


def tidy_line(text: str) -> str:
    """One line: composed letters (NFC), single spaces, nothing around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_text(text: str) -> str:
    """A part's text: composed letters, no spaces at line ends, at most one empty line in a row."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines: list[str] = []
    for raw in composed.split("\n"):
        line = " ".join(raw.split())
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip("\n")
