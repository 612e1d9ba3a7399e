"""Receipts under attack, over real HTTP: what time tells of them, and what a flood of wrong ones finds.

How long anything takes is written into the report. What is held here does not depend on the machine.
"""

import asyncio
import base64
import secrets
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.app import create_internal_app
from backend.kit import argon2_queue
from backend.kit.settings import Settings
from backend.tips.models import Tip
from bot.limits import RECEIPTS_OVERALL
from tests.backend.clients import service_token
from tests.backend.tips import receipt_report
from tests.backend.tips.conftest import Country, a_tip, new_receipt
from tests.backend.tips.receipt_report import Comparison
from tests.bot.serving import serve

TRIES: Final = 1_000
"""Of right and of wrong receipts, each."""
FLOOD: Final = 10_000
AT_ONCE: Final = int(RECEIPTS_OVERALL[0])
"""Receipts that the bot lets through at the same moment."""
TIPS: Final = 8
_PAUSE: Final = 3.0
"""Seconds between two right receipts in the flood."""

pytestmark = [pytest.mark.usefixtures("true_stretching"), pytest.mark.slow, pytest.mark.timeout(2 * 3600)]


@dataclass
class Door:
    """The mailbox as the bot reaches it."""

    client: httpx.AsyncClient

    async def open(self, receipt: str) -> tuple[int, float]:
        """The status of the answer, and the seconds it took."""
        begin = time.perf_counter()
        answer = await self.client.post("/internal/mailbox/open", json={"receipt": receipt})
        return answer.status_code, time.perf_counter() - begin


@pytest.fixture
async def door(backend_settings: Settings, country: Country) -> AsyncIterator[Door]:
    assert country
    with serve(create_internal_app(backend_settings)) as url:
        token = {"authorization": f"Bearer {service_token(backend_settings, 'bot')}"}
        async with httpx.AsyncClient(base_url=url, headers=token, timeout=120, trust_env=False) as client:
            yield Door(client)


@pytest.fixture
async def receipts(door: Door) -> list[str]:
    """Receipts of stored tips, with a conversation of different length in each."""
    found = []
    for number in range(TIPS):
        tip = a_tip()
        body = {**tip.model_dump(), "draft_id": _new_id()}
        assert (await door.client.post("/internal/tips", json=body)).status_code == 201
        for _ in range(number):
            body = {"receipt": tip.receipt, "message_id": _new_id(), "text": "Chiều nay họ lại tới."}
            assert (await door.client.post("/internal/mailbox/write", json=body)).status_code == 201
        found.append(tip.receipt)
    return found


@pytest.fixture
def derivations(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The end of each derivation of this process."""
    ended: list[float] = []
    derive_now = argon2_queue.derive_now

    def counted(secret: bytes, salt: bytes, length: int) -> bytes:
        try:
            return derive_now(secret, salt, length)
        finally:
            ended.append(time.perf_counter())

    monkeypatch.setattr(argon2_queue, "derive_now", counted)
    return ended


async def test_a_thousand_right_and_wrong_receipts(
    door: Door, receipts: list[str], derivations: list[float]
) -> None:
    times: dict[int, list[float]] = {200: [], 404: []}
    cost: dict[int, set[int]] = {200: set(), 404: set()}
    order = [True, False] * TRIES
    secrets.SystemRandom().shuffle(order)
    for right in order:
        before = len(derivations)
        status, seconds = await door.open(secrets.choice(receipts) if right else new_receipt())
        assert status == (200 if right else 404)
        times[status].append(seconds)
        cost[status].add(len(derivations) - before)
    assert cost[200] == cost[404] == {1}
    found = Comparison(right=times[200], wrong=times[404])
    rows = [_row(name, each) for name, each in (("right", found.right), ("wrong", found.wrong))]
    receipt_report.write(
        "Right and wrong receipts take the same time",
        f"{TRIES} right and {TRIES} wrong receipts, one at a time and in random order. The right ones open "
        f"{TIPS} tips with 0 to {TIPS - 1} messages.\n\n"
        "| receipts | median ms | 5 % | 95 % | longest |\n|---|---:|---:|---:|---:|\n" + "".join(rows) + "\n"
        f"- Medians differ by {1000 * found.difference:+.2f} ms (two standard errors: "
        f"{1000 * found.noise:.2f} ms).\n"
        f"- Chance that a wrong one took longer than a right one (Mann-Whitney): {found.auc:.3f}; where time "
        f"tells nothing it is 0.5 ± {found.auc_noise:.3f}.\n"
        "- Derivations for each, right or wrong: 1.\n",
    )


async def test_ten_thousand_wrong_receipts_find_nothing_and_hold_up_no_right_one(
    door: Door, receipts: list[str], derivations: list[float], db_session: AsyncSession
) -> None:
    left = iter(range(FLOOD))
    statuses: dict[int, int] = {}
    opened: list[float] = []
    turns: list[int] = []
    begin = time.perf_counter()

    async def try_wrong_ones() -> None:
        for _ in left:
            status, _ = await door.open(new_receipt())
            statuses[status] = statuses.get(status, 0) + 1

    flood = asyncio.gather(*(try_wrong_ones() for _ in range(AT_ONCE)))
    while not flood.done():
        before = len(derivations)
        status, seconds = await door.open(secrets.choice(receipts))
        assert status == 200
        if not flood.done():
            opened.append(seconds)
            turns.append(len(derivations) - before)
        await asyncio.wait({flood}, timeout=_PAUSE)
    await flood
    took = time.perf_counter() - begin
    assert statuses == {404: FLOOD}
    assert await db_session.scalar(select(func.count()).select_from(Tip)) == TIPS
    # Its own, those that came before it, and those that had their turn beside it.
    assert max(turns) <= AT_ONCE + 2 * argon2_queue.WORKERS + 1
    receipt_report.write(
        "A flood of wrong receipts at the backend",
        f"{FLOOD} wrong receipts by {AT_ONCE} connections without a pause, as many at once as the bot lets "
        f"through; beside them a right one every {_PAUSE:.0f} seconds.\n\n"
        f"- Found by the wrong ones: nothing ({FLOOD} answers 404) in {took / 60:.0f} minutes, "
        f"{FLOOD / took:.1f} a second.\n"
        f"- Right ones opened meanwhile: {len(opened)}, median {statistics.median(opened):.2f} s, "
        f"95 % within {_quantile(opened, 0.95):.2f} s, longest {max(opened):.2f} s; "
        f"within 2 s: {sum(seconds <= 2 for seconds in opened)}.\n"
        f"- Derivations that a right one waited for, its own included: at most {max(turns)}.\n",
    )


def _new_id() -> str:
    return base64.b64encode(secrets.token_bytes(16)).decode()


def _row(name: str, times: Sequence[float]) -> str:
    figures = (statistics.median(times), _quantile(times, 0.05), _quantile(times, 0.95), max(times))
    return f"| {name} | {' | '.join(f'{1000 * figure:.1f}' for figure in figures)} |\n"


def _quantile(times: Sequence[float], part: float) -> float:
    return sorted(times)[int(part * (len(times) - 1))]
