"""The internal API as the bot calls it: contract, borders, and nothing echoed."""

import base64
import secrets
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.settings import Settings
from backend.tips.models import Tip
from tests.backend.clients import service_token
from tests.backend.tips.conftest import a_tip, new_receipt


def random64(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()


def body(**changes: Any) -> dict[str, Any]:
    tip = a_tip(**changes).model_dump()
    return {**tip, "draft_id": random64(16)}


@pytest.mark.usefixtures("country")
class TestTips:
    async def test_a_tip_is_taken_and_its_mailbox_opens(self, internal_client: httpx.AsyncClient) -> None:
        tip = body()
        sent = await internal_client.post("/internal/tips", json=tip)
        assert (sent.status_code, sent.json()) == (201, {"priority": "P3", "on_duty": False})
        box = await internal_client.post("/internal/mailbox/open", json={"receipt": tip["receipt"]})
        assert box.json()["status"] == "received"

    async def test_sending_again_answers_the_same(self, internal_client: httpx.AsyncClient) -> None:
        tip = body()
        answers = [(await internal_client.post("/internal/tips", json=tip)).json() for _ in range(2)]
        assert answers[0] == answers[1]

    async def test_a_receipt_that_opens_nothing_is_not_found(
        self, internal_client: httpx.AsyncClient
    ) -> None:
        answer = await internal_client.post("/internal/mailbox/open", json={"receipt": new_receipt()})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    async def test_the_reporter_writes_back(self, internal_client: httpx.AsyncClient) -> None:
        tip = body()
        await internal_client.post("/internal/tips", json=tip)
        message = {"receipt": tip["receipt"], "message_id": random64(16), "text": "em nhớ thêm biển số"}
        assert (await internal_client.post("/internal/mailbox/write", json=message)).status_code == 201
        box = await internal_client.post("/internal/mailbox/open", json={"receipt": tip["receipt"]})
        assert [(m["from"], m["text"]) for m in box.json()["messages"]] == [
            ("reporter", "em nhớ thêm biển số")
        ]

    async def test_both_kinds_can_receive(self, internal_client: httpx.AsyncClient) -> None:
        answer = await internal_client.get("/internal/tips/readers")
        assert answer.json() == {"readers": ["union", "police"]}


async def test_without_desks_the_tip_is_refused_and_nothing_is_stored(
    internal_client: httpx.AsyncClient, db_session: AsyncSession
) -> None:
    answer = await internal_client.post("/internal/tips", json=body())
    assert (answer.status_code, answer.json()["code"]) == (409, "nobody_to_receive")
    assert await db_session.scalar(select(func.count()).select_from(Tip)) == 0


@pytest.mark.parametrize(
    "fault",
    [
        {"receipt": "12345678901234567"},
        {"story": []},
        {"story": ["a" * 20_001]},
        {"category": "gossip"},
        {"readers": []},
        {"readers": ["neighbours"]},
        {"draft_id": "short"},
        {"surprise": "field"},
    ],
    ids=lambda fault: next(iter(fault)),
)
async def test_a_malformed_tip_is_refused_without_echoing_it(
    internal_client: httpx.AsyncClient, fault: dict[str, Any]
) -> None:
    answer = await internal_client.post("/internal/tips", json={**body(who="Ông Sáu Lé"), **fault})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    for value in ("Ông Sáu Lé", "aaaa", "gossip", "12345678901234567", "neighbours"):
        assert value not in answer.text


async def test_the_actions_service_may_not_touch_tips(
    internal_client: httpx.AsyncClient, backend_settings: Settings
) -> None:
    actions = {"authorization": f"Bearer {service_token(backend_settings, 'actions')}"}
    for path in ("/internal/tips", "/internal/mailbox/open", "/internal/drafts/get"):
        answer = await internal_client.post(path, json={}, headers=actions)
        assert (path, answer.status_code) == (path, 403)


async def test_a_wrong_token_gets_nowhere(internal_client: httpx.AsyncClient) -> None:
    for value in ("Bearer wrong", "Basic abc", "Bearer "):
        answer = await internal_client.get("/internal/tips/readers", headers={"authorization": value})
        assert answer.status_code == 401


class TestDrafts:
    async def test_a_draft_comes_back_as_it_was_put(self, internal_client: httpx.AsyncClient) -> None:
        lookup, sealed = random64(32), random64(600)
        put = await internal_client.post(
            "/internal/drafts/put", json={"lookup": lookup, "sealed": sealed, "revision": 0}
        )
        assert put.json() == {"revision": 1}
        got = await internal_client.post("/internal/drafts/get", json={"lookup": lookup})
        assert got.json() == {"sealed": sealed, "revision": 1}

    async def test_the_slower_of_two_replicas_is_told(self, internal_client: httpx.AsyncClient) -> None:
        draft = {"lookup": random64(32), "sealed": random64(600)}
        await internal_client.post("/internal/drafts/put", json={**draft, "revision": 0})
        answers = [
            (
                await internal_client.post("/internal/drafts/put", json={**draft, "revision": revision})
            ).status_code
            for revision in (0, 1, 1)
        ]
        assert answers == [409, 200, 409]

    async def test_a_deleted_draft_is_gone_and_deleting_again_is_fine(
        self, internal_client: httpx.AsyncClient
    ) -> None:
        lookup = {"lookup": random64(32)}
        await internal_client.post(
            "/internal/drafts/put", json={**lookup, "sealed": random64(9), "revision": 0}
        )
        for _ in range(2):
            assert (await internal_client.post("/internal/drafts/delete", json=lookup)).status_code == 204
        assert (await internal_client.post("/internal/drafts/get", json=lookup)).status_code == 404

    async def test_an_oversized_draft_is_refused(self, internal_client: httpx.AsyncClient) -> None:
        big = {"lookup": random64(32), "sealed": random64(256 * 1024 + 1), "revision": 0}
        assert (await internal_client.post("/internal/drafts/put", json=big)).status_code in (413, 422)


async def test_an_oversized_body_is_refused_before_it_is_read(internal_client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    for content in (b"x" * (2 * 1024 * 1024), endless()):
        answer = await internal_client.post("/internal/tips", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
