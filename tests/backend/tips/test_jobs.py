"""What the worker does: run for real, on the queue that the tips wrote."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_file
from backend.desks.queue import unread_notifications
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.jobs import Tools
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import drafts, repository
from backend.tips import service as tips
from backend.tips.models import (
    Draft,
    Tip,
)
from backend.worker import create_job_app
from tests.backend.tips.conftest import Country, a_tip


async def work_off(database: DatabaseUrls, keys: SiteKeys, *due: str) -> None:
    """Run a worker until the queue is empty; ``due`` are periodic tasks whose hour has come."""
    engine = create_engine(database.app)
    app = create_job_app(database.app)
    async with app.open_async():
        for name in due:
            await app.configure_task(name).defer_async(timestamp=0)
        await app.run_worker_async(
            wait=False,
            delete_jobs="always",
            install_signal_handlers=False,
            additional_context={"tools": Tools(create_sessionmaker(engine), keys)},
        )
    await engine.dispose()


@pytest.fixture
async def sent(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> None:
    await tips.submit(db_session, site_keys, a_tip())
    await db_session.commit()


@pytest.mark.usefixtures("sent")
async def test_the_desks_members_are_told_and_the_job_leaves_no_trace(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await work_off(database, site_keys)
    assert await unread_notifications(db_session, country.union_member.member_id) == 1
    assert await unread_notifications(db_session, country.police_member.member_id) == 0
    assert await db_session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert await db_session.scalar(text("SELECT count(*) FROM procrastinate_events")) == 0


@pytest.mark.usefixtures("sent")
async def test_opening_the_tip_clears_the_members_notification(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await work_off(database, site_keys)
    tip_id = await db_session.scalar(select(Tip.id))
    assert tip_id is not None
    await case_file.read(db_session, site_keys, country.union_member, tip_id=tip_id, desk_id=country.union.id)
    assert await unread_notifications(db_session, country.union_member.member_id) == 0


async def test_expired_drafts_are_deleted_and_living_ones_stay(db_session: AsyncSession) -> None:
    await drafts.put(db_session, b"l" * 32, b"sealed", 0)
    now = datetime.now(UTC)
    await repository.delete_expired_drafts(db_session, now + drafts.LIFETIME - timedelta(minutes=1))
    assert await db_session.scalar(select(func.count()).select_from(Draft)) == 1
    await repository.delete_expired_drafts(db_session, now + drafts.LIFETIME + timedelta(minutes=15))
    assert await db_session.scalar(select(func.count()).select_from(Draft)) == 0


@pytest.mark.usefixtures("sent")
async def test_what_ties_a_tip_to_its_draft_is_forgotten(db_session: AsyncSession) -> None:
    await repository.forget_submissions(db_session, datetime.now(UTC) + timedelta(minutes=1))
    assert await db_session.scalar(select(Tip.submission_id)) is None


@pytest.mark.usefixtures("sent")
async def test_the_planners_statistics_hold_no_samples_of_a_tip(
    database: DatabaseUrls, db_session: AsyncSession
) -> None:
    with psycopg.connect(database.owner.replace("+psycopg", "", 1), autocommit=True) as owner:
        owner.execute("ANALYZE")
    told = ("receipt_lookup", "submission_id", "sealed", "sealed_key", "received_at", "due_at", "lookup")
    samples = await db_session.scalars(
        text("SELECT attname FROM pg_stats WHERE schemaname = 'public' AND attname = ANY (:names)"),
        {"names": list(told)},
    )
    assert list(samples) == []
