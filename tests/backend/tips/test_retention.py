"""How long a tip is kept, who may hold it back, and what is left when it is destroyed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import case_file, casework, holds
from backend.desks.case import UnknownValue
from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.site_keys import SiteKeys
from backend.ops.postgres import DatabaseUrls
from backend.tips import destructions, retention
from backend.tips import service as tips
from backend.tips.clock import local_day
from backend.tips.destructions import DamagedList, Gone
from backend.tips.jobs import warn_due
from backend.tips.models import NoteKey, Notification, StaffNote, Tip, TipDesk, TipMessage, TipPart, TipSeal
from backend.tips.retention import Warned, destruction_day, is_near
from tests.backend.tips.conftest import Country, a_tip

DAY = timedelta(days=1)


async def is_there(session: AsyncSession) -> bool:
    return bool(await session.scalar(select(func.count()).select_from(Tip)))


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


class TestAClosedTip:
    async def test_stays_for_ninety_days(
        self, db_session: AsyncSession, site_keys: SiteKeys, closed: Tip
    ) -> None:
        assert closed.closed_on is not None
        assert await retention.destroy_due(db_session, site_keys, closed.closed_on + 90 * DAY) == 0
        assert await is_there(db_session)

    async def test_is_destroyed_on_the_day_after(
        self, db_session: AsyncSession, site_keys: SiteKeys, closed: Tip
    ) -> None:
        assert closed.closed_on is not None
        assert await retention.destroy_due(db_session, site_keys, closed.closed_on + 91 * DAY) == 1
        assert not await is_there(db_session)

    async def test_is_destroyed_on_the_day_that_its_page_names(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip
    ) -> None:
        named = (await holds.keeping(db_session, closed, country.union.id, {})).destroyed_on
        assert named is not None
        assert await retention.destroy_due(db_session, site_keys, named - DAY) == 0
        assert await retention.destroy_due(db_session, site_keys, named) == 1

    async def test_that_is_opened_again_is_kept(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip
    ) -> None:
        await casework.set_status(
            db_session,
            site_keys,
            country.union_member,
            tip_id=closed.id,
            desk_id=country.union.id,
            status="in_review",
            reason="mở lại",
        )
        assert await retention.destroy_due(db_session, site_keys, date(2099, 1, 1)) == 0

    async def test_warns_its_desks_once_thirty_days_before(
        self, db_session: AsyncSession, closed: Tip
    ) -> None:
        assert closed.closed_on is not None
        near = closed.closed_on + 61 * DAY
        assert await retention.warnings_due(db_session, near - DAY) == []
        assert await retention.warnings_due(db_session, near) == [Warned(closed.id, "destruction_near")]
        assert await retention.warnings_due(db_session, near + DAY) == []


async def test_two_workers_in_the_same_night_destroy_a_tip_once(
    database: DatabaseUrls, db_session: AsyncSession, site_keys: SiteKeys, closed: Tip
) -> None:
    assert closed.closed_on is not None
    night = closed.closed_on + 91 * DAY
    engine = create_engine(database.app)
    maker = create_sessionmaker(engine)

    async def work() -> int:
        async with maker.begin() as session:
            return await retention.destroy_due(session, site_keys, night)

    assert sorted(await asyncio.gather(work(), work())) == [0, 1]
    await engine.dispose()
    assert len(await destructions.entries(db_session)) == 1


async def test_an_open_tip_is_never_destroyed(
    db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
) -> None:
    assert await retention.destroy_due(db_session, site_keys, date(2099, 1, 1)) == 0
    assert tip.closed_on is None


async def test_an_open_tip_warns_its_desks_each_year(db_session: AsyncSession, tip: Tip) -> None:
    received = local_day(tip.received_at)
    said = [len(await retention.warnings_due(db_session, received + days * DAY)) for days in (364, 365, 366)]
    assert said == [0, 1, 0]
    said = [len(await retention.warnings_due(db_session, received + days * DAY)) for days in (729, 730, 731)]
    assert said == [0, 1, 0]


async def test_each_desk_that_has_reached_the_tip_is_told_and_no_other(
    db_session: AsyncSession, tip: Tip
) -> None:
    """The union's province desk; its national one would see the tip only if it were escalated."""
    assert await warn_due(db_session, local_day(tip.received_at) + 365 * DAY) == 1


