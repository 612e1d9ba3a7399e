"""Sealing and opening what a tip holds: pure functions over bytes.

Each sealed value is bound to its tip, its kind, its row and its version, so that it cannot be moved
to another place. Rolling a whole row back to an older state of its own cannot be seen here
(docs/THREAT_MODEL.md says so).
"""

import uuid
from typing import Final

from pydantic import BaseModel

from backend.kit.crypto import bound_to, seal, unseal

REPORT: Final = "report"


class Report(BaseModel):
    """What the reporter told, in their own words."""

    story: list[str]
    place: str | None = None
    when: str | None = None
    who: str | None = None
    danger: str = "unknown"


def _part(tip_id: uuid.UUID, field: str, row_id: uuid.UUID, version: int) -> bytes:
    return bound_to("tip_parts", str(tip_id), field, str(row_id), version)


def seal_report(key: bytes, report: Report, tip_id: uuid.UUID, row_id: uuid.UUID, version: int) -> bytes:
    """The report under the tip's content key."""
    return seal(report.model_dump_json().encode(), key, _part(tip_id, REPORT, row_id, version))


def open_report(key: bytes, sealed: bytes, tip_id: uuid.UUID, row_id: uuid.UUID, version: int) -> Report:
    """The report.

    Raises:
        Unsealable: another key or place, or a changed value.
    """
    return Report.model_validate_json(unseal(sealed, key, _part(tip_id, REPORT, row_id, version)))


def _text(kind: str, tip_id: uuid.UUID, row_id: uuid.UUID, sender: str, version: int) -> bytes:
    return bound_to(kind, str(tip_id), str(row_id), sender, version)


def seal_message(
    key: bytes, text: str, tip_id: uuid.UUID, row_id: uuid.UUID, sender: str, version: int
) -> bytes:
    """A message of ``sender`` (``desk:<id>`` or ``reporter``) under the tip's content key."""
    return seal(text.encode(), key, _text("tip_messages", tip_id, row_id, sender, version))


def open_message(
    key: bytes, sealed: bytes, tip_id: uuid.UUID, row_id: uuid.UUID, sender: str, version: int
) -> str:
    """The message.

    Raises:
        Unsealable: as ``open_report``; also when the sender was changed.
    """
    return unseal(sealed, key, _text("tip_messages", tip_id, row_id, sender, version)).decode()


def seal_note(
    key: bytes, text: str, tip_id: uuid.UUID, row_id: uuid.UUID, author: str, version: int
) -> bytes:
    """A desk's note under that desk's note key; ``author`` is ``<about>:<desk>:<member>``."""
    return seal(text.encode(), key, _text("tip_notes", tip_id, row_id, author, version))


def open_note(
    key: bytes, sealed: bytes, tip_id: uuid.UUID, row_id: uuid.UUID, author: str, version: int
) -> str:
    """The note.

    Raises:
        Unsealable: as ``open_report``; also when the author or what it is about was changed.
    """
    return unseal(sealed, key, _text("tip_notes", tip_id, row_id, author, version)).decode()
