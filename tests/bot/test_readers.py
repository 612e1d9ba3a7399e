"""A tip is offered only to a desk that somebody could open it at now."""

import asyncio

from sqlalchemy import text

from backend.kit.database import create_engine
from tests.bot.channel_contract import STORY
from tests.bot.house import House
from tests.bot.web_driver import WebWorker


def retire(house: House, kind: str) -> None:
    """Nobody holds the key of a desk of this kind any more."""

    async def work() -> None:
        engine = create_engine(house.backend_settings.database_url or "")
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "update desk_members set sealed_desk_key = null"
                    " where desk_id in (select id from desks where kind = :kind)"
                ),
                {"kind": kind},
            )
        await engine.dispose()

    asyncio.run(work())


def test_a_desk_that_stops_receiving_while_a_tip_is_written_is_not_offered(house: House) -> None:
    worker = WebWorker(house.url)
    seen = worker.say("báo tin")
    for answer in ("1", "1", "1", STORY, "xong", "đồng nai", "bỏ qua", "bỏ qua"):
        seen = worker.say(answer)
    retire(house, "police")
    worker.say("bỏ qua")
    worker.say("không có")
    seen = worker.say("3")
    assert "chỉ có công đoàn nhận được" in seen.text
    assert [button.label for button in seen.buttons][:1] == ["Công đoàn"]
    assert not [button for button in seen.buttons if "ông an" in button.label]
    assert "đọc lại" in worker.say("1").text
