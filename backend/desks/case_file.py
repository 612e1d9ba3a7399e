"""Reading a tip: all of it, for a member of a desk that may. Each reading is logged."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import case_notes
from backend.desks.case import Case, Damaged, record, take_up
from backend.desks.case_notes import Note
from backend.desks.models import Desk
from backend.kit.crypto import Unsealable
from backend.kit.database import among
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import damage, opening, repository
from backend.tips.clock import kept_time
from backend.tips.files import service as files
from backend.tips.files.service import KeptFile
from backend.tips.models import Notification, Tip, TipDesk
from backend.tips.opening import Message
from backend.tips.sealing import HANDOVER, REPORT, Report


@dataclass(frozen=True)
class Act:
    """One entry of the tip's history. Of another kind's desk only the kind and the act are shown."""

    at: datetime
    actor_id: uuid.UUID | None
    action: str
    detail: audit.Detail
    other_kind: str | None


@dataclass(frozen=True)
class CaseFile:
    """Everything a desk's member reads of a tip."""

    tip: Tip
    placed: TipDesk
    desk_kind: str
    other_kinds: list[str]
    """The other kinds of desk that hold this tip too."""
    kinds: dict[uuid.UUID, str]
    """The kind of every desk that holds the tip, wrote to its reporter or stands in its history."""
    report: Report | None
    """``None``: it does not open any more."""
    messages: list[Message]
    files: dict[uuid.UUID | None, list[KeptFile]]
    """By the message that each came with; those of the report under ``None``."""
    notes: list[Note]
    history: list[Act]
    files_damaged: Counter[uuid.UUID | None]
    """How many files do not open any more, by the message that each came with."""

    @property
    def damaged(self) -> set[damage.Part]:
        """What of it does not open any more; everything else is shown."""
        found: dict[damage.Part, bool] = {
            "report": self.report is None,
            "message": any(message.damaged for message in self.messages),
            "file": bool(self.files_damaged),
            "note": any(note.text is None for note in self.notes),
        }
        return {part for part, there in found.items() if there}


_SEEN: Final = (
    delete(Notification)
    .where(Notification.member_id == bindparam("member_id"), Notification.tip_id == bindparam("tip_id"))
    .execution_options(synchronize_session=False)
)
_HOLDING: Final = select(TipDesk.desk_id).where(TipDesk.tip_id == bindparam("tip_id"))
_HOLDS_IT: Final = Desk.id.in_(_HOLDING)
_DESKS_AROUND: Final = select(Desk.id, Desk.kind, _HOLDS_IT.label("holds_it")).where(
    or_(Desk.id == among("desk_ids"), _HOLDS_IT)
)


async def read(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, *, tip_id: uuid.UUID, desk_id: uuid.UUID
) -> CaseFile:
    """Open a tip and read all of it. The opening is logged; the desk's first one stops its clock.

    Raises:
        as ``take_up``; Damaged: also when what stands in clear is not what was sealed. A part that does not
            open is none the less no reason to hold back the others.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id)
    report = await _report(session, case)
    messages = await opening.readable(session, case.content)
    kept = await files.readable(session, case.content)
    notes = await case_notes.read_all(session, case)
    now = kept_time(closed=case.tip.closed_on is not None)
    first = case.placed.opened_at is None
    if first:
        case.placed.opened_at = now
        if case.placed.status == "new":
            case.placed.status = "in_review"
    unread = [each.id for each in messages if each.sender == "reporter" and each.read_at is None]
    if unread:
        await repository.mark_read(session, unread, now)
    await session.execute(_SEEN, {"member_id": holder.member_id, "tip_id": tip_id})
    await record(session, keys, holder, case, "tip.opened", first=first)
    acts = await _acts(session, keys, case)
    named = {desk_id, *(message.desk_id for message in messages), *map(_desk_of, acts)}
    own = case.desk.desk.kind
    kinds, holding = await _desks_around(session, tip_id, named)
    found = CaseFile(
        tip=case.tip,
        placed=case.placed,
        desk_kind=own,
        other_kinds=sorted(holding - {own}),
        kinds=kinds,
        report=report,
        messages=messages,
        files=files.by_message(kept.files),
        notes=notes,
        history=[_as_seen(act, kinds, own) for act in acts],
        files_damaged=kept.damaged,
    )
    await damage.log(session, keys, tip_id, found.damaged, actor_id=holder.member_id)
    return found


async def _desks_around(
    session: AsyncSession, tip_id: uuid.UUID, named: Iterable[uuid.UUID | None]
) -> tuple[dict[uuid.UUID, str], set[str]]:
    """The kind of every desk that holds the tip or is named, and the kinds that hold it."""
    asked = {"tip_id": tip_id, "desk_ids": [each for each in named if each]}
    found = (await session.execute(_DESKS_AROUND, asked)).all()
    return {row.id: row.kind for row in found}, {row.kind for row in found if row.holds_it}


async def _report(session: AsyncSession, case: Case) -> Report | None:
    """The report, once what stands in clear of it was held against it; ``None`` where it does not open.

    Raises:
        Damaged: who may read it, or who its reporter is, is not what was sealed.
    """
    parts = await repository.parts(session, case.tip.id)
    try:
        report = opening.report_in(parts.get(REPORT), case.content)
    except Unsealable:
        return None
    try:
        readers = opening.readers_by(opening.handover_in(parts.get(HANDOVER), case.content), report)
        opening.check_reporter_key(case.tip, report)
    except Unsealable as error:
        raise Damaged from error
    if readers != case.tip.readers:
        raise Damaged
    return report


async def _acts(session: AsyncSession, keys: SiteKeys, case: Case) -> list[Act]:
    """What was done with the tip, newest first, with nothing held back yet (``_as_seen``)."""
    entries = await audit.entries_about(session, *audit.tip_subjects(keys, case.tip.id))
    return [Act(entry.at, entry.actor_id, entry.action, entry.detail, None) for entry in entries]


def _desk_of(act: Act) -> uuid.UUID | None:
    return uuid.UUID(str(act.detail["desk"])) if "desk" in act.detail else None


def _as_seen(act: Act, kinds: Mapping[uuid.UUID, str], own: str) -> Act:
    """The act as the members of a desk of the kind ``own`` see it."""
    desk_id = _desk_of(act)
    kind = kinds.get(desk_id, own) if desk_id else own
    return act if kind == own else Act(act.at, None, act.action, {}, kind)
