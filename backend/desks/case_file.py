"""Reading a tip: all of it, for a member of a desk that may. Each reading is logged."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import case_notes
from backend.desks import service as desks
from backend.desks.case import Case, Damaged, record, take_up
from backend.desks.case_notes import Note
from backend.kit.crypto import Unsealable
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, repository
from backend.tips.clock import kept_time
from backend.tips.models import Notification, Tip, TipDesk
from backend.tips.opening import Message
from backend.tips.sealing import Report


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
    report: Report
    messages: list[Message]
    notes: list[Note]
    history: list[Act]


async def read(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, *, tip_id: uuid.UUID, desk_id: uuid.UUID
) -> CaseFile:
    """Open a tip and read all of it. The opening is logged; the desk's first one stops its clock.

    Raises:
        as ``take_up``.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id)
    try:
        report = await opening.report(session, case.content)
        messages = await opening.conversation(session, case.content)
        notes = await case_notes.read_all(session, case)
    except Unsealable as error:
        raise Damaged from error
    if report.readers != case.tip.readers:
        raise Damaged
    now = kept_time(closed=case.tip.closed_on is not None)
    first = case.placed.opened_at is None
    if first:
        case.placed.opened_at = now
        if case.placed.status == "new":
            case.placed.status = "in_review"
    await repository.mark_read(session, tip_id, "reporter", now)
    await session.execute(
        delete(Notification).where(Notification.member_id == holder.member_id, Notification.tip_id == tip_id)
    )
    await record(session, keys, holder, case, "tip.opened", first=first)
    others = [placed.desk_id for placed in await repository.placements(session, tip_id)]
    return CaseFile(
        tip=case.tip,
        placed=case.placed,
        desk_kind=case.desk.desk.kind,
        other_kinds=sorted(set((await desks.kinds(session, others)).values()) - {case.desk.desk.kind}),
        report=report,
        messages=messages,
        notes=notes,
        history=await _history(session, keys, case),
    )


async def _history(session: AsyncSession, keys: SiteKeys, case: Case) -> list[Act]:
    """What was done with the tip, newest first."""
    own = case.desk.desk.kind
    entries = await audit.entries_about(session, audit.tip_subject(keys, case.tip.id))
    desk_ids = {uuid.UUID(str(entry.detail["desk"])) for entry in entries if "desk" in entry.detail}
    kinds = {str(desk_id): kind for desk_id, kind in (await desks.kinds(session, desk_ids)).items()}
    acts = []
    for entry in entries:
        kind = kinds.get(str(entry.detail.get("desk")), own)
        if kind == own:
            acts.append(Act(entry.at, entry.actor_id, entry.action, entry.detail, None))
        else:
            acts.append(Act(entry.at, None, entry.action, {}, kind))
    return acts
