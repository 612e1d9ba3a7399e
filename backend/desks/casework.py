"""A liaison's work on one tip: open it, answer, note, assign, change its status or triage.

Every act is checked against the member's desk, needs that desk's key, and leaves an audit entry.
What a liaison writes is sealed; the audit entry holds codes only.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import service as desks
from backend.desks.service import OpenDesk
from backend.kit.crypto import Unsealable, open_with, random_key, seal_to
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, repository, sealing
from backend.tips.clock import kept_time, local_day, start_of_day, this_minute
from backend.tips.models import NoteKey, Notification, StaffNote, Tip, TipDesk
from backend.tips.opening import ContentKey, Message
from backend.tips.sealing import Report, Slot
from backend.tips.triage import due_at
from backend.tips.triage.types import CATEGORIES, PRIORITIES

STATUSES = ("new", "in_review", "waiting", "forwarded", "closed")


class TipNotFound(NotFound):
    """No such tip on this desk; whether it exists elsewhere is not told."""

    code = "tip_not_found"


class Damaged(Conflict):
    """The tip's seal does not open or its content was changed in the database."""

    code = "tip_damaged"
    title = "This tip cannot be opened: its sealed content was changed or belongs elsewhere"


class UnknownValue(Invalid):
    """A status, category or priority that does not exist, or a change without its reason."""

    code = "unknown_value"


class NeverForwarded(Conflict):
    """What was told as a labour violation stays with the union, whatever it was re-sorted to."""

    code = "never_forwarded"
    title = "A labour violation stays with the union"


@dataclass(frozen=True)
class Case:
    """A tip in the hands of one desk's member, with the keys in memory for the length of a request."""

    tip: Tip
    placed: TipDesk
    desk: OpenDesk = field(repr=False)
    content: ContentKey = field(repr=False)


@dataclass(frozen=True)
class Note:
    """One opened note of this desk.

    ``about``: ``note``, or what it gives the reason for: ``status``, ``triage``.
    """

    id: uuid.UUID
    author_id: uuid.UUID
    about: str
    text: str
    written_at: datetime


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


async def take_up(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    lock: bool = False,
) -> Case:
    """The tip with its keys, for an active member of a desk that may read it.

    Raises:
        desks.NotAMember, desks.NotGranted: the member does not hold that desk's key.
        TipNotFound: not a tip of that desk.
        Damaged: the seal does not open.
    """
    desk = await desks.open_desk(session, keys, holder, desk_id)
    found = await repository.on_desk(session, tip_id, desk_id, lock=lock)
    if found is None:
        raise TipNotFound
    tip, placed = found
    try:
        content = await opening.content_key(session, keys, tip_id, desk_id, desk)
    except Unsealable as error:
        raise Damaged from error
    return Case(tip, placed, desk, content)


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
        notes = await _notes(session, case)
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
    await _record(session, keys, holder, case, "tip.opened", first=first)
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


