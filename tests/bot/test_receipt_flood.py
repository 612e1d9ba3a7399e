"""Ten thousand wrong receipts at the worker's door find nothing, and a right one opens meanwhile."""

import asyncio
import statistics
import time
from typing import Final

import httpx
import pytest

from backend.kit import argon2_queue
from bot.receipt import new_receipt
from tests.backend.tips import receipt_report
from tests.bot.channel_contract import send_a_tip
from tests.bot.house import House
from tests.bot.web_driver import WebWorker

FLOOD: Final = 10_000
AT_ONCE: Final = 24
_PAUSE: Final = 2.0
"""Seconds between two right receipts."""

pytestmark = pytest.mark.usefixtures("true_stretching")


def client(house: House, address: str) -> httpx.AsyncClient:
    """Somebody at another network address of this machine."""
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=house.url, transport=transport, timeout=120, trust_env=False)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_ten_thousand_wrong_receipts_at_the_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = send_a_tip(worker := WebWorker(house.url))
    worker.say("đã lưu")
    derivations: list[float] = []
    derive_now = argon2_queue.derive_now

    def counted(secret: bytes, salt: bytes, length: int) -> bytes:
        derivations.append(time.monotonic())
        return derive_now(secret, salt, length)

    monkeypatch.setattr(argon2_queue, "derive_now", counted)
    left, statuses, opened = iter(range(FLOOD)), dict[int, int](), list[float]()
    begin = time.monotonic()
    async with client(house, "127.0.0.2") as attacker, client(house, "127.0.0.3") as reporter:

        async def try_wrong_ones() -> None:
            for _ in left:
                answer = await attacker.post("/hop-thu", data={"receipt": new_receipt()})
                statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1

        flood = asyncio.gather(*(try_wrong_ones() for _ in range(AT_ONCE)))
        while not flood.done():
            asked = time.monotonic()
            answer = await reporter.post("/hop-thu", data={"receipt": receipt})
            assert answer.status_code == 200
            assert "đến nơi" in answer.text
            if not flood.done():
                opened.append(time.monotonic() - asked)
            await asyncio.wait({flood}, timeout=_PAUSE)
        await flood
    took = time.monotonic() - begin
    assert set(statuses) == {404, 429}
    assert sum(statuses.values()) == FLOOD
    # What the line lets through, whoever asks: the backend has the rest of its time for others.
    assert len(derivations) <= 6 + 2 * took + 1
    within = sum(seconds <= 2 for seconds in opened)
    receipt_report.write(
        "A flood of wrong receipts at the worker's door",
        f"{FLOOD} wrong receipts posted to `/hop-thu` of a running bot and backend, by {AT_ONCE} connections "
        "of one network address without a pause; from another address a right one every "
        f"{_PAUSE:.0f} seconds.\n\n"
        f"- Found by the wrong ones: nothing, in {took:.0f} s. {statuses[404]} were tried, "
        f"{statuses[429]} were told that the line is full.\n"
        f"- Right ones opened meanwhile: {len(opened)} of {len(opened)}, median "
        f"{statistics.median(opened):.2f} s, longest {max(opened):.2f} s; within 2 s: {within}.\n"
        f"- Derivations in all: {len(derivations)}, {len(derivations) / took:.1f} a second.\n",
    )
