"""What is published is what workers get next, and nobody overwrites another's work unseen."""

import asyncio
import uuid
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Member
from backend.audit import service as audit
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.errors import NotFound
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.knowledge import repository, seeding, service
from backend.knowledge.content.document import Topic
from backend.knowledge.content.markdown import write
from backend.ops.postgres import DatabaseUrls
from tests.backend.knowledge.topics import SOUND, around

TOPIC = "payroll_card_pawn"


@pytest.fixture
def keys(backend_settings: Settings) -> SiteKeys:
    return SiteKeys.read(backend_settings.secrets / "backend" / "site_keys.json")


@pytest.fixture
async def trainer(db_session: AsyncSession) -> uuid.UUID:
    member = Member(login="trainer", display_name="Huấn luyện viên", role="trainer", active=True)
    db_session.add(member)
    await db_session.commit()
    return member.id


async def publish(
    session: AsyncSession, keys: SiteKeys, topic: Topic, release: service.Release, topic_id: str = TOPIC
) -> int:
    number = await service.publish(session, keys, topic_id, topic, release=release, around=around())
    await session.commit()
    return number


def by(author: uuid.UUID | None, based_on: int, restores: int | None = None) -> service.Release:
    return service.Release(author, "trainer", based_on, "Sửa câu đầu", restores)