class TestAHold:
    @pytest.fixture
    async def until(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip
    ) -> date:
        """A closed tip is held back by the union, through this day."""
        until = holds.today() + 200 * DAY
        place = {"tip_id": closed.id, "desk_id": country.union.id}
        member = country.union_member
        await holds.hold(db_session, site_keys, member, until=until, reason="tòa đang xử", **place)
        return until

    async def test_keeps_the_tip_through_its_day(
        self, db_session: AsyncSession, site_keys: SiteKeys, until: date
    ) -> None:
        assert await retention.destroy_due(db_session, site_keys, until) == 0
        assert await retention.destroy_due(db_session, site_keys, until + DAY) == 1

    async def test_is_logged_with_its_day_and_its_reason_is_sealed_among_the_notes(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip, until: date
    ) -> None:
        place = {"tip_id": closed.id, "desk_id": country.union.id}
        read = await case_file.read(db_session, site_keys, country.union_member, **place)
        assert ("hold", "tòa đang xử") in [(note.about, note.text) for note in read.notes]
        entries = await audit.entries_about(db_session, audit.tip_subject(site_keys, closed.id))
        held = next(entry for entry in entries if entry.action == "tip.held")
        assert held.actor_id == country.union_member.member_id
        assert held.detail == {"desk": str(country.union.id), "until": str(until)}

    async def test_warns_again_before_the_new_day(
        self, db_session: AsyncSession, closed: Tip, until: date
    ) -> None:
        assert closed.closed_on is not None
        assert await retention.warnings_due(db_session, closed.closed_on + 61 * DAY) == []
        assert await retention.warnings_due(db_session, until - 29 * DAY) == [
            Warned(closed.id, "destruction_near")
        ]

    async def test_can_be_renewed(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        closed: Tip,
        until: date,
    ) -> None:
        later = until + 100 * DAY
        place = {"tip_id": closed.id, "desk_id": country.union.id}
        await holds.hold(
            db_session, site_keys, country.union_member, until=later, reason="kháng cáo", **place
        )
        assert await retention.destroy_due(db_session, site_keys, later) == 0

    async def test_that_is_lifted_leaves_the_tip_to_its_day_and_a_trace_in_the_log(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip, until: date
    ) -> None:
        assert closed.closed_on is not None
        place = {"tip_id": closed.id, "desk_id": country.union.id}
        await holds.lift(db_session, site_keys, country.union_member, reason="xử xong", **place)
        entries = await audit.entries_about(db_session, audit.tip_subject(site_keys, closed.id))
        assert entries[0].action == "tip.hold_lifted"
        assert await retention.destroy_due(db_session, site_keys, closed.closed_on + 91 * DAY) == 1

    @pytest.mark.parametrize("days", [0, -1, 366])
    async def test_ends_between_tomorrow_and_a_year_from_now(
        self, db_session: AsyncSession, site_keys: SiteKeys, country: Country, closed: Tip, days: int
    ) -> None:
        place = {"tip_id": closed.id, "desk_id": country.union.id}
        with pytest.raises(UnknownValue):
            await holds.hold(
                db_session,
                site_keys,
                country.union_member,
                until=holds.today() + days * DAY,
                reason="x",
                **place,
            )

    async def test_is_not_seen_with_its_owner_by_another_desk(
        self, db_session: AsyncSession, country: Country, closed: Tip, until: date
    ) -> None:
        kinds = {country.union.id: "union"}
        (held,) = (await holds.keeping(db_session, closed, country.police.id, kinds)).holds
        assert (held.until, held.kind, held.own, held.member_id) == (until, "union", False, None)

    async def test_that_is_over_is_forgotten(
        self, db_session: AsyncSession, closed: Tip, until: date
    ) -> None:
        await retention.forget_old(db_session, until)
        assert await retention.held_until(db_session, closed.id) == until
        await retention.forget_old(db_session, until + DAY)
        assert await retention.held_until(db_session, closed.id) is None


class TestTheDayOfDestruction:
    CLOSED = date(2026, 11, 1)

    def test_is_never_for_an_open_tip(self) -> None:
        assert destruction_day(None, date(2030, 1, 1)) is None

    def test_is_not_brought_forward_by_a_short_hold(self) -> None:
        assert destruction_day(self.CLOSED, self.CLOSED + DAY) == self.CLOSED + 91 * DAY

    def test_is_near_for_thirty_days(self) -> None:
        day = destruction_day(self.CLOSED, None)
        assert day is not None
        assert [is_near(day, day - days * DAY) for days in (31, 30, 0)] == [False, True, True]


class TestTheListOfDestroyedTips:
    async def test_destroys_again_what_an_older_copy_brought_back(
        self, db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
    ) -> None:
        today = holds.today()
        version, _ = site_keys.current("audit")
        gone = Gone(destructions.mark_of(site_keys, tip.id, version), version, today)
        assert await retention.destroy_again(db_session, site_keys, [gone], today) == 1
        assert not await is_there(db_session)
        assert await destructions.entries(db_session) == [gone]

    async def test_leaves_every_other_tip_alone(
        self, db_session: AsyncSession, site_keys: SiteKeys, tip: Tip
    ) -> None:
        today = holds.today()
        assert await retention.destroy_again(db_session, site_keys, [Gone(b"m" * 32, 1, today)], today) == 0
        assert await is_there(db_session)

    async def test_forgets_what_no_backup_can_hold_any_more(self, db_session: AsyncSession) -> None:
        day = date(2026, 11, 1)
        await destructions.add(db_session, [Gone(b"m" * 32, 1, day)])
        await retention.forget_old(db_session, day + 30 * DAY)
        assert len(await destructions.entries(db_session)) == 1
        await retention.forget_old(db_session, day + 45 * DAY)
        assert await destructions.entries(db_session) == []

    def test_is_read_from_its_file_as_it_was_written(self, tmp_path: Path, site_keys: SiteKeys) -> None:
        path = tmp_path / "backups" / "destructions.json"
        gone = [Gone(bytes([number]) * 32, 1, date(2026, 11, number)) for number in (1, 2)]
        destructions.write_file(path, gone, site_keys)
        assert destructions.read_file(path, site_keys) == gone
        assert path.stat().st_mode & 0o777 == 0o600

    def test_is_refused_when_its_file_was_changed(self, tmp_path: Path, site_keys: SiteKeys) -> None:
        path = tmp_path / "destructions.json"
        destructions.write_file(path, [], site_keys)
        text = path.read_text(encoding="utf-8")
        place = text.index("sealed") + 30
        other = "A" if text[place] != "A" else "B"
        path.write_text(text[:place] + other + text[place + 1 :], encoding="utf-8")
        with pytest.raises(DamagedList):
            destructions.read_file(path, site_keys)
