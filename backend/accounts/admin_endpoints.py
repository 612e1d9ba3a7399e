"""Pages of the administrator: who has an account, and the few acts that change that."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import departure, service
from backend.accounts.access import Administrator, Keys
from backend.accounts.roles import Role
from backend.accounts.schemas import MemberFault
from backend.desks import leaving
from backend.desks import service as desks
from backend.kit.errors import NotFound
from backend.kit.request_session import Session
from backend.kit.site_keys import SiteKeys
from backend.web.pages import go, page

staff = APIRouter()

Short = Annotated[str, Form(max_length=300)]


@staff.get("/accounts")
async def accounts_page(request: Request, _: Administrator, session: Session) -> Response:
    """Everybody with an account, and the form for one more."""
    return await _list(request, session)


async def _list(
    request: Request, session: AsyncSession, fault: MemberFault | None = None, **typed: str
) -> Response:
    return page(
        request,
        "accounts/list.html",
        status=200 if fault is None else 422,
        members=await service.member_rows(session),
        fault=fault,
        typed={"login": "", "display_name": "", "role": Role.UNION_LIAISON, **typed},
        now=datetime.now(UTC),
    )


@staff.post("/accounts")
async def create_account(
    request: Request,
    *,
    person: Administrator,
    session: Session,
    keys: Keys,
    login: Short = "",
    display_name: Short = "",
    role: Role = Role.UNION_LIAISON,
) -> Response:
    """Make an account. The one-time password is in this answer and nowhere else."""
    made = await service.create(
        session,
        keys,
        actor_id=person.member_id,
        login=login,
        display_name=display_name,
        role=role,
        now=datetime.now(UTC),
    )
    if isinstance(made, MemberFault):
        return await _list(request, session, made, login=login, display_name=display_name, role=role)
    return page(request, "accounts/handed_over.html", account=made, again=False)


@staff.get("/accounts/{member_id}")
async def account_page(
    request: Request, _: Administrator, session: Session, keys: Keys, member_id: uuid.UUID
) -> Response:
    """One account, with what would be lost by deactivating or resetting it."""
    return await _one(request, session, keys, member_id)


async def _one(
    request: Request,
    session: AsyncSession,
    keys: SiteKeys,
    member_id: uuid.UUID,
    fault: MemberFault | None = None,
) -> Response:
    rows = {row.id: row for row in await service.member_rows(session)}
    if member_id not in rows:
        raise NotFound
    return page(
        request,
        "accounts/one.html",
        status=200 if fault is None else 422,
        member=rows[member_id],
        desks=await desks.my_desks(session, member_id),
        alone=await leaving.alone_at(session, keys, member_id),
        fault=fault,
        now=datetime.now(UTC),
    )


@staff.post("/accounts/{member_id}/deactivate")
async def deactivate(
    request: Request,
    *,
    person: Administrator,
    session: Session,
    keys: Keys,
    member_id: uuid.UUID,
    typed: Short = "",
) -> Response:
    """Shut an account at once: sessions, keys and every desk's seal for it are gone."""
    fault = await departure.shut(session, keys, actor_id=person.member_id, member_id=member_id, typed=typed)
    if fault is not None:
        return await _one(request, session, keys, member_id, fault)
    return go(f"/accounts/{member_id}?done=deactivated")


@staff.post("/accounts/{member_id}/reset")
async def reset(
    request: Request,
    *,
    person: Administrator,
    session: Session,
    keys: Keys,
    member_id: uuid.UUID,
    typed: Short = "",
) -> Response:
    """Begin an account anew with a one-time password. The member stays invited to the same desks."""
    now = datetime.now(UTC)
    made = await departure.begin_anew(
        session, keys, actor_id=person.member_id, member_id=member_id, now=now, typed=typed
    )
    if isinstance(made, MemberFault):
        return await _one(request, session, keys, member_id, made)
    return page(request, "accounts/handed_over.html", account=made, again=True)


@staff.post("/accounts/{member_id}/new-phone")
async def new_phone(
    request: Request, *, person: Administrator, session: Session, keys: Keys, member_id: uuid.UUID
) -> Response:
    """Let a member who lost phone and recovery key connect another authenticator, and get a new key."""
    fault = await service.ask_new_phone(session, keys, actor_id=person.member_id, member_id=member_id)
    if fault is not None:
        return await _one(request, session, keys, member_id, fault)
    return go(f"/accounts/{member_id}?done=new_phone")
