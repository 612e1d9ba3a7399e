"""What changed between two states of a topic, word by word. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from backend.knowledge.content.document import FIELDS, Source, Topic

_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


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


def changes(old: Topic, new: Topic) -> list[FieldChange]:
    """The fields that differ, in the order of the editor."""
    found = []
    for field in FIELDS:
        before, after = _text(getattr(old, field)), _text(getattr(new, field))
        if before != after:
            found.append(FieldChange(field, pieces(before, after)))
    return found


def pieces(before: str, after: str) -> list[Piece]:
    """Both texts in one run: without the new pieces it is ``before``, without the gone ones ``after``."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Piece] = []
    for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            found.append(Piece(Kind.SAME, "".join(old[old_start:old_end])))
            continue
        if old_end > old_start:
            found.append(Piece(Kind.GONE, "".join(old[old_start:old_end])))
        if new_end > new_start:
            found.append(Piece(Kind.NEW, "".join(new[new_start:new_end])))
    return found


def _text(value: object) -> str:
    """A field's value as lines a trainer can read."""
    if isinstance(value, tuple):
        return "\n".join(_source(item) if isinstance(item, Source) else str(item) for item in value)
    return "" if value is None else str(value)


def _source(source: Source) -> str:
    return " · ".join(filter(None, (source.ref, source.day.strftime("%d/%m/%Y"), source.url)))
