"""Pages of the administrator about desks: which there are and who is put on them. No key passes here."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from backend.accounts import service as accounts
from backend.accounts.access import Administrator, Keys
from backend.accounts.roles import desk_kind
from backend.desks import repository, standing
from backend.desks import service as desks
from backend.kit.errors import Invalid, NotFound
from backend.kit.request_session import Session
from backend.tips import damage
from backend.web.pages import go, page
from backend.web.regions import is_province, province_choices

staff = APIRouter()

Code = Annotated[str, Form(max_length=40)]


@staff.get("/admin/desks")
async def all_desks_page(request: Request, _: Administrator, session: Session, keys: Keys) -> Response:
    """Every desk with its people."""
    everyone = await repository.all_desks(session)
    at = await repository.people_of(session, [desk.id for desk in everyone])
    shown = [(desk, at[desk.id]) for desk in everyone]
    people = {someone.member_id for _, someones in shown for someone in someones}
    return page(
        request,
        "desks/admin.html",
        shown=shown,
        colleagues=await accounts.colleagues(session, keys, people),
        standings=await standing.of(session, keys, shown),
        candidates={kind: await accounts.liaisons(session, keys, kind) for kind in desks.KINDS},
        provinces=province_choices(),
        damaged=await damage.lately(session),
    )


@staff.post("/admin/desks")
async def create_desk(
    *, person: Administrator, session: Session, keys: Keys, kind: Code = "", province: Code = ""
) -> Response:
    """A desk of a kind for a province, or for the nation (no province)."""
    if kind not in desks.KINDS or (province and not is_province(province)):
        raise Invalid
    await desks.create(session, keys, kind, province or None, actor_id=person.member_id)
    return go("/admin/desks?done=created")


@staff.post("/admin/desks/{desk_id}/members")
async def invite(
    *, person: Administrator, session: Session, keys: Keys, desk_id: uuid.UUID, member: Code = ""
) -> Response:
    """Put a liaison of the desk's kind on it. They read nothing until a member there lets them in."""
    desk = await repository.desk(session, desk_id)
    try:
        member_id = uuid.UUID(member)
    except ValueError:
        raise Invalid from None
    colleague = await accounts.colleague(session, keys, member_id)
    if desk is None or not colleague.active:
        raise NotFound
    if desk_kind(colleague.role) != desk.kind:
        raise Invalid
    await desks.invite(session, keys, desk=desk, member_id=member_id, actor_id=person.member_id)
    return go("/admin/desks?done=invited")
