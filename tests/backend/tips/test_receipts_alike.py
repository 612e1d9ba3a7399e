"""A right and a wrong receipt do the same work, so that time tells nobody which of them it was."""

import asyncio
import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework
from backend.kit import argon2_queue, crypto
from backend.kit.errors import NotFound
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import even, mailbox, opening
from backend.tips import service as tips
from backend.tips.models import Tip, TipMessage
from tests.backend.tips.conftest import Country, a_tip, new_receipt

_TABLE = re.compile(r"(?:FROM|UPDATE|INTO) (\w+)")


@pytest.fixture
async def right(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> str:
    """The receipt of a tip that a desk has answered, which nobody has read yet."""
    tip = a_tip()
    await tips.submit(db_session, site_keys, tip)
    tip_id = (await db_session.scalars(select(Tip.id))).one()
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.answer(db_session, site_keys, country.union_member, text="Bạn trả bao nhiêu rồi?", **place)
    await db_session.commit()
    return tip.receipt


def with_peppers(settings: Settings, versions: int) -> SiteKeys:
    """The site keys after so many peppers were made; the first is still there."""
    path = settings.secrets / "backend" / "site_keys.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    ring = raw["receipt_pepper"]
    for version in range(2, versions + 1):
        ring["keys"][str(version)] = base64.b64encode(bytes([version]) * 32).decode()
    rotated = Path(settings.var) / f"{versions}-peppers.json"
    rotated.write_text(json.dumps(raw), encoding="utf-8")
    return SiteKeys.read(rotated)


@contextmanager
def work_of(session: AsyncSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is done while the block runs: derivations, openings of a sealed key, statements by their table."""
    done: list[str] = []

    def statement(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        found = _TABLE.search(sql)
        done.append(f"{sql.split(maxsplit=1)[0]} {found[1] if found else ''}")

    derive_now = argon2_queue.derive_now

    def derived(secret: bytes, salt: bytes, length: int) -> bytes:
        done.append("derive")
        return derive_now(secret, salt, length)

    def opened(public_key: bytes, private_key: bytes, sealed: bytes) -> bytes:
        done.append(f"open {len(sealed)} bytes")
        return crypto.open_with(public_key, private_key, sealed)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", statement)
    with monkeypatch.context() as watched:
        watched.setattr(argon2_queue, "derive_now", derived)
        watched.setattr(opening, "open_with", opened)
        try:
            yield done
        finally:
            event.remove(engine, "before_cursor_execute", statement)


@pytest.mark.parametrize("peppers", [1, 3])
async def test_a_wrong_receipt_does_all_that_a_right_one_does(
    db_session: AsyncSession,
    backend_settings: Settings,
    right: str,
    peppers: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = with_peppers(backend_settings, peppers)
    with work_of(db_session, monkeypatch) as of_the_right:
        assert (await mailbox.read(db_session, keys, right)).messages
    with work_of(db_session, monkeypatch) as of_the_wrong, pytest.raises(NotFound):
        await mailbox.read(db_session, keys, new_receipt())
    assert of_the_wrong == of_the_right
    assert of_the_wrong.count("derive") == peppers
    assert of_the_wrong.count("SELECT tips") == peppers
    assert len([step for step in of_the_wrong if step.startswith("open")]) == 1


async def test_what_a_wrong_receipt_looks_through_leaves_nothing_behind(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    assert country
    with pytest.raises(NotFound):
        await mailbox.read(db_session, site_keys, new_receipt())
    assert not db_session.new
    await db_session.commit()
    assert (await db_session.scalars(select(Tip))).all() == []


@pytest.mark.parametrize("path", ["open", "write"])
async def test_no_answer_leaves_before_its_span_is_over(
    internal_client: httpx.AsyncClient, right: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(even, "SPAN", 1.0)
    ended: list[float] = []
    derived = even.derived

    def noted() -> None:
        derived()
        ended.append(time.monotonic())

    monkeypatch.setattr(even, "derived", noted)
    body = (
        {"message_id": base64.b64encode(bytes(16)).decode(), "text": "Họ vẫn tới."} if path == "write" else {}
    )
    for receipt, status in ((right, {200, 201}), (new_receipt(), {404})):
        answer = await internal_client.post(f"/internal/mailbox/{path}", json={"receipt": receipt, **body})
        assert answer.status_code in status
        assert time.monotonic() - ended.pop() >= 0.99


async def test_what_is_stored_is_stored_before_the_answer_waits(
    internal_client: httpx.AsyncClient, db_session: AsyncSession, right: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    sleep = asyncio.sleep

    async def looked(seconds: float) -> None:
        rows = await db_session.scalars(select(TipMessage.read_at).execution_options(populate_existing=True))
        seen.append(all(read_at is not None for read_at in rows))
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", looked)
    assert (await internal_client.post("/internal/mailbox/open", json={"receipt": right})).is_success
    assert seen == [True]
