"""What the worker does: run for real, on the queue that the tips wrote."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit.models import AuditEntry
from backend.desks import case_file, casework
from backend.desks.queue import unread_notifications
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.jobs import Tools
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import drafts, repository
from backend.tips import service as tips
from backend.tips.jobs import destroy_closed
from backend.tips.models import (
    Draft,
    NoteKey,
    Notification,
    StaffNote,
    Tip,
    TipDesk,
    TipMessage,
    TipPart,
    TipSeal,
)
from backend.worker import create_job_app
from tests.backend.tips.conftest import Country, a_tip


async def work_off(database: DatabaseUrls, keys: SiteKeys) -> None:
    """Run a worker until the queue is empty."""
    engine = create_engine(database.app)
    app = create_job_app(database.app)
    async with app.open_async():
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
class TestRetention:
    @staticmethod
    async def close(session: AsyncSession, keys: SiteKeys, country: Country) -> Tip:
        tip = (await session.scalars(select(Tip))).one()
        place = {"tip_id": tip.id, "desk_id": country.union.id}
        await casework.note(session, keys, country.union_member, text="ghi", **place)
        await casework.set_status(
            session, keys, country.union_member, status="closed", reason="xong", **place
        )
        assert tip.closed_on is not None
        return tip

    async def test_a_closed_tip_stays_for_ninety_days(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        tip = await self.close(db_session, site_keys, country)
        assert tip.closed_on is not None
        assert await destroy_closed(db_session, site_keys, tip.closed_on + timedelta(days=90)) == 0

    async def test_then_nothing_of_it_is_left_but_an_entry_that_it_was(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country
    ) -> None:
        tip = await self.close(db_session, site_keys, country)
        assert tip.closed_on is not None
        assert await destroy_closed(db_session, site_keys, tip.closed_on + timedelta(days=91)) == 1
        for table in (Tip, TipSeal, TipPart, TipDesk, TipMessage, NoteKey, StaffNote, Notification):
            assert await db_session.scalar(select(func.count()).select_from(table)) == 0
        last = (
            await db_session.scalars(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))
        ).one()
        assert last is not None and last.action == "tip.destroyed"

    async def test_an_open_tip_is_never_destroyed(
        self, db_session: AsyncSession, site_keys: SiteKeys
    ) -> None:
        assert await destroy_closed(db_session, site_keys, date(2099, 1, 1)) == 0


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
