"""The internal API of the message check (scope ``checks``). Nothing is stored; no text reaches a log."""

from fastapi import APIRouter

from backend.checks.message import service as message_service
from backend.checks.message.schemas import MessageAnswer, MessageAsk
from backend.checks.message.wording import told
from backend.kit.request_session import Session
from backend.kit.service_auth import REFUSALS
from backend.kit.service_auth import service as calling_service
from backend.kit.service_tokens import Scope

internal = APIRouter(
    prefix="/internal/checks",
    tags=["checks"],
    dependencies=[calling_service(Scope.CHECKS)],
    responses=REFUSALS,
)


@internal.post("/message")
async def check_message(session: Session, body: MessageAsk) -> MessageAnswer:
    """Whether a message, a link, a number or a call described has the signs of a scam, and which."""
    return told(await message_service.check_message(session, body.text), body.lang)
