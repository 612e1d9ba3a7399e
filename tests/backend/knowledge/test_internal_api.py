"""The internal API of topics and hotlines keeps the contract of docs/ARCHITECTURE.md."""

from dataclasses import replace

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import service
from backend.knowledge.content.document import Topic
from tests.backend.knowledge.topics import SOUND, around

OTHER = replace(SOUND, title="Bốc bát họ", title_en="Daily loans", related=("payroll_card_pawn",))


@pytest.fixture(autouse=True)
async def topics(db_session: AsyncSession, backend_settings: Settings) -> None:
    keys = SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")
    both: dict[str, Topic] = {
        "bat_ho": OTHER,
        "payroll_card_pawn": replace(SOUND, related=("bat_ho", "not_written_yet")),
    }
    known = around("bat_ho", "payroll_card_pawn", "not_written_yet")
    for topic_id, topic in both.items():
        release = service.Release(None, "seed", service.NEW)
        await service.publish(db_session, keys, topic_id, topic, release=release, around=known)
    await db_session.commit()


async def test_the_list_has_id_title_and_summary(internal_client: httpx.AsyncClient) -> None:
    listed = (await internal_client.get("/internal/topics")).json()
    assert listed[1] == {"id": "payroll_card_pawn", "title": SOUND.title, "summary": SOUND.summary}
    english = (await internal_client.get("/internal/topics?lang=en")).json()
    assert english[1]["title"] == SOUND.title_en
    assert english[1]["summary"] == "Never hand over your payroll card."


async def test_a_topic_is_ready_to_be_read(internal_client: httpx.AsyncClient) -> None:
    topic = (await internal_client.get("/internal/topics/payroll_card_pawn?lang=vi")).json()
    assert topic["answer"].endswith("Bị dọa thì gọi 113.")
    assert [section["id"] for section in topic["sections"]] == ["how", "signs", "do_now", "law", "help"]
    assert topic["sections"][3]["title"] == "Luật nói gì"
    assert topic["sections"][3]["text"].endswith("Văn bản: Nghị định 282/2025/NĐ-CP (hiệu lực 15/12/2025).")
    assert topic["hotlines"] == [
        {"name": "Công an (khẩn cấp)", "number": "113", "note": "Gọi miễn phí, ngày đêm."}
    ]


async def test_related_topics_are_only_published_ones(internal_client: httpx.AsyncClient) -> None:
    topic = (await internal_client.get("/internal/topics/payroll_card_pawn?lang=en")).json()
    assert topic["related"] == [{"id": "bat_ho", "title": "Daily loans"}]


async def test_in_english_there_is_the_short_version(internal_client: httpx.AsyncClient) -> None:
    topic = (await internal_client.get("/internal/topics/payroll_card_pawn?lang=en")).json()
    assert topic["answer"].endswith("In danger call 113.")
    assert topic["sections"] == []


async def test_search_answers_best_first_and_at_most_what_was_asked(
    internal_client: httpx.AsyncClient,
) -> None:
    asked = {"text": "Người ta ĐÒI MÃ PIN thẻ lương của em", "limit": 1}
    hits = (await internal_client.post("/internal/topics/search", json=asked)).json()
    assert [hit["id"] for hit in hits] == ["payroll_card_pawn"]
    assert hits[0]["title"] == SOUND.title
    assert 0 < hits[0]["score"] <= 1


@pytest.mark.parametrize("text", ["", " ", "🍜", "...", "\u200b"])
async def test_search_finds_nothing_in_nothing(internal_client: httpx.AsyncClient, text: str) -> None:
    answer = await internal_client.post("/internal/topics/search", json={"text": text})
    assert (answer.status_code, answer.json()) == (200, [])


async def test_hotlines_carry_use_and_note(internal_client: httpx.AsyncClient) -> None:
    listed = {line["id"]: line for line in (await internal_client.get("/internal/hotlines")).json()}
    assert listed["111"]["number"] == "111"
    assert listed["111"].keys() == {"id", "name", "number", "use", "note"}
    assert "cần kiểm tra lại" in listed["ngay_mai"]["note"]
    assert "{hotline" not in str(listed)


async def test_what_a_worker_wrote_is_not_echoed_in_an_error(internal_client: httpx.AsyncClient) -> None:
    secret = "tôi tên là Nguyễn Thị Bí Mật"
    answer = await internal_client.post(
        "/internal/topics/search", json={"text": secret, "limit": 99, "lang": "vi"}
    )
    assert answer.status_code == 422
    assert secret not in answer.text


async def test_without_a_token_nothing_is_told(internal_client: httpx.AsyncClient) -> None:
    del internal_client.headers["authorization"]
    for path in ("/internal/topics", "/internal/topics/bat_ho", "/internal/hotlines"):
        assert (await internal_client.get(path)).status_code == 401
    assert (await internal_client.post("/internal/topics/search", json={"text": "x"})).status_code == 401
