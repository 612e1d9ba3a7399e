"""Site keys change while the house runs: what was made before stays readable, what is false stays false."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend import tables
from backend.audit import service as audit
from backend.desks import case_file, casework
from backend.desks.case import Damaged
from backend.kit.database import Base, create_engine, create_sessionmaker
from backend.kit.errors import NotFound
from backend.kit.key_file import describe
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.ops.belonging import adopt, foreign
from backend.ops.keys import census
from backend.ops.keys.carrying import Carried, carry
from backend.ops.keys.rotating import NotYet, UnknownKey, renew, retire, rotate
from backend.ops.postgres import DatabaseUrls
from backend.tips import mailbox, opening, repository
from backend.tips import service as tips
from backend.tips.linking.models import TipIndexEntry
from backend.tips.models import NoteKey, Tip
from backend.tips.problems import OtherSubmission
from tests.backend.tips.conftest import Country, a_tip, new_receipt
from tests.backend.tips.test_jobs import work_off

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=32)


class House:
    """A deployment as an operator's commands see it; ``keys`` is what a running process holds."""

    def __init__(self, config: Settings, urls: DatabaseUrls, session: AsyncSession, country: Country) -> None:
        self.config, self.urls, self.session, self._country = config, urls, session, country
        self.keys = SiteKeys.read(config.secrets / "backend" / "site_keys.json")
        self._engine = create_engine(urls.owner)
        self.maker = create_sessionmaker(self._engine)

    async def rotate(self, purpose: str, now: datetime = NOW) -> Carried:
        await self.session.commit()
        await rotate(self.config, self.urls.owner, self.maker, purpose, now)
        return await self.renew(purpose)

    async def renew(self, purpose: str) -> Carried:
        await self.session.commit()
        carried = await renew(self.config, self.maker, purpose)
        await self.read_anew()
        return carried

    async def retire(self, purpose: str, now: datetime = LATER, *, at_once: bool = False) -> list[int]:
        await self.session.commit()
        found = await retire(self.config, self.urls.owner, self.maker, purpose, now, at_once=at_once)
        await self.read_anew()
        return found

    async def read_anew(self) -> None:
        """What a command changed is not what this session remembers."""
        self.session.expire_all()
        for desk in (self._country.union, self._country.national_union):
            await self.session.refresh(desk)

    async def count(self, purpose: str) -> dict[int, int]:
        return await census.count(self.session, purpose)

    async def close(self) -> None:
        await self._engine.dispose()


@pytest.fixture
async def house(
    backend_settings: Settings,
    database: DatabaseUrls,
    db_session: AsyncSession,
    country: Country,
) -> AsyncIterator[House]:
    made = House(backend_settings, database, db_session, country)
    adopt(database.owner, made.keys)
    yield made
    await made.close()


async def send(house: House, **changes: object) -> tuple[uuid.UUID, str]:
    """Send a tip; its id and receipt."""
    before = set(await house.session.scalars(select(Tip.id)))
    tip = a_tip(**changes)
    await tips.submit(house.session, house.keys, tip)
    (made,) = set(await house.session.scalars(select(Tip.id))) - before
    return made, tip.receipt


async def opened(house: House, country: Country, tip_id: uuid.UUID) -> case_file.CaseFile:
    return await case_file.read(
        house.session, house.keys, country.union_member, tip_id=tip_id, desk_id=country.union.id
    )


