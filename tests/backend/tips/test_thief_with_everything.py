"""A thief with the database, everything under ``var/`` and a backup with its key, but without a password.

What then opens is what docs/THREAT_MODEL.md lists under "What each site key is for", and nothing else.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.database import create_engine, create_sessionmaker
from backend.kit.settings import Settings
from backend.ops.backup import keys as backup_keys
from backend.ops.backup import sealed
from backend.ops.backup.make import make
from backend.ops.backup.tools import load
from backend.ops.belonging import adopt
from backend.ops.postgres import DatabaseUrls
from backend.tips import receipts
from bot.drafts import Drafts
from bot.keys import DayKeys, Keyring, SiteKeys
from tests.backend.people import PASSWORD
from tests.backend.tips import locks, thief
from tests.backend.tips.drafts_at_hand import DraftsAtHand
from tests.backend.tips.worked_country import WORKERS, Site, World, made, stretched_once
from tests.databases import empty, remove

SEALED_IN_TIPS = {
    "tip_parts.sealed",
    "tip_messages.sealed",
    "tip_notes.sealed",
    "tip_files.sealed",
    "tip_files.sealed_about",
}
BY_SITE_KEYS = {"backend": {"member_keys.totp_sealed"}, "bot": {"notices.sealed"}, "": set[str]()}
BY_SITE_KEYS[""] = BY_SITE_KEYS["backend"] | BY_SITE_KEYS["bot"]
"""What the keys of a room open, and (``""``) those of all rooms with all else under ``var/``."""


@dataclass
class House:
    """A deployment, as it stands before it is robbed."""

    config: Settings
    urls: DatabaseUrls
    world: World


@pytest.fixture(scope="module")
def house(module_database: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    var = tmp_path_factory.mktemp("house") / "var"
    site, url = Site.make(var / "secrets"), module_database.owner

    async def built() -> World:
        async with _session(url) as session:
            world = await made(session, site)
            await session.commit()
        return world

    with stretched_once():
        world = asyncio.run(built())
        adopt(url, site.backend)
        yield House(Settings(var=var, DATABASE_URL=url), module_database, world)


@pytest.fixture
def elsewhere(template_database: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """The thief's own database."""
    urls = empty(template_database)
    yield urls
    remove(template_database, urls)


@asynccontextmanager
async def _session(url: str) -> AsyncIterator[AsyncSession]:
    engine = create_engine(url)
    async with create_sessionmaker(engine)() as session:
        yield session
    await engine.dispose()


async def robbed(house: House) -> thief.Loot:
    async with _session(house.urls.owner) as session:
        return await thief.steal(session, house.config.secrets)


def opened_without_a_person(loot: thief.Loot, room: str = "") -> set[str]:
    """The columns in which the thief opens anything with a room's secrets and all that the database holds."""
    site_keys = set(loot.site_keys(room))
    keys = thief.with_derived(site_keys | loot.short_values())
    of_members = [lock for lock in locks.locks(loot) if lock.column.split(".")[0] in _WRAPPED]
    found = [
        *locks.opened(locks.locks(loot), keys),
        *locks.opened(of_members, locks.wrapping_keys(site_keys, loot.short_values())),
    ]
    boxes = locks.unboxed(locks.boxes(loot), thief.pairs_of(site_keys | loot.short_values()))
    return locks.columns(found) | locks.columns(boxes)


_WRAPPED = ("member_keys", "staff_sessions")


@pytest.mark.parametrize("room", BY_SITE_KEYS)
async def test_site_keys_open_what_the_threat_model_lists_and_nothing_else(house: House, room: str) -> None:
    loot = await robbed(house)
    assert {lock.column for lock in locks.locks(loot)} >= SEALED_IN_TIPS
    assert opened_without_a_person(loot, room) == BY_SITE_KEYS[room]


