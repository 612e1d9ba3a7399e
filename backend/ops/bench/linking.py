"""How long the linking of one submission takes: read for what it names, compared with the others, entered.

Called in this process with the house's keys and database. Each is rolled back, so that none meets another.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import KEY_BYTES, random_key
from backend.kit.database import create_engine, create_sessionmaker, database_url
from backend.kit.site_keys import SiteKeys
from backend.ops.bench.checks import loan_texts, message_texts
from backend.ops.bench.house import BenchHouse
from backend.ops.measuring import Measurement, timed
from backend.tips.clock import this_minute
from backend.tips.linking import service as linking
from backend.tips.models import Tip

_MESSAGES: Final = 3
"""Of a story."""


@dataclass(frozen=True)
class Told:
    """What one reporter tells. No two tell alike."""

    story: list[str]
    who: str | None
    place: str | None = None
    when: str | None = field(default="hôm qua")


def submissions() -> Iterator[Told]:
    """One after the other, each with a telephone, an account and a plate of its own; always the same."""
    loans, messages = loan_texts(), message_texts()
    for number in range(len(loans)):
        story = [
            loans[number],
            *(messages[(number + more) % len(messages)] for more in range(_MESSAGES - 1)),
        ]
        who = f"ông Tư số 0900{number:06}, tài khoản Vietcombank 10{number:08}, xe 61A-{number:05}"
        yield Told(story, who, f"cổng số {number}")


async def measured(house: BenchHouse, what: str, number: int) -> Measurement:
    """Link ``number`` submissions, one at a time. CPU: of this process and of PostgreSQL."""
    keys = SiteKeys.read(house.config.secrets / "backend" / "site_keys.json")
    engine = create_engine(database_url(house.config, role="app"), pool_size=1)
    maker = create_sessionmaker(engine)
    told = submissions()

    async def link() -> bool:
        async with maker() as session:
            return await _linked(session, keys, next(told))

    try:
        return await timed(what, lambda: link, number, 1, cpu=lambda: _cpu(house))
    finally:
        await engine.dispose()


async def _linked(session: AsyncSession, keys: SiteKeys, told: Told) -> bool:
    """Enter one into the index, with the row that it needs, and take it back."""
    tip = Tip(
        receipt_lookup=secrets.token_bytes(KEY_BYTES),
        receipt_pepper=keys.current("receipt_pepper")[0],
        reporter_public_key=random_key(),
        category="illegal_lending",
        priority="P3",
        reasons=[],
        readers=["union"],
        language="vi",
        received_at=this_minute(),
    )
    session.add(tip)
    await session.flush()
    entered = await linking.enter(session, keys, tip.id, linking.traces_of(keys, told))
    await session.rollback()
    return bool(entered)


def _cpu(house: BenchHouse) -> Mapping[str, float]:
    return {"bench": time.process_time(), "postgres": house.cpu()["postgres"]}
