"""What changed between two states of a topic, word by word, as trainers read the fields. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from backend.knowledge.content.document import FIELDS, Source, Topic
from backend.knowledge.content.hotlines import Hotlines, with_numbers

_PIECES: Final = re.compile(r"\n|[^\S\n]+|\w+(?:[.,/]\w+)*|[^\w\s]")
_ISLAND: Final = 2
"""So few words that stayed between two changes are shown as changed too: they say nothing."""


class Kind(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field whose content differs, with the whole of it in pieces."""

    field: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Names:
    """What ids stand for on the page: topics by title, hotlines by number."""

    titles: Mapping[str, str]
    hotlines: Hotlines


def changes(old: Topic, new: Topic, names: Names) -> list[FieldChange]:
    """The fields that differ, in the order of the file."""
    found = []
    for field in FIELDS:
        if getattr(old, field) != getattr(new, field):
            before, after = (_shown(field, getattr(topic, field), names) for topic in (old, new))
            found.append(FieldChange(field, pieces(before, after)))
    return found


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one run: without the new pieces it is ``before``, without the gone ones ``after``."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Piece] = []
    for same, gone, came in _runs(old, new):
        for kind, text in ((Kind.SAME, same), (Kind.GONE, gone), (Kind.NEW, came)):
            if text:
                found.append(Piece(kind, "".join(text)))
    return found


_Run = tuple[list[str], list[str], list[str]]
"""What stayed (then the others are empty), or what went and what came in its place."""


def _runs(old: list[str], new: list[str]) -> list[_Run]:
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    runs: list[_Run] = []
    for index, (tag, old_start, old_end, new_start, new_end) in enumerate(opcodes):
        gone, came = old[old_start:old_end], new[new_start:new_end]
        between_changes = 0 < index < len(opcodes) - 1
        if tag == "equal" and not (between_changes and _is_island(gone)):
            runs.append((gone, [], []))
        elif runs and not runs[-1][0]:
            _, gone_before, came_before = runs[-1]
            runs[-1] = ([], gone_before + gone, came_before + came)
        else:
            runs.append(([], gone, came))
    return runs


def _is_island(same: list[str]) -> bool:
    return "\n" not in same and sum(1 for piece in same if piece[0].isalnum()) <= _ISLAND


def _shown(field: str, value: object, names: Names) -> str:
    """A field's value as lines a trainer can read."""
    if isinstance(value, tuple):
        return "\n".join(_line(field, item, names) for item in value)
    if isinstance(value, date):
        return _day(value)
    return with_numbers(str(value or ""), names.hotlines, "en" if field == "english" else "vi")


def _line(field: str, item: object, names: Names) -> str:
    if isinstance(item, Source):
        return " · ".join(filter(None, (item.ref, _day(item.day), item.url)))
    text = str(item)
    if field == "related":
        return names.titles.get(text, text)
    if field == "hotlines" and text in names.hotlines:
        hotline = names.hotlines[text]
        return f"{hotline.number} · {hotline.names['vi']}"
    return text


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")