async def test_the_bots_keys_open_a_draft_for_who_knows_the_platform_id_and_for_nobody_else(
    house: House,
) -> None:
    stolen = house.config.secrets / "bot"
    keyring = Keyring(SiteKeys.read(stolen / "site_keys.json"), DayKeys(stolen / "day_keys.json"))
    async with _session(house.urls.owner) as session:
        drafts = Drafts[bytes](DraftsAtHand(session), keyring, lambda value: value, lambda raw: raw)
        for worker in WORKERS:
            kept = await drafts.get(worker)
            assert kept is not None and kept.value == house.world.draft_texts[worker]
            guessed = type(worker)(worker.channel, worker.user + "0")
            assert await drafts.get(guessed) is None


async def test_a_backup_and_its_key_open_to_the_same_rows_and_to_no_tip(
    house: House, elsewhere: DatabaseUrls
) -> None:
    before = await robbed(house)
    backup = await make(house.config, None, datetime.now(UTC))
    with backup.path.open("rb") as file:
        about, _ = sealed.read_about(file)
        file.seek(0)
        key = backup_keys.key_of(about, house.config.secrets, lambda: "")
        load(sealed.read(file, key), elsewhere.owner, house.config.var / "postgres")
    async with _session(elsewhere.owner) as session:
        loot = await thief.steal(session, house.config.secrets)
    same_rows = [name for name in before.tables if name.startswith("tip")]
    assert [loot.tables[name] for name in same_rows] == [before.tables[name] for name in same_rows]
    assert not any(loot.tables[name] for name in ("drafts", "draft_files", "notices", "staff_sessions"))
    assert opened_without_a_person(loot) == {"member_keys.totp_sealed"}


async def test_with_one_password_a_desks_tips_open_with_all_in_them_and_only_its_own_notes(
    house: House,
) -> None:
    loot, world = await robbed(house), house.world
    desk, member = world.seats[0]
    pairs = thief.desk_pairs_with_password(loot, world.keys, member.login, PASSWORD)
    boxes = locks.unboxed(locks.boxes(loot), pairs)
    assert {box.row for box, _ in boxes} == {desk.id}
    assert locks.columns(boxes) == {"tip_seals.sealed_key", "tip_note_keys.sealed_key"}
    opened = locks.opened(locks.locks(loot), [key for _, key in boxes])
    assert locks.columns(opened) == SEALED_IN_TIPS
    of_tips = {lock.row for lock in locks.locks(loot) if lock.column in SEALED_IN_TIPS}
    notes_of_others = {row["id"] for row in loot.tables["tip_notes"] if row["desk_id"] != desk.id}
    assert notes_of_others
    assert {lock.row for lock, _ in opened} == of_tips - notes_of_others


async def test_the_printed_escrow_key_opens_every_desk_that_was_made_since(house: House) -> None:
    loot = await robbed(house)
    printed = thief.pairs_of([house.world.escrow_key])
    kept = locks.unboxed(locks.boxes(loot), printed)
    assert locks.columns(kept) == {"desk_escrows.sealed_desk_key"}
    desks = {row["id"]: bytes(row["public_key"]) for row in loot.tables["desks"]}
    pairs = [(desks[box.row], private) for box, private in kept if isinstance(box.row, uuid.UUID)]
    tips = {box.tip_id for box, _ in locks.unboxed(locks.boxes(loot), pairs) if box.tip_id}
    assert tips == {told.tip_id for told in house.world.tips}


async def test_a_receipt_in_the_thiefs_hands_opens_its_own_tip_so_these_tests_can_fail(house: House) -> None:
    loot = await robbed(house)
    told = house.world.tips[0]
    receipt = await _derived(house, told.receipt)
    boxes = locks.unboxed(locks.boxes(loot), [receipt])
    assert {box.tip_id for box, _ in boxes} == {told.tip_id}
    opened = locks.opened(locks.locks(loot), [key for _, key in boxes])
    assert {lock.tip_id for lock, _ in opened} == {told.tip_id}
    assert locks.columns(opened) == SEALED_IN_TIPS - {"tip_notes.sealed"}


async def _derived(house: House, receipt: str) -> tuple[bytes, bytes]:
    version, pepper = house.world.keys.current("receipt_pepper")
    pair = await receipts.derive(receipt, version, pepper)
    return pair.public_key, pair.private_key
