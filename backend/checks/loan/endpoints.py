"""The internal API of the loan check (scope ``checks``). Nothing is stored; no text reaches a log."""

import asyncio

from fastapi import APIRouter

from backend.checks.loan import service
from backend.checks.loan.arithmetic import Impossible
from backend.checks.loan.schemas import LoanAnswer, LoanAsk, Picture, PictureAsk
from backend.kit.errors import Invalid, problems
from backend.kit.service_auth import REFUSALS
from backend.kit.service_auth import service as calling_service
from backend.kit.service_tokens import Scope

internal = APIRouter(
    prefix="/internal/checks",
    tags=["checks"],
    dependencies=[calling_service(Scope.CHECKS)],
    responses=REFUSALS,
)


@internal.post("/loan")
async def check_loan(body: LoanAsk) -> LoanAnswer:
    """One step of a loan check: what is understood, what is missing, and what the loan costs."""
    return await asyncio.to_thread(service.answer, body)


@internal.post("/loan/picture", responses=problems(Invalid))
async def draw_loan(body: PictureAsk) -> Picture:
    """A loan as a picture, with the same in words; 422 while something is missing."""
    try:
        return await asyncio.to_thread(service.picture, body)
    except Impossible as error:
        raise Invalid(f"no picture of this loan: {error.reason}") from error
