"""A desk's own notes on a tip, and the reasons of its changes: under a key that only this desk can open."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import service as desks
from backend.desks.case import Case, Damaged
from backend.kit.crypto import Unsealable, open_with, random_key, seal_to
from backend.tips import opening, sealing
from backend.tips.clock import this_minute
from backend.tips.models import NoteKey, StaffNote
from backend.tips.sealing import Slot


@dataclass(frozen=True)
class Note:
    """One opened note of this desk.

    ``about``: ``note``, or what it gives the reason for: ``status``, ``triage``.
    """

    id: uuid.UUID
    author_id: uuid.UUID
    about: str
    text: str | None
    """``None``: this desk's key for notes, or this note, does not open any more. The rest stays readable."""
    written_at: datetime


async def _note_key(session: AsyncSession, case: Case) -> bytes | None:
    row = await session.get(NoteKey, (case.tip.id, case.desk.id))
    if row is None:
        return None
    if not opening.is_authentic(row, case.keys):
        raise Unsealable
    return open_with(case.desk.public_key, case.desk.private_key, row.sealed_key)


async def add(session: AsyncSession, case: Case, author_id: uuid.UUID, about: str, text: str) -> None:
    """Seal a note for this desk alone.

    Args:
        about: ``note``, or what it gives the reason for: ``status``, ``triage``.

    Raises:
        Damaged: the desk's key for notes on this tip was changed in the database.
        Conflict: the desk was given another key since the tip was taken up.
    """
    await desks.hold_key(session, case.desk)
    try:
        key = await _note_key(session, case)
    except Unsealable as error:
        raise Damaged from error
    if key is None:
        key = random_key()
        row = NoteKey(tip_id=case.tip.id, desk_id=case.desk.id, key_version=case.desk.key_version)
        row.sealed_key = seal_to(case.desk.public_key, key)
        opening.authenticate(row, case.keys)
        session.add(row)
    row_id = uuid.uuid4()
    author = _author(about, case.desk.id, author_id)
    sealed = sealing.seal_note(key, text, Slot(case.tip.id, row_id), author)
    session.add(
        StaffNote(
            id=row_id,
            tip_id=case.tip.id,
            desk_id=case.desk.id,
            author_id=author_id,
            about=about,
            version=sealing.VERSION,
            sealed=sealed,
            written_at=this_minute(),
        )
    )
    await session.flush()


def _author(about: str, desk_id: uuid.UUID, author_id: uuid.UUID) -> str:
    return f"{about}:{desk_id}:{author_id}"


_NOTES: Final = (
    select(StaffNote)
    .where(StaffNote.tip_id == bindparam("tip_id"), StaffNote.desk_id == bindparam("desk_id"))
    .order_by(StaffNote.written_at, StaffNote.id)
)


async def read_all(session: AsyncSession, case: Case) -> list[Note]:
    """The desk's notes on the tip, oldest first."""
    rows = list(await session.scalars(_NOTES, {"tip_id": case.tip.id, "desk_id": case.desk.id}))
    if not rows:
        return []
    try:
        key = await _note_key(session, case)
    except Unsealable:
        key = None
    return [
        Note(
            id=row.id,
            author_id=row.author_id,
            about=row.about,
            text=_text(key, row) if key else None,
            written_at=row.written_at,
        )
        for row in rows
    ]


def _text(key: bytes, row: StaffNote) -> str | None:
    author = _author(row.about, row.desk_id, row.author_id)
    try:
        return sealing.open_note(key, row.sealed, Slot(row.tip_id, row.id, row.version), author)
    except Unsealable:
        return None