async def test_a_worker_reads_the_new_text_at_the_next_question(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID, internal_client: httpx.AsyncClient
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    before = (await internal_client.get(f"/internal/topics/{TOPIC}")).json()
    await publish(db_session, keys, replace(SOUND, answer="Đừng đưa thẻ cho ai."), by(trainer, 1))
    after = (await internal_client.get(f"/internal/topics/{TOPIC}")).json()
    assert (before["version"], after["version"]) == (1, 2)
    assert after["answer"] == "Đừng đưa thẻ cho ai."


async def test_a_worker_finds_a_new_topic_at_the_next_search(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID, internal_client: httpx.AsyncClient
) -> None:
    asked = {"text": "cam the atm"}
    assert (await internal_client.post("/internal/topics/search", json=asked)).json() == []
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    found = (await internal_client.post("/internal/topics/search", json=asked)).json()
    assert [hit["id"] for hit in found] == [TOPIC]
    await publish(db_session, keys, replace(SOUND, aliases=("két sắt", "bẻ khóa", "lấy két")), by(trainer, 1))
    found = (await internal_client.post("/internal/topics/search", json={"text": "ket sat"})).json()
    assert [hit["id"] for hit in found] == [TOPIC]


async def test_a_broken_text_is_not_published(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    with pytest.raises(service.Unpublishable) as caught:
        await publish(db_session, keys, replace(SOUND, answer=""), by(trainer, service.NEW))
    assert [(finding.code, finding.where) for finding in caught.value.findings] == [("missing", "answer")]
    assert await service.published_topics(db_session) == []


async def test_who_publishes_second_is_told_and_changes_nothing(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    await publish(db_session, keys, replace(SOUND, answer="Bản của chị Hoa."), by(trainer, 1))
    with pytest.raises(service.Outdated) as caught:
        await publish(db_session, keys, replace(SOUND, answer="Bản của anh Nam."), by(trainer, 1))
    await db_session.rollback()
    assert caught.value.published == 2
    assert (await service.published_topic(db_session, TOPIC)).topic.answer == "Bản của chị Hoa."


async def test_two_who_publish_at_the_same_moment_do_not_both_succeed(
    database: DatabaseUrls, db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    engine = create_engine(database.app)
    maker = create_sessionmaker(engine)

    async def attempt(answer: str) -> int:
        async with maker() as session:
            return await publish(session, keys, replace(SOUND, answer=answer), by(trainer, 1))

    outcomes = await asyncio.gather(
        *(attempt(f"Bản {number}.") for number in range(4)), return_exceptions=True
    )
    await engine.dispose()
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [2]
    assert sum(isinstance(outcome, service.Outdated) for outcome in outcomes) == 3


async def test_two_who_make_the_same_topic_do_not_both_succeed(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    with pytest.raises(service.Outdated):
        await publish(db_session, keys, SOUND, by(trainer, service.NEW))


async def test_restoring_publishes_the_old_text_as_a_new_version(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    await publish(db_session, keys, replace(SOUND, answer="Bản hai."), by(trainer, 1))
    old = await service.topic_version(db_session, TOPIC, 1)
    number = await publish(db_session, keys, old.topic, by(trainer, 2, restores=1))
    assert number == 3
    assert (await service.published_topic(db_session, TOPIC)).topic == SOUND
    heads = await repository.history(db_session, TOPIC)
    assert [(head.number, head.restores) for head in heads] == [(3, 1), (2, None), (1, None)]


async def test_every_publication_stands_in_the_audit_log_without_its_text(
    db_session: AsyncSession, keys: SiteKeys, trainer: uuid.UUID
) -> None:
    await publish(db_session, keys, SOUND, by(trainer, service.NEW))
    await publish(db_session, keys, SOUND, by(trainer, 1, restores=1))
    entries = await audit.entries_about(db_session, f"topic:{TOPIC}")
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("topic.restored", trainer),
        ("topic.published", trainer),
    ]
    assert entries[1].detail == {"version": 1, "origin": "trainer", "restores": None}


async def test_an_unknown_topic_or_version_is_not_found(
    db_session: AsyncSession, internal_client: httpx.AsyncClient
) -> None:
    with pytest.raises(NotFound):
        await service.topic_version(db_session, TOPIC, 7)
    answer = await internal_client.get("/internal/topics/no_such_topic")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestSeeding:
    """``antam seed`` brings files in, and never undoes a trainer's work."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "knowledge"
        folder.mkdir()
        (folder / f"{TOPIC}.md").write_text(write(SOUND), encoding="utf-8")
        return folder

    async def seed(self, session: AsyncSession, keys: SiteKeys, folder: Path) -> seeding.Loaded:
        files = seeding.topic_files(folder)
        loaded = await seeding.load(session, keys, files, origin="seed", around=around())
        await session.commit()
        return loaded

    async def test_an_empty_database_gets_every_file(
        self, db_session: AsyncSession, keys: SiteKeys, folder: Path
    ) -> None:
        assert (await self.seed(db_session, keys, folder)).published == [TOPIC]
        assert (await self.seed(db_session, keys, folder)).unchanged == [TOPIC]

    async def test_a_changed_file_is_published_while_no_person_edited_the_topic(
        self, db_session: AsyncSession, keys: SiteKeys, folder: Path
    ) -> None:
        await self.seed(db_session, keys, folder)
        changed = write(replace(SOUND, answer="Bản mới của tệp."))
        (folder / f"{TOPIC}.md").write_text(changed, encoding="utf-8")
        assert (await self.seed(db_session, keys, folder)).published == [TOPIC]

    async def test_a_trainers_text_is_kept(
        self, db_session: AsyncSession, keys: SiteKeys, folder: Path, trainer: uuid.UUID
    ) -> None:
        await self.seed(db_session, keys, folder)
        await publish(db_session, keys, replace(SOUND, answer="Bản của chị Hoa."), by(trainer, 1))
        changed = write(replace(SOUND, answer="Bản mới của tệp."))
        (folder / f"{TOPIC}.md").write_text(changed, encoding="utf-8")
        assert (await self.seed(db_session, keys, folder)).kept == [TOPIC]
        assert (await service.published_topic(db_session, TOPIC)).topic.answer == "Bản của chị Hoa."

    async def test_a_file_that_cannot_be_published_stops_no_other(
        self, db_session: AsyncSession, keys: SiteKeys, folder: Path
    ) -> None:
        (folder / "bat_ho.md").write_text("no topic at all", encoding="utf-8")
        loaded = await self.seed(db_session, keys, folder)
        assert loaded.published == [TOPIC]
        assert [finding.code for finding in loaded.refused["bat_ho"]] == ["no_front_matter"]
