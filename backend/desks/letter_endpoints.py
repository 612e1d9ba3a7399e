"""Pages of what a desk and a reporter settle beyond answers: questions, hand-over, thanks and their codes."""

import re
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response

from backend.accounts.access import Keys, Liaison
from backend.desks import handover, letters
from backend.desks import service as desks
from backend.desks.case import UnknownValue
from backend.desks.case_file import CaseFile
from backend.kit.request_session import Session
from backend.tips.schemas import MAX_TEXT
from backend.web.pages import go, page

staff = APIRouter(prefix="/desks/{desk_id}")

Text = Annotated[str, Form(max_length=MAX_TEXT)]
Code = Annotated[str, Form(max_length=40)]
Own = Annotated[list[str], Form(max_length=letters.MOST_CHOICES)]


def of_tip(case: CaseFile) -> dict[str, Any]:
    """What a tip's page shows of all this."""
    return {
        "consent": handover.consent_in(case.messages),
        "for_police": case.report is not None
        and handover.may_go_to_police(
            case.desk_kind,
            case.tip.readers,
            handover.categories_of(case.report, case.tip.category),
            case.tip.reasons,
        ),
        "answered": {each.letter.answers for each in case.messages if each.letter.answers},
        "bases": handover.WITHOUT_CONSENT,
        "ready_sets": tuple(letters.READY),
        "most_choices": letters.MOST_CHOICES,
        "longest_choice": letters.LONGEST_CHOICE,
    }


def _back(desk_id: uuid.UUID, tip_id: uuid.UUID, done: str) -> Response:
    return go(f"/desks/{desk_id}/tips/{tip_id}?done={done}")


@staff.post("/tips/{tip_id}/ask")
async def ask(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    text: Text = "",
    ready: Code = "",
    own: Own = [],  # noqa: B006  # FastAPI makes a new one for each form
) -> Response:
    """Ask the reporter something with ready answers."""
    if not text.strip():
        return _back(desk_id, tip_id, "nothing_written")
    try:
        choices = letters.choices_of(ready, own)
    except UnknownValue:
        return _back(desk_id, tip_id, "choices_wrong")
    await letters.ask(
        session, keys, person, tip_id=tip_id, desk_id=desk_id, text=text.strip(), choices=choices
    )
    return _back(desk_id, tip_id, "asked")


@staff.post("/tips/{tip_id}/commend")
async def commend(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID, text: Text = ""
) -> Response:
    """Leave thanks that are collected without a name."""
    if not text.strip():
        return _back(desk_id, tip_id, "nothing_written")
    await letters.commend(session, keys, person, tip_id=tip_id, desk_id=desk_id, text=text.strip())
    return _back(desk_id, tip_id, "commended")


@staff.post("/tips/{tip_id}/consent")
async def ask_consent(
    *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, tip_id: uuid.UUID, text: Text = ""
) -> Response:
    """Ask the reporter whether the police may have the tip."""
    if not text.strip():
        return _back(desk_id, tip_id, "nothing_written")
    await handover.ask_consent(session, keys, person, tip_id=tip_id, desk_id=desk_id, text=text.strip())
    return _back(desk_id, tip_id, "consent_asked")


@staff.post("/tips/{tip_id}/hand-over")
async def hand_over(
    *,
    person: Liaison,
    session: Session,
    keys: Keys,
    desk_id: uuid.UUID,
    tip_id: uuid.UUID,
    basis: Code = "",
    reason: Text = "",
) -> Response:
    """Hand the tip to the police."""
    if basis != "consent" and not reason.strip():
        return _back(desk_id, tip_id, "reason_missing")
    await handover.hand_over(
        session, keys, person, tip_id=tip_id, desk_id=desk_id, basis=basis, reason=reason
    )
    return _back(desk_id, tip_id, "handed_over")


@staff.get("/commendations")
async def commendations_page(
    request: Request, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID
) -> Response:
    """Where a code is checked off. Nothing tells which tip it is about."""
    opened = await desks.open_desk(session, keys, person, desk_id)
    return page(request, "desks/commendations.html", desk=opened.desk, promised=None, wrong=False)


@staff.post("/commendations")
async def collect(
    request: Request, *, person: Liaison, session: Session, keys: Keys, desk_id: uuid.UUID, code: Code = ""
) -> Response:
    """Check off what somebody came for. The page shows what was promised, once."""
    opened = await desks.open_desk(session, keys, person, desk_id)
    digits = re.sub(r"\D", "", code)
    try:
        promised = await letters.collect(session, keys, person, desk_id=desk_id, digits=digits)
    except letters.WrongCode:
        return page(
            request, "desks/commendations.html", status=422, desk=opened.desk, promised=None, wrong=True
        )
    return page(request, "desks/commendations.html", desk=opened.desk, promised=promised, wrong=False)
