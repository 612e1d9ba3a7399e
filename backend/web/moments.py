"""Moments as staff read them: in Viet Nam's time, and how long is left. Pure."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from backend.web.i18n import ngettext

VIET_NAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_HOURS_UP_TO: Final = timedelta(hours=48)


def minute(moment: datetime) -> str:
    """``14:05, 21/11/2026``."""
    return moment.astimezone(VIET_NAM).strftime("%H:%M, %d/%m/%Y")


def short(moment: datetime) -> str:
    """``14:05, 21/11``: for lists, where the year goes without saying."""
    return moment.astimezone(VIET_NAM).strftime("%H:%M, %d/%m")


def day(moment: datetime | date) -> str:
    """``21/11/2026``."""
    when = moment.astimezone(VIET_NAM) if isinstance(moment, datetime) else moment
    return when.strftime("%d/%m/%Y")


def until(due: datetime, now: datetime) -> str:
    """How long is left, or how long it is late: "còn 12 phút", "quá hạn 2 giờ"."""
    left = due - now
    minutes, hours, days = _in_units(abs(left))
    if left >= timedelta(0):
        if days:
            return ngettext("còn %(num)d ngày", "còn %(num)d ngày", days) % {"num": days}
        if hours:
            return ngettext("còn %(num)d giờ", "còn %(num)d giờ", hours) % {"num": hours}
        return ngettext("còn %(num)d phút", "còn %(num)d phút", minutes) % {"num": minutes}
    if days:
        return ngettext("quá hạn %(num)d ngày", "quá hạn %(num)d ngày", days) % {"num": days}
    if hours:
        return ngettext("quá hạn %(num)d giờ", "quá hạn %(num)d giờ", hours) % {"num": hours}
    return ngettext("quá hạn %(num)d phút", "quá hạn %(num)d phút", minutes) % {"num": minutes}


def _in_units(span: timedelta) -> tuple[int, int, int]:
    """(minutes, hours, days): hours are zero below two hours, days below two days."""
    minutes = max(1, int(span.total_seconds()) // 60)
    if span >= _HOURS_UP_TO:
        return minutes, minutes // 60, minutes // (24 * 60)
    if span >= timedelta(hours=2):
        return minutes, minutes // 60, 0
    return minutes, 0, 0


def span(wait: timedelta) -> str:
    """A waiting time: "40 giây", "3 phút"."""
    seconds = max(1, int(wait.total_seconds() + 0.999))
    if seconds < 60:
        return ngettext("%(num)d giây", "%(num)d giây", seconds) % {"num": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(num)d phút", "%(num)d phút", minutes) % {"num": minutes}
