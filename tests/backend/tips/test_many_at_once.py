"""Twenty workers who send at the same moment: over real HTTP, as the bot sends, on one backend."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_internal_app
from backend.kit.settings import Settings
from backend.tips.models import Tip, TipDesk, TipPart, TipSeal
from tests.backend.clients import service_token
from tests.backend.tips.conftest import Country, a_tip
from tests.bot.serving import serve

AT_ONCE = 20

pytestmark = pytest.mark.usefixtures("true_stretching")


def body(number: int) -> dict[str, Any]:
    tip = a_tip(story=[f"Có nhóm cho vay góp trước cổng số {number}, thu tiền mỗi chiều."]).model_dump()
    return {**tip, "draft_id": base64.b64encode(secrets.token_bytes(16)).decode()}


@pytest.fixture
async def bot(backend_settings: Settings, country: Country) -> AsyncIterator[httpx.AsyncClient]:
    """The bot's connections to a backend that listens on a port, with desks that receive."""
    assert country
    with serve(create_internal_app(backend_settings)) as url:
        token = {"authorization": f"Bearer {service_token(backend_settings, 'bot')}"}
        async with httpx.AsyncClient(base_url=url, headers=token, timeout=60, trust_env=False) as client:
            yield client


async def count(session: AsyncSession, table: type[Tip | TipPart | TipDesk | TipSeal]) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_none_of_twenty_submissions_at_once_fails(
    bot: httpx.AsyncClient, db_session: AsyncSession
) -> None:
    tips = [body(number) for number in range(AT_ONCE)]
    answers = await asyncio.gather(*(bot.post("/internal/tips", json=tip) for tip in tips))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert await count(db_session, Tip) == AT_ONCE
    assert await count(db_session, TipPart) == AT_ONCE
    # The province's desk and the national one that waits behind it; the reporter holds a key too.
    assert await count(db_session, TipDesk) == 2 * AT_ONCE
    assert await count(db_session, TipSeal) == 3 * AT_ONCE

    last = {"receipt": tips[-1]["receipt"]}
    assert (await bot.post("/internal/mailbox/open", json=last)).json()["status"] == "received"


async def test_one_tip_sent_twenty_times_at_once_is_one_tip(
    bot: httpx.AsyncClient, db_session: AsyncSession
) -> None:
    tip = body(1)
    answers = await asyncio.gather(*(bot.post("/internal/tips", json=tip) for _ in range(AT_ONCE)))
    assert [answer.status_code for answer in answers] == [201] * AT_ONCE
    assert len({answer.text for answer in answers}) == 1
    assert await count(db_session, Tip) == 1