async def answer(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Write to the reporter, who reads it with the receipt.

    Raises:
        as ``take_up``; Conflict: this desk has closed the tip.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if case.placed.status == "closed":
        raise Conflict
    await opening.write(session, case.content, text, desk_id=desk_id, author_id=holder.member_id)
    await _record(session, keys, holder, case, "tip.answered")


async def note(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    text: str,
) -> None:
    """Leave a note that only this desk reads.

    Raises:
        as ``take_up``.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    await _add_note(session, case, holder.member_id, "note", text)
    await _record(session, keys, holder, case, "tip.noted")


async def assign(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    assignee_id: uuid.UUID | None,
) -> None:
    """Give the tip to an active member of the desk, or (``None``) to nobody.

    Raises:
        as ``take_up``; desks.NotAMember: the assignee does not hold the desk's key.
    """
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if assignee_id is not None and assignee_id not in await desks.active_member_ids(session, desk_id):
        raise desks.NotAMember
    case.placed.assignee_id = assignee_id
    await _record(session, keys, holder, case, "tip.assigned", assignee=str(assignee_id or ""))


async def set_status(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    status: str,
    reason: str,
) -> None:
    """Change this desk's status of the tip. When the last desk closes it, its times are cut to days.

    Raises:
        as ``take_up``; UnknownValue: no such status, or no reason. NeverForwarded: see there.
    """
    if status not in STATUSES[1:] or not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    if status == "forwarded" and await _is_labour(session, case):
        raise NeverForwarded
    before = case.placed.status
    case.placed.status = status
    case.placed.closed_on = _today() if status == "closed" else None
    await _add_note(session, case, holder.member_id, "status", reason)
    await _record(session, keys, holder, case, "tip.status_changed", before=before, after=status)
    placements = await repository.placements(session, tip_id)
    if all(placed.status == "closed" for placed in placements if placed.reach == "direct"):
        await _blur_times(session, case.tip)
    else:
        case.tip.closed_on = None


async def retriage(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    category: str,
    priority: str,
    reason: str,
) -> None:
    """Correct category and priority. It never widens who may read the tip; unopened desks get new due times.

    Raises:
        as ``take_up``; UnknownValue: no such category or priority, or no reason.
    """
    if category not in CATEGORIES or priority not in PRIORITIES or not reason.strip():
        raise UnknownValue
    case = await take_up(session, keys, holder, tip_id=tip_id, desk_id=desk_id, lock=True)
    before = f"{case.tip.category}/{case.tip.priority}"
    case.tip.category, case.tip.priority = category, priority
    for placed in await repository.placements(session, tip_id):
        if placed.opened_at is None:
            placed.due_at = due_at(priority, case.tip.received_at)
    await _add_note(session, case, holder.member_id, "triage", reason)
    await _record(session, keys, holder, case, "tip.retriaged", before=before, after=f"{category}/{priority}")


async def _is_labour(session: AsyncSession, case: Case) -> bool:
    """Whether the reporter told it as a labour violation: read from what they sealed."""
    try:
        return (await opening.report(session, case.content)).category == "labour_violation"
    except Unsealable as error:
        raise Damaged from error


def _today() -> date:
    return local_day(datetime.now(UTC))


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


async def _blur_times(session: AsyncSession, tip: Tip) -> None:
    """A closed tip keeps days, not minutes: of what the reporter wrote and of the clocks it started."""
    tip.closed_on = _today()
    tip.received_at = start_of_day(tip.received_at)
    for placed in await repository.placements(session, tip.id):
        placed.due_at = start_of_day(placed.due_at)
        placed.opened_at = start_of_day(placed.opened_at) if placed.opened_at else None
    for message in await repository.messages(session, tip.id):
        message.written_at = start_of_day(message.written_at)
        message.read_at = start_of_day(message.read_at) if message.read_at else None


async def _note_key(session: AsyncSession, case: Case) -> bytes | None:
    row = await session.get(NoteKey, (case.tip.id, case.desk.id))
    return open_with(case.desk.public_key, case.desk.private_key, row.sealed_key) if row else None


async def _add_note(session: AsyncSession, case: Case, author_id: uuid.UUID, about: str, text: str) -> None:
    key = await _note_key(session, case)
    if key is None:
        key = random_key()
        session.add(
            NoteKey(
                tip_id=case.tip.id,
                desk_id=case.desk.id,
                key_version=case.desk.desk.key_version,
                sealed_key=seal_to(case.desk.public_key, key),
            )
        )
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


async def _notes(session: AsyncSession, case: Case) -> list[Note]:
    query = select(StaffNote).where(StaffNote.tip_id == case.tip.id, StaffNote.desk_id == case.desk.id)
    rows = list(await session.scalars(query.order_by(StaffNote.written_at, StaffNote.id)))
    if not rows:
        return []
    key = await _note_key(session, case)
    if key is None:
        raise Unsealable
    return [
        Note(
            id=row.id,
            author_id=row.author_id,
            about=row.about,
            text=sealing.open_note(
                key,
                row.sealed,
                Slot(row.tip_id, row.id, row.version),
                _author(row.about, row.desk_id, row.author_id),
            ),
            written_at=row.written_at,
        )
        for row in rows
    ]


async def _record(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, case: Case, action: str, **detail: str | bool
) -> None:
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action=action,
        subject=audit.tip_subject(keys, case.tip.id),
        detail={"desk": str(case.desk.id), **detail},
    )
