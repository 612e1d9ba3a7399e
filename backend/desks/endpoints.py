"""Pages of liaisons: the queue, a tip, the desk and its people.

A page reads what the services allow this member to read and adds nothing to it. What a liaison writes is
checked for emptiness and length, handed on, and never echoed in an error.
"""

import uuid
from collections.abc import Collection
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import service as accounts
from backend.accounts.access import Keys, Liaison
from backend.desks import case_file, case_files, casework, handover, holds, link_views, queue, standing
from backend.desks import service as desks
from backend.desks.case_file import Act, CaseFile
from backend.desks.file_endpoints import AnswerForm
from backend.desks.letter_endpoints import of_tip
from backend.desks.queue import QueueFilter
from backend.kit.errors import NotFound
from backend.kit.identity import KeyHolder
from backend.kit.request_session import Session
from backend.tips.schemas import MAX_TEXT
from backend.tips.triage.types import CATEGORIES, PRIORITIES
from backend.web.file_words import refusal_sentence
from backend.web.pages import go, page

staff = APIRouter()

Text = Annotated[str, Form(max_length=MAX_TEXT)]
Code = Annotated[str, Form(max_length=40)]
LAST_ENTRIES = 60
"""How much of a tip's history its page shows."""


def _choice(value: str, allowed: Collection[str]) -> str | None:
    return value if value in allowed else None


def as_uuid(value: str) -> uuid.UUID | None:
    """The id that was sent, if it is one."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


@staff.get("/queue")
async def queue_page(
    request: Request,
    person: Liaison,
    session: Session,
    *,
    show: Literal["open", "mine", "closed"] = "open",
    desk: Annotated[str, Query(max_length=40)] = "",
    priority: Annotated[str, Query(max_length=40)] = "",
    category: Annotated[str, Query(max_length=40)] = "",
    flood: Annotated[str, Query(max_length=40)] = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """The tips of one's desks in order of urgency. Nothing is decrypted."""
    mine = await desks.my_desks(session, person.member_id)
    wanted = QueueFilter(
        show=show,
        desk_id=as_uuid(desk),
        priority=_choice(priority, PRIORITIES),
        category=_choice(category, CATEGORIES),
        flood=as_uuid(flood),
        page=page_number,
    )
    active = [desk for desk, membership in mine if membership.active]
    desk_ids = [desk.id for desk in active]
    found = await queue.queue(session, person, wanted, desk_ids)
    assignees = {row.assignee_id for row in found.rows if row.assignee_id}
    return page(
        request,
        "desks/queue.html",
        queue=found,
        wanted=wanted,
        desks=active,
        waiting=[desk for desk, membership in mine if not membership.active],
        warnings=await holds.warnings(session, person.member_id, desk_ids),
        names=await accounts.names(session, assignees),
        priorities=PRIORITIES,
        unread=await queue.unread_notifications(session, person.member_id),
        **await link_views.of_queue(session, found.rows, active),
    )


@staff.get("/desks/{desk_id}/tips/{tip_id}")
async def tip_page(
    request: Request, *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID
) -> Response:
    """A tip, decrypted for a member of its desk. Opening it is logged."""
    case = await case_file.read(session, keys, person, tip_id=tip_id, desk_id=desk_id)
    return page(request, "desks/tip.html", **await _tip_context(session, person, desk_id, case))


async def _tip_context(
    session: AsyncSession, person: KeyHolder, desk_id: uuid.UUID, case: CaseFile
) -> dict[str, Any]:
    at_desk = await desks.active_member_ids(session, desk_id)
    keeping = await holds.keeping(session, case.tip, desk_id, case.kinds)
    history = _without_repeats(case.history)[:LAST_ENTRIES]
    people = {
        *at_desk,
        *(held.member_id for held in keeping.holds if held.member_id),
        *(note.author_id for note in case.notes),
        *(message.author_id for message in case.messages if message.author_id),
        *(entry.actor_id for entry in history if entry.actor_id),
        *(found for entry in history if (found := as_uuid(str(entry.detail.get("assignee", ""))))),
    }
    return {
        "case": case,
        "desk_id": desk_id,
        "names": await accounts.names(session, people),
        "at_desk": at_desk,
        "kinds": case.kinds,
        "keeping": keeping,
        **of_tip(case),
        **await link_views.of_tip(session, person, case.tip.id, desk_id),
        "history": history,
        "statuses": [code for code in casework.STATUSES if code not in _unavailable(case)],
        "longest": MAX_TEXT,
        "typed": "",
        "fault": "",
    }


