"""The internal API for drafts, tips and mailboxes: ``bot`` is its only caller."""

import asyncio
from base64 import b64encode
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from backend.kit.errors import Conflict, Invalid, NotFound, problems
from backend.kit.request_session import Session
from backend.kit.service_auth import REFUSALS, service
from backend.kit.service_tokens import Scope
from backend.kit.site_keys import SiteKeys
from backend.tips import drafts, mailbox
from backend.tips import service as tips
from backend.tips.even import answered_evenly
from backend.tips.files.problems import Busy, FileGone
from backend.tips.guard import guard
from backend.tips.mailbox import Closed, MailboxFull
from backend.tips.problems import MailboxDamaged, NobodyToReceive, OtherSubmission, OutOfPurpose
from backend.tips.schemas import (
    DraftFound,
    DraftKey,
    DraftPut,
    DraftRevision,
    GuardAnswer,
    GuardAsk,
    Mailbox,
    MailboxOpen,
    MailboxWrite,
    Readers,
    Submission,
    Submitted,
)


def _site_keys(request: Request) -> SiteKeys:
    keys: SiteKeys = request.app.state.site_keys
    return keys


Keys = Annotated[SiteKeys, Depends(_site_keys)]

internal = APIRouter(prefix="/internal", responses=REFUSALS)
_drafts = APIRouter(prefix="/drafts", tags=["drafts"], dependencies=[service(Scope.DRAFTS)])
_tips = APIRouter(prefix="/tips", tags=["tips"], dependencies=[service(Scope.TIPS)])
_mailbox = APIRouter(
    prefix="/mailbox", tags=["mailbox"], dependencies=[answered_evenly, service(Scope.MAILBOX)]
)


@_drafts.post("/get", responses=problems(NotFound))
async def get_draft(body: DraftKey, session: Session) -> DraftFound:
    """The sealed draft under a lookup key; 404 when there is none."""
    draft = await drafts.get(session, body.lookup)
    return DraftFound(sealed=b64encode(draft.sealed).decode(), revision=draft.revision)


@_drafts.post("/put", responses=problems(Conflict))
async def put_draft(body: DraftPut, session: Session) -> DraftRevision:
    """Store a sealed draft; 409 when another revision stands there."""
    revision = await drafts.put(session, body.lookup, body.sealed, body.revision, body.files)
    return DraftRevision(revision=revision)


@_drafts.post("/delete", status_code=HTTPStatus.NO_CONTENT)
async def delete_draft(body: DraftKey, session: Session) -> None:
    """Delete a draft, also when it is gone already."""
    await drafts.remove(session, body.lookup)


@_tips.get("/readers")
async def readers(session: Session) -> Readers:
    """Who could receive a tip now; an empty list means that none must be asked for."""
    return Readers.model_validate({"readers": await tips.readers(session)})


@_tips.post("/guard")
async def ask_guard(body: GuardAsk) -> GuardAnswer:
    """Whether a text is of a kind that is never accepted. Nothing is stored."""
    result = await asyncio.to_thread(guard, body.text, within_a_tip=body.within_a_tip)
    return GuardAnswer(
        out_of_purpose=result.out_of_purpose, why=result.why, labour_dispute=result.labour_dispute
    )


@_tips.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problems(NobodyToReceive, OtherSubmission, FileGone, Busy, OutOfPurpose, Invalid),
)
async def submit(body: Submission, session: Session, keys: Keys) -> Submitted:
    """Take a tip. Sending the same draft with the same receipt again answers the same."""
    taken = await tips.submit(session, keys, body)
    return Submitted.model_validate({"priority": taken.priority, "on_duty": taken.on_duty})


@_mailbox.post("/open", responses=problems(NotFound, MailboxDamaged))
async def open_mailbox(body: MailboxOpen, session: Session, keys: Keys) -> Mailbox:
    """What a receipt opens; 404 for a wrong one, after the same time."""
    try:
        return await mailbox.read(session, keys, body.receipt)
    except MailboxDamaged:
        await session.commit()  # what the log was told of it
        raise


@_mailbox.post(
    "/write",
    status_code=HTTPStatus.CREATED,
    responses=problems(NotFound, MailboxDamaged, Closed, MailboxFull, FileGone, Busy, OutOfPurpose, Invalid),
)
async def write_to_mailbox(body: MailboxWrite, session: Session, keys: Keys) -> None:
    """Write to the desks; the same message id again stores nothing twice."""
    await mailbox.write(session, keys, body.receipt, body.message_id, body.text, sent=body.files)


internal.include_router(_drafts)
internal.include_router(_tips)
internal.include_router(_mailbox)
