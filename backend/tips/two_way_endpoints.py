"""The internal API for ready answers, notices and withdrawals: ``bot`` is its only caller."""

from base64 import b64encode
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter

from backend.kit.errors import Invalid, NotFound, problems
from backend.kit.request_session import Session
from backend.kit.service_auth import REFUSALS, service
from backend.kit.service_tokens import Scope
from backend.tips import mailbox_acts, notices
from backend.tips.endpoints import Keys
from backend.tips.even import answered_evenly
from backend.tips.mailbox import Closed
from backend.tips.mailbox_acts import Answered
from backend.tips.problems import MailboxDamaged
from backend.tips.two_way_schemas import (
    DueNotice,
    DueNotices,
    MailboxAnswer,
    MailboxKey,
    NoticePlace,
    NoticePut,
    NoticesDone,
    NoticesForget,
)
from backend.tips.withdrawal import HandedOver

internal = APIRouter(prefix="/internal", responses=REFUSALS)
_mailbox = APIRouter(
    prefix="/mailbox", tags=["mailbox"], dependencies=[answered_evenly, service(Scope.MAILBOX)]
)
_notices = APIRouter(prefix="/notices", tags=["notices"], dependencies=[service(Scope.MAILBOX)])


@_mailbox.post(
    "/answer",
    status_code=HTTPStatus.CREATED,
    responses=problems(NotFound, MailboxDamaged, Closed, Answered, Invalid),
)
async def answer(body: MailboxAnswer, session: Session, keys: Keys) -> None:
    """Answer a question with one of its choices; the same message id again stores nothing twice."""
    await mailbox_acts.answer(
        session,
        keys,
        body.receipt,
        message_id=body.message_id,
        question=body.question,
        choice=body.choice,
    )


@_mailbox.post(
    "/withdraw", status_code=HTTPStatus.NO_CONTENT, responses=problems(NotFound, MailboxDamaged, HandedOver)
)
async def withdraw(body: MailboxKey, session: Session, keys: Keys) -> None:
    """Destroy the tip. Its receipt opens nothing from then on, as if it never had."""
    await mailbox_acts.withdraw(session, keys, body.receipt)


@_mailbox.post("/notice/place", responses=problems(NotFound, MailboxDamaged))
async def notice_place(body: MailboxKey, session: Session, keys: Keys) -> NoticePlace:
    """What the address of somebody who wants to be told of an answer must be bound to."""
    lookup = await mailbox_acts.notice_place(session, keys, body.receipt)
    return NoticePlace(lookup=b64encode(lookup).decode())


@_mailbox.post(
    "/notice/put", status_code=HTTPStatus.NO_CONTENT, responses=problems(NotFound, MailboxDamaged, Closed)
)
async def notice_put(body: NoticePut, session: Session, keys: Keys) -> None:
    """Keep a sealed address until there is news, for a few days at most."""
    await mailbox_acts.notify_me(session, keys, body.receipt, body.sealed, body.owner)


@_mailbox.post("/notice/off", status_code=HTTPStatus.NO_CONTENT, responses=problems(NotFound, MailboxDamaged))
async def notice_off(body: MailboxKey, session: Session, keys: Keys) -> None:
    """Forget the address again."""
    await mailbox_acts.notify_me_no_more(session, keys, body.receipt)


@_notices.post("/take")
async def take_notices(session: Session) -> DueNotices:
    """The notices to send now. One that is not confirmed within minutes is handed out again."""
    found = await notices.take(session, datetime.now(UTC))
    due = [
        DueNotice(lookup=b64encode(each.lookup).decode(), sealed=b64encode(each.sealed).decode())
        for each in found
    ]
    return DueNotices(notices=due)


@_notices.post("/done", status_code=HTTPStatus.NO_CONTENT)
async def notices_done(body: NoticesDone, session: Session) -> None:
    """These were sent or can never be: their addresses are forgotten."""
    await notices.done(session, body.lookups)


@_notices.post("/forget", status_code=HTTPStatus.NO_CONTENT)
async def forget_notices(body: NoticesForget, session: Session) -> None:
    """Forget every notice of one person, by the hashes of their address."""
    await notices.forget(session, body.owners)


internal.include_router(_mailbox)
internal.include_router(_notices)
