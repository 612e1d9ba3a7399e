"""By when a tip should be opened: P1 30 minutes, P2 4 hours, P3 3 working days, P4 7 days (DESIGN, "Triage")."""

from collections.abc import Container
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_SPANS = {"P1": timedelta(minutes=30), "P2": timedelta(hours=4), "P4": timedelta(days=7)}
_WORKING_DAYS_P3 = 3
_SATURDAY = 5


def due_at(priority: str, received_at: datetime, holidays: Container[date] = ()) -> datetime:
    """When a tip of this priority is due.

    Args:
        priority: ``P1`` to ``P4``.
        received_at: an aware time.
        holidays: days in Viet Nam that are no working days, beside Saturdays and Sundays.
    """
    if priority in _SPANS:
        return received_at + _SPANS[priority]
    due = received_at.astimezone(VIET_NAM)
    left = _WORKING_DAYS_P3
    while left:
        due += timedelta(days=1)
        if due.weekday() < _SATURDAY and due.date() not in holidays:
            left -= 1
    return due
