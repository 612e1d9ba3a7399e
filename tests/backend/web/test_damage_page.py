"""What does not open any more is named on a tip's page, in its place; the administrator is told how many."""

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from backend.accounts.roles import Role
from tests.backend.staff import at_work
from tests.backend.web.test_liaison_pages import STORY, NewBrowser, Office, office

__all__ = ["office"]

_FLIPPED = "set_byte({0}, 30, get_byte({0}, 30) # 1)"


async def damage(office: Office, table: str, where: str = "true") -> None:
    """Change a bit in each sealed value of a table."""
    async with office.app.state.sessionmaker.begin() as session:
        await session.execute(text(f"UPDATE {table} SET sealed = {_FLIPPED.format('sealed')} WHERE {where}"))


async def test_a_damaged_message_is_named_in_its_place_and_all_else_is_read(office: Office) -> None:
    await office.receive()
    path = await office.open_first()
    for said in ("Bạn ở đâu?", "Bạn giữ an toàn."):
        await office.union.post(f"{path}/answer", text=said)
    await damage(office, "tip_messages", "number = 1")
    await office.union.get(path)
    assert office.union.page.status_code == 200
    assert "Tin nhắn này không mở được nữa" in office.union.text
    assert "Bạn ở đâu?" not in office.union.text
    assert "Bạn giữ an toàn." in office.union.text and STORY in office.union.text


async def test_so_is_a_damaged_report_and_its_talk_goes_on(office: Office) -> None:
    await office.receive()
    path = await office.open_first()
    await office.union.post(f"{path}/answer", text="Bạn giữ an toàn.")
    await damage(office, "tip_parts")
    await office.union.get(path)
    assert "Phần kể này không mở được nữa" in office.union.text
    assert "Bạn giữ an toàn." in office.union.text and STORY not in office.union.text
    assert 'value="forwarded"' not in office.union.page.text
    await office.union.post(f"{path}/answer", text="Bạn kể lại giúp nhé.")
    assert "Bạn kể lại giúp nhé." in office.union.text


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_administrator_is_told_of_how_many_tips_and_nothing_of_them(
    app: FastAPI, office: Office, new_browser: NewBrowser, language: str
) -> None:
    told = {"vi": "1 tin có phần không mở được", "en": "1 tip had a part that does not open"}[language]
    admin = new_browser()
    await at_work(app, admin, "quan.tri", Role.ADMINISTRATOR)
    admin.client.cookies.set("antam_language", language)
    await office.receive()
    path = await office.open_first()
    await admin.get("/admin/desks")
    assert told not in admin.text
    await damage(office, "tip_parts")
    for _ in range(2):
        await office.union.get(path)
    await admin.get("/admin/desks")
    assert told in admin.text
    assert path.rsplit("/", 1)[1] not in admin.page.text