def _unavailable(case: CaseFile) -> set[str]:
    """The statuses that a member cannot choose for this tip."""
    # What nobody can read any more may have been told as a labour violation.
    labour = case.report is None or handover.LABOUR in (case.report.category, case.report.sorted_as)
    never_leaves = labour or case.tip.readers == ["union"]
    return {"new", "forwarded"} if never_leaves else {"new"}


def _without_repeats(history: list[Act]) -> list[Act]:
    """Newest first, without the openings that only follow what the same member did before."""
    older = [*history[1:], None]
    return [entry for entry, before in zip(history, older, strict=True) if not _repeats(entry, before)]


def _repeats(entry: Act, before: Act | None) -> bool:
    if before is None or before.actor_id != entry.actor_id:
        return False
    again = entry.action == before.action == "tip.file_opened" and not entry.detail.get("original")
    return again or entry.action == "tip.opened"


def _back(desk_id: uuid.UUID, tip_id: uuid.UUID, done: str) -> Response:
    return go(f"/desks/{desk_id}/tips/{tip_id}?done={done}")


@staff.post("/desks/{desk_id}/tips/{tip_id}/answer")
async def answer(
    *,
    request: Request,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    form: AnswerForm,
) -> Response:
    """Write to the reporter, with files or without. A refused file sends nothing and loses no word."""
    if not form.text and not form.files:
        return _back(desk_id, tip_id, "nothing_written")
    ready = await case_files.made_ready(form.files)
    if isinstance(ready, case_files.Refusal):
        case = await case_file.read(session, keys, person, tip_id=tip_id, desk_id=desk_id)
        shown = await _tip_context(session, person, desk_id, case)
        fault = refusal_sentence(ready.number, ready.reason)
        return page(request, "desks/tip.html", status=422, **{**shown, "typed": form.text, "fault": fault})
    await casework.answer(session, keys, person, ready, tip_id=tip_id, desk_id=desk_id, text=form.text)
    return _back(desk_id, tip_id, "answered")


@staff.post("/desks/{desk_id}/tips/{tip_id}/note")
async def note(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID, text: Text = ""
) -> Response:
    """A note that only this desk reads."""
    if not text.strip():
        return _back(desk_id, tip_id, "nothing_written")
    await casework.note(session, keys, person, tip_id=tip_id, desk_id=desk_id, text=text.strip())
    return _back(desk_id, tip_id, "noted")


@staff.post("/desks/{desk_id}/tips/{tip_id}/assign")
async def assign(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    assignee: Code = "",
) -> Response:
    """Give the tip to a member of the desk, or to nobody."""
    await casework.assign(
        session, keys, person, tip_id=tip_id, desk_id=desk_id, assignee_id=as_uuid(assignee)
    )
    return _back(desk_id, tip_id, "assigned")


@staff.post("/desks/{desk_id}/tips/{tip_id}/status")
async def set_status(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    status: Code = "",
    reason: Text = "",
) -> Response:
    """Change the desk's status of the tip, with a reason."""
    if not reason.strip():
        return _back(desk_id, tip_id, "reason_missing")
    await casework.set_status(
        session, keys, person, tip_id=tip_id, desk_id=desk_id, status=status, reason=reason.strip()
    )
    return _back(desk_id, tip_id, "status_changed")


@staff.post("/desks/{desk_id}/tips/{tip_id}/triage")
async def retriage(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    category: Code = "",
    priority: Code = "",
    reason: Text = "",
) -> Response:
    """Correct category and priority, with a reason."""
    if not reason.strip():
        return _back(desk_id, tip_id, "reason_missing")
    await casework.retriage(
        session,
        keys,
        person,
        tip_id=tip_id,
        desk_id=desk_id,
        category=category,
        priority=priority,
        reason=reason.strip(),
    )
    return _back(desk_id, tip_id, "retriaged")


@staff.get("/desks")
async def desks_page(request: Request, person: Liaison, session: Session, keys: Keys) -> Response:
    """One's desks and the people there; whoever waits can be let in."""
    shown = await desks.with_people(session, person)
    everybody = {someone.member_id for _, _, people in shown for someone in people}
    return page(
        request,
        "desks/desks.html",
        shown=shown,
        colleagues=await accounts.colleagues(session, keys, everybody),
        standings=await standing.of(session, keys, [(desk, people) for desk, _, people in shown]),
    )


@staff.post("/desks/{desk_id}/grant")
async def grant(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, member: Code = ""
) -> Response:
    """Let an invited colleague in: the desk's key is sealed to their public key."""
    member_id = as_uuid(member)
    if member_id is None:
        raise NotFound
    public_key = await accounts.checked_public_key(session, keys, member_id)
    await desks.grant(
        session, keys, person, desk_id=desk_id, member_id=member_id, member_public_key=public_key
    )
    return go("/desks?done=granted")
