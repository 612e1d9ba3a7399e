"""Pages of links between tips: merging and its group, floods, and the search over one's desks."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.access import Keys, Liaison
from backend.desks import floods, group_work, merging, search
from backend.desks.endpoints import Code, Text, as_uuid
from backend.kit.request_session import Session
from backend.web.pages import go, page

staff = APIRouter()


def _back(desk_id: uuid.UUID, tip_id: uuid.UUID, done: str) -> Response:
    return go(f"/desks/{desk_id}/tips/{tip_id}?done={done}")


@staff.post("/desks/{desk_id}/tips/{tip_id}/merge")
async def merge(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    tip: Annotated[list[Code], Form(max_length=merging.MOST)] = [],  # noqa: B006  # read, never changed
) -> Response:
    """Merge the chosen tips into this one."""
    chosen = [one for one in map(as_uuid, tip) if one]
    if not chosen:
        return _back(desk_id, tip_id, "nothing_chosen")
    await merging.merge(session, keys, person, head_id=tip_id, desk_id=desk_id, tip_ids=chosen)
    return _back(desk_id, tip_id, "merged")


@staff.post("/desks/{desk_id}/tips/{tip_id}/unmerge")
async def unmerge(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID, back: Code = ""
) -> Response:
    """Let a merged tip stand by itself again; back to the head if it was done there."""
    await merging.unmerge(session, keys, person, tip_id=tip_id, desk_id=desk_id)
    return _back(desk_id, as_uuid(back) or tip_id, "unmerged")


@staff.post("/desks/{desk_id}/tips/{tip_id}/group/answer")
async def answer_group(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID, text: Text = ""
) -> Response:
    """Write the same to every reporter of the group."""
    if not text.strip():
        return _back(desk_id, tip_id, "nothing_written")
    await group_work.answer(session, keys, person, head_id=tip_id, desk_id=desk_id, text=text.strip())
    return _back(desk_id, tip_id, "answered")


@staff.post("/desks/{desk_id}/tips/{tip_id}/group/status")
async def set_group_status(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    status: Code = "",
    reason: Text = "",
) -> Response:
    """Change the status of every tip of the group, with a reason."""
    if not reason.strip():
        return _back(desk_id, tip_id, "reason_missing")
    await group_work.set_status(
        session, keys, person, head_id=tip_id, desk_id=desk_id, status=status, reason=reason.strip()
    )
    return _back(desk_id, tip_id, "status_changed")


@staff.post("/desks/{desk_id}/floods/{flood_id}/release")
async def release(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    flood_id: uuid.UUID,
    reason: Text = "",
) -> Response:
    """Put the tips of a flood into the queue."""
    if not reason.strip():
        return go(f"/queue?flood={flood_id}&desk={desk_id}&done=reason_missing")
    await floods.release(session, keys, person, flood_id=flood_id, desk_id=desk_id, reason=reason.strip())
    return go("/queue?done=released")


@staff.post("/desks/{desk_id}/floods/{flood_id}/close")
async def close(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    flood_id: uuid.UUID,
    reason: Text = "",
) -> Response:
    """Close the tips of a flood."""
    if not reason.strip():
        return go(f"/queue?flood={flood_id}&desk={desk_id}&done=reason_missing")
    await floods.close(session, keys, person, flood_id=flood_id, desk_id=desk_id, reason=reason.strip())
    return go("/queue?done=flood_closed")


@staff.get("/search")
async def search_page(request: Request, person: Liaison) -> Response:
    """Where one searches. What is searched for goes in a form, never in an address."""
    return page(request, "desks/search.html", typed="", found=None, longest=search.LONGEST)


@staff.post("/search")
async def search_tips(
    request: Request,
    person: Liaison,
    session: Session,
    keys: Keys,
    text: Annotated[str, Form(max_length=search.LONGEST)] = "",
) -> Response:
    """The tips of one's desks that name what was typed. Each search is logged."""
    found = await search.search(session, keys, person, text) if text.strip() else None
    return page(request, "desks/search.html", typed=text.strip(), found=found, longest=search.LONGEST)
