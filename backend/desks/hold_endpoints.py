"""The forms of a tip's page that hold it back from its destruction."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Response

from backend.accounts.access import Keys, Liaison
from backend.desks import holds
from backend.desks.case import UnknownValue
from backend.kit.request_session import Session
from backend.web.pages import go

staff = APIRouter()

Reason = Annotated[str, Form(max_length=2000)]
Day = Annotated[str, Form(max_length=10)]


def _back(desk_id: uuid.UUID, tip_id: uuid.UUID, done: str) -> Response:
    return go(f"/desks/{desk_id}/tips/{tip_id}?done={done}")


@staff.post("/desks/{desk_id}/tips/{tip_id}/hold")
async def hold(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    until: Day = "",
    reason: Reason = "",
) -> Response:
    """Hold the tip back until a day, with a reason."""
    if not reason.strip():
        return _back(desk_id, tip_id, "hold_reason_missing")
    try:
        await holds.hold(
            session,
            keys,
            person,
            tip_id=tip_id,
            desk_id=desk_id,
            until=date.fromisoformat(until),
            reason=reason.strip(),
        )
    except (ValueError, UnknownValue):
        return _back(desk_id, tip_id, "hold_day_wrong")
    return _back(desk_id, tip_id, "held")


@staff.post("/desks/{desk_id}/tips/{tip_id}/hold/lift")
async def lift(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    reason: Reason = "",
) -> Response:
    """Give up the desk's hold."""
    if not reason.strip():
        return _back(desk_id, tip_id, "hold_reason_missing")
    await holds.lift(session, keys, person, tip_id=tip_id, desk_id=desk_id, reason=reason.strip())
    return _back(desk_id, tip_id, "hold_lifted")
