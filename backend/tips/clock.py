"""Times as a tip keeps them: no seconds, and days as a worker in Viet Nam counts them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def this_minute() -> datetime:
    """Now (UTC), with the seconds cut off: all that is kept of when a reporter wrote."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def kept_time(*, closed: bool) -> datetime:
    """Now, as exactly as a tip may keep it: to the minute while it is open, to the day once closed."""
    now = this_minute()
    return start_of_day(now) if closed else now


def local_day(moment: datetime) -> date:
    """The day in Viet Nam."""
    return moment.astimezone(VIET_NAM).date()


def start_of_day(moment: datetime) -> datetime:
    """Midnight in Viet Nam of that day: what is left of a time when a tip closes."""
    return moment.astimezone(VIET_NAM).replace(hour=0, minute=0, second=0, microsecond=0)