class TestMac:
    async def test_everything_genuine_gets_a_new_mac_and_opens_as_before(
        self, house: House, country: Country
    ) -> None:
        tip_id, receipt = await send(house)
        place = {"tip_id": tip_id, "desk_id": country.union.id}
        await casework.note(house.session, house.keys, country.union_member, text="ghi chú", **place)
        before = (await house.count("mac"))[1]
        assert await house.rotate("mac") == Carried(done=before)
        assert await house.count("mac") == {2: before}
        assert [note.text for note in (await opened(house, country, tip_id)).notes] == ["ghi chú"]
        assert (await mailbox.read(house.session, house.keys, receipt)).can_write
        assert await house.renew("mac") == Carried()
        assert await house.retire("mac") == [1]
        assert (await opened(house, country, tip_id)).notes

    async def test_a_swapped_seal_is_left_named_and_not_made_genuine(
        self, house: House, country: Country
    ) -> None:
        honest, _ = await send(house)
        robbed, _ = await send(house)
        seals = [
            await repository.seal_for(house.session, tip_id, country.union.id) for tip_id in (honest, robbed)
        ]
        assert seals[0] is not None and seals[1] is not None
        seals[1].sealed_key, seals[1].mac = seals[0].sealed_key, seals[0].mac
        seal_id = seals[1].id
        carried = await house.rotate("mac")
        assert carried.left == [f"tip_seals {seal_id}"]
        await house.session.refresh(seals[1])
        assert not opening.is_authentic(seals[1], house.keys)
        assert seals[1].mac_version == 1
        with pytest.raises(Damaged):
            await opened(house, country, robbed)
        assert await opened(house, country, honest)
        with pytest.raises(NotYet, match="1 values still need it"):
            await house.retire("mac")

    async def test_batches_pass_over_what_is_left(self, house: House, country: Country) -> None:
        for _ in range(3):
            await send(house)
        first = (await repository.seals_of_desk(house.session, country.union.id))[0]
        first.mac = bytes([first.mac[0] ^ 1]) + first.mac[1:]
        seal_id = first.id
        await house.session.commit()
        await rotate(house.config, house.urls.owner, house.maker, "mac", NOW)
        carried = await carry(house.maker, house.keys, "mac", batch=1)
        assert carried.left == [f"tip_seals {seal_id}"]
        assert await house.count("mac") == {1: 1, 2: carried.done}

    async def test_a_desk_member_or_seat_that_was_changed_by_hand_is_left(
        self, house: House, country: Country
    ) -> None:
        await house.session.commit()
        with psycopg.connect(house.urls.owner.replace("+psycopg", "", 1)) as intruder:
            for table, column in (
                ("desks", "public_key_mac"),
                ("desk_members", "seat_mac"),
                ("member_keys", "public_key_mac"),
            ):
                flipped = f"set_byte({column}, 0, get_byte({column}, 0) # 1)"
                intruder.execute(f"UPDATE {table} SET {column} = {flipped}")
        carried = await house.rotate("mac")
        assert carried.done == 0
        assert sorted({name.split()[0] for name in carried.left}) == ["desk_members", "desks", "member_keys"]

    async def test_a_draft_that_is_sent_again_after_the_change_is_one_tip(self, house: House) -> None:
        tip = a_tip()
        await tips.submit(house.session, house.keys, tip)
        await house.rotate("mac")
        await house.rotate("receipt_pepper")
        await tips.submit(house.session, house.keys, tip)
        assert len(list(await house.session.scalars(select(Tip)))) == 1
        with pytest.raises(OtherSubmission):
            await tips.submit(house.session, house.keys, tip.model_copy(update={"receipt": new_receipt()}))

    async def test_a_message_that_is_sent_again_after_the_change_is_one_message(self, house: House) -> None:
        _, receipt = await send(house)
        message_id = secrets.token_bytes(16)
        await mailbox.write(house.session, house.keys, receipt, message_id, "viết thêm")
        await house.rotate("mac")
        await mailbox.write(house.session, house.keys, receipt, message_id, "viết thêm")
        assert len((await mailbox.read(house.session, house.keys, receipt)).messages) == 1


class TestPepper:
    async def test_receipts_of_before_and_after_open_their_mailboxes(self, house: House) -> None:
        _, old = await send(house)
        await house.rotate("receipt_pepper")
        _, new = await send(house)
        assert await house.count("receipt_pepper") == {1: 1, 2: 1}
        for receipt in (old, new):
            assert (await mailbox.read(house.session, house.keys, receipt)).can_write
        with pytest.raises(NotFound):
            await mailbox.read(house.session, house.keys, new_receipt())

    async def test_a_pepper_is_destroyed_with_its_last_tip_and_not_before(self, house: House) -> None:
        tip_id, old = await send(house)
        await house.rotate("receipt_pepper")
        _, new = await send(house)
        with pytest.raises(NotYet, match="1 values still need it"):
            await house.retire("receipt_pepper")
        assert (await mailbox.read(house.session, house.keys, old)).can_write
        await repository.destroy(house.session, tip_id)
        with pytest.raises(NotYet, match="until 23/12/2026"):
            await house.retire("receipt_pepper", NOW + timedelta(days=30))
        assert await house.retire("receipt_pepper", NOW + timedelta(days=31)) == [1]
        assert house.keys.versions("receipt_pepper") == [2]
        assert foreign(house.urls.owner, house.keys) == ()
        assert (await mailbox.read(house.session, house.keys, new)).can_write
        with pytest.raises(NotFound):
            await mailbox.read(house.session, house.keys, old)


class TestAudit:
    async def test_the_log_goes_on_under_the_new_key(self, house: House, country: Country) -> None:
        tip_id, _ = await send(house)
        await opened(house, country, tip_id)
        before = [act.action for act in (await opened(house, country, tip_id)).history]
        await house.rotate("audit")
        await house.session.commit()
        count, broken = await audit.verify(house.session, house.keys)
        assert (count > 0, broken) == (True, None)
        await house.session.commit()
        after = [act.action for act in (await opened(house, country, tip_id)).history]
        assert after[-len(before) :] == before
        entry = (await audit.entries_about(house.session, "site keys"))[0]
        assert (entry.action, entry.detail, entry.key_version) == (
            "keys.rotated",
            {"purpose": "audit", "version": 2},
            2,
        )

    async def test_its_old_key_stays_as_long_as_old_entries_do(self, house: House) -> None:
        await send(house)
        await house.rotate("audit")
        with pytest.raises(NotYet, match="values still need it"):
            await house.retire("audit")


