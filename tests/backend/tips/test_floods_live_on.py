"""A flood whose first tip was withdrawn lives on by its next one."""

from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox_acts
from backend.tips import service as tips
from backend.tips.linking import repository, service
from backend.tips.linking.models import TipIndexEntry, TipWording
from tests.backend.tips import thief
from tests.backend.tips.conftest import Country, a_tip
from tests.backend.tips.index_keys import layered, with_index_keys
from tests.backend.tips.test_floods import FREE, STORY, Line, few_are_free, line

__all__ = ("few_are_free", "line")


async def groups(session: AsyncSession) -> list[int]:
    """How many tips each wording has, the largest first."""
    values = await session.scalars(select(TipIndexEntry.value).where(TipIndexEntry.kind == "wording"))
    return sorted(Counter(values).values(), reverse=True)


async def test_later_copies_join_the_flood_that_waits(line: Line) -> None:
    first, *_ = await line.send(FREE + 3)
    await mailbox_acts.withdraw(line.session, line.keys, first)
    await line.send(2)
    assert [flood.count for flood in await line.waiting()] == [5]
    assert await groups(line.session) == [FREE + 4]


async def test_so_they_do_after_each_of_several_withdrawals(line: Line) -> None:
    receipts = await line.send(FREE + 3)
    for receipt in receipts[:FREE]:
        await mailbox_acts.withdraw(line.session, line.keys, receipt)
    assert await line.shown() == 0
    await line.send(1)
    assert [flood.count for flood in await line.waiting()] == [4]


async def test_one_that_goes_tip_by_tip_is_renamed_once(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = []
    rename = repository.rename_group

    async def counted(session: AsyncSession, before: bytes, after: bytes) -> None:
        renamed.append(after)
        await rename(session, before, after)

    monkeypatch.setattr(repository, "rename_group", counted)
    receipts = []
    for _ in range(FREE + 5):
        await line.session.execute(text("UPDATE tips SET received_at = received_at - interval '1 minute'"))
        receipts += await line.send(1)
    for receipt in receipts[:-1]:
        await mailbox_acts.withdraw(line.session, line.keys, receipt)
    assert len(renamed) == 1


async def test_the_last_one_takes_the_wording_with_it(line: Line, backend_settings: Settings) -> None:
    for receipt in await line.send(FREE):
        await mailbox_acts.withdraw(line.session, line.keys, receipt)
    loot = await thief.steal(line.session, backend_settings.secrets)
    assert loot.tables["tip_index"] == loot.tables["tip_wordings"] == []


async def test_nothing_of_the_withdrawn_one_stays_in_the_index(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys
) -> None:
    first, _ = await line.send(2)
    await mailbox_acts.withdraw(db_session, site_keys, first)
    (left,) = await db_session.scalars(select(TipWording))
    (alone,) = await db_session.scalars(
        select(TipIndexEntry.value).where(
            TipIndexEntry.kind == "wording", TipIndexEntry.tip_id == left.tip_id
        )
    )
    # As if the second had come alone: the very same values as a tip of that id has by itself.
    bands, signature = left.bands, left.signature
    await db_session.execute(text("DELETE FROM tip_wordings"))
    await db_session.execute(text("DELETE FROM tip_index"))
    db_session.expunge_all()
    again = service.traces_of(site_keys, a_tip(story=[f"{STORY}, phòng 1."]))
    assert await service.enter(db_session, site_keys, left.tip_id, again) == [alone]
    (fresh,) = await db_session.scalars(select(TipWording))
    assert (fresh.bands, fresh.signature) == (bands, signature)


async def test_it_lives_on_across_a_change_of_the_index_key(
    line: Line, db_session: AsyncSession, site_keys: SiteKeys, backend_settings: Settings, country: Country
) -> None:
    first, *_ = await line.send(3)
    newer = with_index_keys(backend_settings.secrets, 2)
    # The withdrawal finds entries of the older key, since nobody has moved the index yet.
    await mailbox_acts.withdraw(db_session, newer, first)
    await layered(db_session, newer)
    db_session.expire_all()
    await tips.submit(db_session, newer, a_tip(story=[STORY]))
    assert await groups(db_session) == [3]


async def test_later_copies_join_it_after_the_index_was_moved_to_a_new_key(
    line: Line, backend_settings: Settings
) -> None:
    await line.send(FREE + 3)
    told = await line.jobs()
    line.keys = with_index_keys(backend_settings.secrets, 2)
    await layered(line.session, line.keys)
    line.session.expire_all()
    await line.send(2)
    assert [flood.count for flood in await line.waiting()] == [5]
    assert await line.jobs() == told
