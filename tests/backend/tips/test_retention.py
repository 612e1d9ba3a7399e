"""How long a tip is kept, who may hold it back, and what is left when it is destroyed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import casework
from backend.kit.site_keys import SiteKeys
from backend.tips import destructions, retention
from backend.tips import service as tips
from backend.tips.clock import local_day
from backend.tips.models import NoteKey, Notification, StaffNote, Tip, TipDesk, TipMessage, TipPart, TipSeal
from tests.backend.tips.conftest import Country, a_tip


@pytest.fixture
async def tip(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> Tip:
    """An open tip at the union desk, with an answer and a note."""
    await tips.submit(db_session, site_keys, a_tip())
    found = (await db_session.scalars(select(Tip))).one()
    place = {"tip_id": found.id, "desk_id": country.union.id}
    await casework.answer(db_session, site_keys, country.union_member, text="Bạn ở đâu?", **place)
    await casework.note(db_session, site_keys, country.union_member, text="ghi", **place)
    await db_session.commit()
    return found


@pytest.fixture
async def closed(db_session: AsyncSession, site_keys: SiteKeys, country: Country, tip: Tip) -> Tip:
    """The tip, closed today."""
    await casework.set_status(
        db_session,
        site_keys,
        country.union_member,
        tip_id=tip.id,
        desk_id=country.union.id,
        status="closed",
        reason="xong",
    )
    await db_session.commit()
    return tip


class TestDestroying:
    async def test_nothing_of_it_is_left(
        self, db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
    ) -> None:
        await retention.destroy(db_session, site_keys, tip, "withdrawn")
        for table in (Tip, TipSeal, TipPart, TipDesk, TipMessage, NoteKey, StaffNote, Notification):
            assert await db_session.scalar(select(func.count()).select_from(table)) == 0

    async def test_the_log_proves_it_under_a_keyed_name_with_counts_of_what_went(
        self, db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
    ) -> None:
        subject = audit.tip_subject(site_keys, tip.id)
        await retention.destroy(db_session, site_keys, tip, "withdrawn")
        last = (await audit.entries_about(db_session, subject))[0]
        assert last.action == "tip.destroyed"
        assert str(tip.id) not in f"{last.subject} {last.detail}"
        counted = {name: last.detail[name] for name in ("tip_parts", "tip_messages", "tip_notes")}
        assert counted == {"tip_parts": 1, "tip_messages": 1, "tip_notes": 1}
        # Sealed for the union's two desks and the reporter.
        assert last.detail["tip_seals"] == 3
        assert last.detail["why"] == "withdrawn"

    async def test_it_stands_on_the_list_that_backups_are_held_against(
        self, db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
    ) -> None:
        await retention.destroy(db_session, site_keys, tip, "retention")
        (entry,) = await destructions.entries(db_session)
        assert entry.mark == destructions.mark_of(site_keys, tip.id, entry.key_version)
        assert entry.day == local_day(datetime.now(UTC))
