"""Sealing and opening what a tip holds: pure functions over bytes.

Each sealed value is bound to its tip, its kind, its row and its version, so that it cannot be moved
to another place. Rolling a whole row back to an older state of its own cannot be seen here
(docs/THREAT_MODEL.md says so).
"""

import uuid
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from backend.kit.crypto import bound_to, seal, unseal

REPORT: Final = "report"
VERSION: Final = 1
"""Of what is sealed now: it changes when the form of a sealed value does."""
LETTER_VERSION: Final = 3
"""Of messages; those of version 1 are their text alone."""
NUMBERED: Final = 3
"""From this version on a message is bound to its number in the conversation too."""
HANDOVER: Final = "handover"


class Report(BaseModel):
    """What the reporter told, in their own words."""

    story: list[str]
    place: str | None = None
    when: str | None = None
    who: str | None = None
    danger: str = "unknown"
    category: str
    """As the reporter chose it; a desk's correction stands beside the tip."""
    sorted_as: str = ""
    """As it was first sorted, whatever a desk corrects later; absent in older tips."""
    readers: list[str]
    """The kinds of desk that may read it: what stands in clear is held against this."""
    reporter_key: str = ""
    """The reporter's public key (hexadecimal), held against what stands in clear; absent in older tips."""


LetterKind = Literal["text", "question", "consent", "told", "commendation"]


class Choice(BaseModel):
    """One ready answer. ``text`` is a liaison's own wording, empty where languages have words for ``id``."""

    id: str
    text: str = ""


class Letter(BaseModel):
    """What one message holds."""

    text: str = ""
    kind: LetterKind = "text"
    """``consent``: whether the tip may go to the police. ``told``: said by the house itself."""
    about: str = ""
    """What was ``told``: a code that every language has words for."""
    choices: list[Choice] = []
    answers: uuid.UUID | None = None
    """The question that a reporter's choice belongs to."""
    choice: str = ""
    code_hash: str = ""
    """Of a ``commendation``: the hash of its code (hexadecimal), held against what stands in clear."""


class Handover(BaseModel):
    """How the circle of readers was widened beyond what the report itself allows."""

    readers: list[str]
    basis: str
    """``consent``, ``life`` or ``law``."""
    by: str
    """``<desk>:<member>``."""
    question: uuid.UUID | None = None
    """For ``consent``: the message that asked for it."""


@dataclass(frozen=True)
class Slot:
    """The one row that a sealed value belongs to."""

    tip_id: uuid.UUID
    row_id: uuid.UUID
    version: int = VERSION

    def bound(self, table: str, what: str) -> bytes:
        """Associated data for ``what`` (a field, a sender, an author) in this row of ``table``."""
        return bound_to(table, str(self.tip_id), str(self.row_id), what, self.version)


def seal_report(key: bytes, report: Report, slot: Slot) -> bytes:
    """The report under the tip's content key."""
    return seal(report.model_dump_json().encode(), key, slot.bound("tip_parts", REPORT))


def open_report(key: bytes, sealed: bytes, slot: Slot) -> Report:
    """The report.

    Raises:
        Unsealable: another key or place, or a changed value.
    """
    return Report.model_validate_json(unseal(sealed, key, slot.bound("tip_parts", REPORT)))


def seal_message(key: bytes, letter: Letter, slot: Slot, sender: str) -> bytes:
    """A message of ``sender`` (``<number>:desk:<desk>:<member>`` or ``<number>:reporter``) under the tip's
    content key; before version ``NUMBERED`` without the number.
    """
    return seal(letter.model_dump_json().encode(), key, slot.bound("tip_messages", sender))


def open_message(key: bytes, sealed: bytes, slot: Slot, sender: str) -> Letter:
    """The message.

    Raises:
        Unsealable: as ``open_report``; also when the sender or the number was changed.
    """
    opened = unseal(sealed, key, slot.bound("tip_messages", sender))
    return Letter(text=opened.decode()) if slot.version == 1 else Letter.model_validate_json(opened)


def seal_handover(key: bytes, handover: Handover, slot: Slot) -> bytes:
    """The record of a hand-over under the tip's content key."""
    return seal(handover.model_dump_json().encode(), key, slot.bound("tip_parts", HANDOVER))


def open_handover(key: bytes, sealed: bytes, slot: Slot) -> Handover:
    """The record.

    Raises:
        Unsealable: as ``open_report``.
    """
    return Handover.model_validate_json(unseal(sealed, key, slot.bound("tip_parts", HANDOVER)))


def seal_note(key: bytes, text: str, slot: Slot, author: str) -> bytes:
    """A desk's note under that desk's note key; ``author`` is ``<about>:<desk>:<member>``."""
    return seal(text.encode(), key, slot.bound("tip_notes", author))


def open_note(key: bytes, sealed: bytes, slot: Slot, author: str) -> str:
    """The note.

    Raises:
        Unsealable: as ``open_report``; also when the author or what it is about was changed.
    """
    return unseal(sealed, key, slot.bound("tip_notes", author)).decode()
