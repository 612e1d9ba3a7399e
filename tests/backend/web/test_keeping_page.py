"""Holding a tip back on its page, and how page and queue tell when it goes."""

import re
from datetime import timedelta

from sqlalchemy import text

from backend.desks import holds
from backend.ops.postgres import DatabaseUrls
from backend.web import moments
from tests.backend.tips.test_jobs import work_off
from tests.backend.web.test_liaison_pages import Office, office

__all__ = ["office"]

REASON = "Viện kiểm sát đang xem hồ sơ"


async def closed(office: Office, days_ago: int) -> str:
    """A tip that the union desk closed some days ago; the path of its page."""
    await office.receive()
    path = await office.open_first()
    await office.union.post(f"{path}/status", status="closed", reason="xong")
    day = holds.today() - timedelta(days=days_ago)
    async with office.app.state.sessionmaker.begin() as session:
        await session.execute(text("UPDATE tips SET closed_on = :day"), {"day": day})
        await session.execute(text("UPDATE tip_desks SET closed_on = :day"), {"day": day})
    return path


async def test_an_open_tip_is_said_to_be_kept(office: Office) -> None:
    await office.receive()
    await office.open_first()
    assert "Tin đang mở thì được giữ." in office.union.text


async def test_a_closed_tip_says_on_which_day_it_goes(office: Office) -> None:
    path = await closed(office, days_ago=70)
    day = moments.day(holds.today() + timedelta(days=21))
    await office.union.get(path)
    assert f"Tin sẽ bị hủy ngày {day}." in office.union.text
    await office.union.get("/queue?show=closed")
    assert f"hủy ngày {day}" in office.union.text


async def test_the_queue_is_silent_while_that_day_is_far(office: Office) -> None:
    await closed(office, days_ago=1)
    await office.union.get("/queue?show=closed")
    assert "hủy ngày" not in office.union.text


async def test_a_tip_that_is_open_for_over_a_year_is_marked(office: Office) -> None:
    await office.receive()
    async with office.app.state.sessionmaker.begin() as session:
        await session.execute(text("UPDATE tips SET received_at = received_at - interval '370 days'"))
    path = await office.open_first()
    assert "Tin đã mở hơn một năm." in office.union.text
    await office.union.get("/queue")
    assert "mở hơn một năm" in office.union.text
    assert path in office.union.page.text


async def test_the_night_before_warns_and_the_warning_goes_when_the_tip_was_looked_at(
    office: Office, database: DatabaseUrls
) -> None:
    path = await closed(office, days_ago=70)
    await work_off(database, office.app.state.site_keys, "tips:retain")
    await office.union.get("/queue")
    assert "Hãy xem lại các tin này." in office.union.text
    assert path in office.union.page.text
    await office.union.get(path)
    await office.union.get("/queue")
    assert "Hãy xem lại các tin này." not in office.union.text


async def test_the_night_of_its_day_destroys_a_tip_and_its_page(
    office: Office, database: DatabaseUrls
) -> None:
    path = await closed(office, days_ago=91)
    await work_off(database, office.app.state.site_keys, "tips:retain")
    assert (await office.union.get(path)).status_code == 404
    assert await office.count("tip_seals") == 0


async def test_a_hold_is_set_renewed_and_lifted_with_reasons(office: Office) -> None:
    path = await closed(office, days_ago=1)
    until = holds.today() + timedelta(days=200)
    await office.union.get(path)
    await office.union.post(f"{path}/hold", until=until.isoformat(), reason=REASON)
    assert "Đã giữ tin lại." in office.union.text
    assert f"Tổ này giữ đến hết ngày {moments.day(until)} (Lan)." in office.union.text
    assert f"Tin sẽ bị hủy ngày {moments.day(until + timedelta(days=1))}." in office.union.text
    assert REASON in office.union.text
    assert "Lan giữ tin lại, chưa hủy" in re.sub(r"<[^>]+>|\s+", " ", office.union.text).replace("  ", " ")
    await office.union.post(f"{path}/hold/lift", reason="xử xong")
    assert "Tổ không giữ tin này nữa." in office.union.text
    assert "Tổ này giữ đến hết ngày" not in office.union.text


async def test_without_a_reason_or_with_a_wrong_day_nothing_is_held(office: Office) -> None:
    path = await closed(office, days_ago=1)
    far = holds.today() + timedelta(days=400)
    tries = [
        ({"until": holds.today().isoformat(), "reason": REASON}, "Chọn một ngày từ ngày mai"),
        ({"until": far.isoformat(), "reason": REASON}, "Chọn một ngày từ ngày mai"),
        ({"until": "hôm nào đó", "reason": REASON}, "Chọn một ngày từ ngày mai"),
        ({"until": (far - timedelta(days=100)).isoformat(), "reason": " "}, "Hãy ghi lý do."),
    ]
    await office.union.get(path)
    for fields, said in tries:
        await office.union.post(f"{path}/hold", **fields)
        assert said in office.union.text
    assert await office.count("tip_holds") == 0


async def test_another_kinds_desk_sees_that_it_is_held_and_not_why_or_by_whom(office: Office) -> None:
    await office.receive(readers=["union", "police"])
    path = await office.open_first()
    until = holds.today() + timedelta(days=30)
    await office.union.post(f"{path}/hold", until=until.isoformat(), reason=REASON)
    await office.police.get("/queue")
    found = re.search(r'href="(/desks/[0-9a-f-]+/tips/[0-9a-f-]+)"', office.police.page.text)
    assert found
    await office.police.get(found.group(1))
    assert f"Tổ khác (Công đoàn) giữ đến hết ngày {moments.day(until)}." in office.police.text
    assert REASON not in office.police.text
    assert "Lan" not in office.police.text


async def test_whoever_is_not_of_the_desk_holds_nothing(office: Office) -> None:
    await office.receive()
    path = await office.open_first()
    await office.police.get("/queue")
    until = (holds.today() + timedelta(days=30)).isoformat()
    answer = await office.police.post(f"{path}/hold", until=until, reason=REASON)
    assert answer.status_code == 404
    assert await office.count("tip_holds") == 0
