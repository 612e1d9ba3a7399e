"""By when a tip should be opened: P1 30 minutes, P2 4 hours, P3 3 working days, P4 7 days."""

from collections.abc import Container
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from backend.text.datafiles import DataFileError, data_folder, read_mapping

VIET_NAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_SPANS: Final = {"P1": timedelta(minutes=30), "P2": timedelta(hours=4), "P4": timedelta(days=7)}
_WORKING_DAYS_P3: Final = 3
_SATURDAY: Final = 5


class Holidays(Container[date]):
    """Public holidays: the same day every year, and single dates."""

    def __init__(self, fixed: frozenset[tuple[int, int]], dates: frozenset[date]) -> None:
        """``fixed``: (month, day) of every year."""
        self._fixed = fixed
        self._dates = dates

    def __contains__(self, day: object) -> bool:
        """True when ``day`` is a holiday."""
        return isinstance(day, date) and ((day.month, day.day) in self._fixed or day in self._dates)


@cache
def public_holidays() -> Holidays:
    """The holidays of ``data/holidays.yml``. Raises ``DataFileError``."""
    content = read_mapping(data_folder() / "holidays.yml")
    try:
        fixed = frozenset((int(day[:2]), int(day[3:])) for day in content["fixed"])
        dates = frozenset(date.fromisoformat(str(day)) for day in content["dates"])
    except (KeyError, ValueError, TypeError) as error:
        raise DataFileError('holidays.yml needs fixed days ("09-02") and dates (2027-02-06)') from error
    return Holidays(fixed, dates)


def due_at(priority: str, received_at: datetime, holidays: Container[date] | None = None) -> datetime:
    """When a tip of this priority is due.

    Args:
        priority: ``P1`` to ``P4``.
        received_at: an aware time.
        holidays: days in Viet Nam that are no working days, beside Saturdays and Sundays; by default those
            of ``data/holidays.yml``.

    Returns:
        An aware time in the zone of Viet Nam for P3, in that of ``received_at`` otherwise. A tip that comes
        on a free day has its three working days counted from the next working day.
    """
    if priority in _SPANS:
        return received_at + _SPANS[priority]
    free = public_holidays() if holidays is None else holidays
    due = received_at.astimezone(VIET_NAM)
    left = _WORKING_DAYS_P3
    while left:
        due += timedelta(days=1)
        if due.weekday() < _SATURDAY and due.date() not in free:
            left -= 1
    return due