class TestIndex:
    async def test_old_and_new_tips_still_find_each_other(self, house: House) -> None:
        story = ["Nó cho vay nặng lãi, số điện thoại 0912 345 678."]
        first, _ = await send(house, story=story)
        await house.rotate("index")
        second, _ = await send(house, story=["Em cũng bị số 0912345678 đòi nợ, dọa đến tận nhà."])
        rows = list(await house.session.scalars(select(TipIndexEntry)))
        of = {tip_id: {row.value for row in rows if row.tip_id == tip_id} for tip_id in (first, second)}
        assert of[first] & of[second]
        assert {row.layer for row in rows} == {2}

    async def test_what_entered_while_the_key_was_changed_is_brought_along_by_a_job(
        self, house: House
    ) -> None:
        await send(house, story=["Nó cho vay nặng lãi, số điện thoại 0912 345 678."])
        await house.session.commit()
        await rotate(house.config, house.urls.owner, house.maker, "index", NOW)
        assert set(await house.count("index")) == {1}
        await work_off(house.urls, house.keys, "keys:layer_index")
        assert set(await house.count("index")) == {2}

    async def test_no_key_of_the_chain_is_ever_destroyed(self, house: House) -> None:
        await house.rotate("index")
        with pytest.raises(NotYet, match="for ever"):
            await house.retire("index", at_once=True)


class TestRetiring:
    async def test_backups_of_its_time_must_be_gone_unless_the_operator_says_otherwise(
        self, house: House
    ) -> None:
        await house.rotate("mac")
        with pytest.raises(NotYet, match="until 23/12/2026"):
            await house.retire("mac", NOW)
        assert await house.retire("mac", NOW, at_once=True) == [1]

    async def test_what_is_current_is_never_destroyed(self, house: House) -> None:
        assert await house.retire("mac", at_once=True) == []
        assert house.keys.versions("mac") == [1]

    async def test_the_bots_keys_wait_for_the_drafts_of_their_days(self, house: House) -> None:
        path = house.config.secrets / "bot" / "site_keys.json"
        await house.rotate("draft")
        made = [version for version in describe(path) if version.purpose == "draft"][-1]
        assert str(made.since) == "2026-11-23"
        with pytest.raises(NotYet, match="25/11/2026"):
            await house.retire("draft", NOW + timedelta(days=2))
        assert await house.retire("draft", NOW + timedelta(days=3)) == [1]
        assert [version.version for version in describe(path) if version.purpose == "draft"] == [2]

    async def test_a_key_that_there_is_not_is_not_made(self, house: House) -> None:
        with pytest.raises(UnknownKey):
            await house.rotate("tea")


async def test_no_tip_is_lost_while_keys_change_under_two_processes(house: House, country: Country) -> None:
    """Each process follows the file by itself, and reads what the other one has made."""
    await house.session.commit()
    path = house.config.secrets / "backend" / "site_keys.json"
    processes = [SiteKeys.read(path), SiteKeys.read(path)]
    sent: list[str] = []

    async def take_tips(keys: SiteKeys) -> None:
        for _ in range(3):
            tip = a_tip()
            async with house.maker.begin() as session:
                await tips.submit(session, keys, tip)
            sent.append(tip.receipt)

    async def change_keys() -> None:
        for purpose in ("mac", "receipt_pepper", "audit", "index", "wrap", "mac"):
            await rotate(house.config, house.urls.owner, house.maker, purpose, NOW)
            assert (await renew(house.config, house.maker, purpose)).left == []

    await asyncio.gather(*(take_tips(keys) for keys in processes), change_keys())
    assert (await renew(house.config, house.maker, "mac")).left == []
    assert len(sent) == 6
    for keys in processes:
        async with house.maker() as session:
            for receipt in sent:
                assert (await mailbox.read(session, keys, receipt)).can_write
        async with house.maker() as session:
            assert (await audit.verify(session, keys))[1] is None
    await house.read_anew()
    for tip_id in await house.session.scalars(select(Tip.id)):
        assert await opened(house, country, tip_id)


def test_every_column_that_keeps_the_version_of_a_site_key_is_counted() -> None:
    """A value that is not counted would be lost when its key is retired."""
    assert tables.__doc__, "imported for its effect: every table is known"
    of_a_desks_key = {"desks.key_version", "desk_members.key_version", "tip_seals.key_version"}
    of_a_desks_key |= {"tip_note_keys.key_version", "desk_escrows.key_version"}
    kept = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith(("mac_version", "wrap_version", "key_version"))
        or column.name in {"receipt_pepper", "layer"}
    }
    counted = {f"{use.table}.{use.column}" for uses in census.USES.values() for use in uses}
    assert kept - of_a_desks_key <= counted


@pytest.mark.parametrize("purpose", list(census.USES))
async def test_counting_works_for_every_key(house: House, country: Country, purpose: str) -> None:
    tip_id, _ = await send(house)
    place = {"tip_id": tip_id, "desk_id": country.union.id}
    await casework.note(house.session, house.keys, country.union_member, text="ghi chú", **place)
    assert (await house.session.scalars(select(NoteKey))).one().mac_version == 1
    assert set(await house.count(purpose)) <= {1}
