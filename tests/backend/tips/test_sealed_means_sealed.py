"""The promise of the tip line: the database and every site key together open no tip.

With one member's password, that desk's tips open, and no others.
"""

import secrets
import uuid
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import casework
from backend.desks.case import take_up
from backend.kit.crypto import Unsealable
from backend.kit.secrets_store import make_missing
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox
from backend.tips import service as tips
from backend.tips.models import Tip, TipSeal
from tests.backend.people import PASSWORD
from tests.backend.tips import locks, thief
from tests.backend.tips.conftest import Country, a_tip

WORDS = (
    "mùi nhựa khét",
    "Ông Sáu Lé",
    "0900000077",
    "quán Bờ Kè",
    "ghi chú riêng",
    "trả lời kín",
    "viết thêm kín",
)


@pytest.fixture
async def tip_ids(db_session: AsyncSession, site_keys: SiteKeys, country: Country) -> dict[str, uuid.UUID]:
    """A worked-on tip for the union, one for the police, one for both."""
    found = {}
    for name, readers in (("union", ["union"]), ("police", ["police"]), ("both", ["union", "police"])):
        tip = a_tip(
            readers=readers,
            story=["Họ cho vay ở chỗ có mùi nhựa khét."],
            who="Ông Sáu Lé 0900000077",
            place="quán Bờ Kè",
        )
        before = set(await db_session.scalars(select(Tip.id)))
        await tips.submit(db_session, site_keys, tip)
        found[name] = (set(await db_session.scalars(select(Tip.id))) - before).pop()
        desk, person = (
            (country.police, country.police_member)
            if name == "police"
            else (country.union, country.union_member)
        )
        place = {"tip_id": found[name], "desk_id": desk.id}
        await casework.answer(db_session, site_keys, person, text="trả lời kín", **place)
        await casework.note(db_session, site_keys, person, text="ghi chú riêng", **place)
        await mailbox.write(db_session, site_keys, tip.receipt, secrets.token_bytes(16), "viết thêm kín")
    return found


Steal = Callable[[], Awaitable[thief.Loot]]


@pytest.fixture
def steal(db_session: AsyncSession, backend_settings: Settings) -> Steal:
    return lambda: thief.steal(db_session, backend_settings.secrets)


@pytest.mark.usefixtures("tip_ids")
async def test_nothing_that_anybody_wrote_stands_in_clear(steal: Steal) -> None:
    loot = await steal()
    for cell in loot.every_cell():
        for word in WORDS:
            assert word.encode() not in cell
            assert word.encode().hex().encode() not in cell


@pytest.mark.usefixtures("tip_ids")
async def test_the_database_and_every_site_key_open_no_tip(steal: Steal) -> None:
    loot = await steal()
    keys = thief.keys_without_a_person(loot)
    assert len(keys) > 20
    assert thief.opened_reports(loot, keys) == {}
    assert thief.content_keys_with(loot, thief.pairs_from(keys)) == []


async def test_one_union_members_password_opens_that_desks_tips_and_no_others(
    steal: Steal, site_keys: SiteKeys, country: Country, tip_ids: dict[str, uuid.UUID]
) -> None:
    loot = await steal()
    pairs = thief.desk_pairs_with_password(loot, site_keys, country.union_member.login, PASSWORD)
    opened = thief.opened_reports(loot, thief.content_keys_with(loot, pairs))
    assert set(opened) == {tip_ids["union"], tip_ids["both"]}
    assert all("mùi nhựa khét".encode() in report for report in opened.values())
    keys = [key for _, key in locks.unboxed(locks.boxes(loot), pairs)]
    behind = {lock.row for lock, _ in locks.opened(locks.locks(loot), keys)}
    assert behind == {lock.row for lock in locks.locks(loot) if lock.tip_id in opened}


async def test_a_password_without_the_site_keys_opens_nothing(
    steal: Steal, country: Country, tip_ids: dict[str, uuid.UUID], tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    make_missing(elsewhere)
    other = SiteKeys.read(elsewhere / "backend" / "site_keys.json")
    loot = await steal()
    with pytest.raises(Unsealable):
        thief.desk_pairs_with_password(loot, other, country.union_member.login, PASSWORD)


async def test_a_thief_who_finds_a_content_key_opens_that_tip_so_the_test_can_fail(
    steal: Steal,
    db_session: AsyncSession,
    site_keys: SiteKeys,
    country: Country,
    tip_ids: dict[str, uuid.UUID],
) -> None:
    case = await take_up(
        db_session, site_keys, country.union_member, tip_id=tip_ids["union"], desk_id=country.union.id
    )
    seal = await db_session.scalar(
        select(TipSeal).where(TipSeal.tip_id == tip_ids["union"], TipSeal.desk_id.is_(None))
    )
    assert seal is not None
    seal.sealed_key = case.content.key  # as a careless programmer might store it
    loot = await steal()
    assert set(thief.opened_reports(loot, thief.keys_without_a_person(loot))) == {tip_ids["union"]}
