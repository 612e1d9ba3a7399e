"""Due times: minutes and hours for the urgent, working days of Viet Nam for one case, days for the rest."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.tips.triage import due_at
from backend.tips.triage.deadlines import VIET_NAM, public_holidays


def local(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=VIET_NAM)


class TestDueAt:
    @pytest.mark.parametrize(
        ("priority", "span"),
        [("P1", timedelta(minutes=30)), ("P2", timedelta(hours=4)), ("P4", timedelta(days=7))],
    )
    def test_urgent_and_general_tips_are_due_by_the_clock(self, priority: str, span: timedelta) -> None:
        received = datetime(2026, 12, 5, 23, 50, tzinfo=UTC)
        assert due_at(priority, received) == received + span

    @pytest.mark.parametrize(
        ("received", "due"),
        [
            (local(2026, 12, 7, 9, 0), local(2026, 12, 10, 9, 0)),
            (local(2026, 12, 3, 9, 0), local(2026, 12, 8, 9, 0)),
            (local(2026, 12, 5, 9, 0), local(2026, 12, 9, 9, 0)),
            (local(2026, 12, 30, 9, 0), local(2027, 1, 5, 9, 0)),
            (local(2027, 4, 28, 9, 0), local(2027, 5, 4, 9, 0)),
        ],
        ids=["Monday", "Thursday", "Saturday", "over New Year", "over 30 April, 1 May and a weekend"],
    )
    def test_one_case_has_three_working_days(self, received: datetime, due: datetime) -> None:
        assert due_at("P3", received) == due

    def test_the_day_is_that_of_viet_nam(self) -> None:
        friday_evening_in_utc = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)
        assert due_at("P3", friday_evening_in_utc) == local(2026, 12, 9, 1, 0)

    def test_holidays_are_data_and_can_be_given(self) -> None:
        assert date(2030, 9, 2) in public_holidays()
        assert date(2030, 9, 3) not in public_holidays()
        assert due_at("P3", local(2026, 12, 7, 9, 0), {date(2026, 12, 8)}) == local(2026, 12, 11, 9, 0)

    @settings(deadline=None)
    @given(st.datetimes(datetime(2026, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
    def test_the_more_urgent_is_never_due_later(self, received: datetime) -> None:
        dues = [due_at(priority, received) for priority in ("P1", "P2", "P3")]
        assert received < dues[0] < dues[1] < dues[2]
