"""A file opens in its own place only, with its own key only, and any change of it is seen."""

import base64
import secrets
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import case_file, case_files
from backend.desks.case import Damaged, take_up
from backend.kit.crypto import Unsealable, random_key
from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox
from backend.tips.files import sealing
from backend.tips.files.models import DraftFile, TipFile
from backend.tips.files.problems import FileDamaged
from backend.tips.files.sealing import About, FileSlot
from backend.tips.models import Tip
from tests.backend.people import Person
from tests.backend.tips import thief
from tests.backend.tips.attachments.photos import photo, picture
from tests.backend.tips.conftest import Country, a_tip
from tests.backend.tips.file_parts import Sent, sent

KEY = random_key()
SLOT = FileSlot(uuid.uuid4(), uuid.uuid4(), 3, "clean", uuid.uuid4())
ABOUT = About(media_type="image/jpeg", size=3, small=b"\xff\xd8")

MOVES: dict[str, Callable[[FileSlot], FileSlot]] = {
    "tip": lambda slot: replace(slot, tip_id=uuid.uuid4()),
    "message": lambda slot: replace(slot, message_id=uuid.uuid4()),
    "report": lambda slot: replace(slot, message_id=None),
    "number": lambda slot: replace(slot, number=slot.number + 1),
    "field": lambda slot: replace(slot, field="original"),
    "row": lambda slot: replace(slot, row_id=uuid.uuid4()),
    "version": lambda slot: replace(slot, version=slot.version + 1),
}


class TestPure:
    @given(st.binary(max_size=5000))
    def test_what_was_sealed_comes_back(self, content: bytes) -> None:
        assert sealing.open_content(KEY, sealing.seal_content(KEY, content, SLOT), SLOT) == content
        assert sealing.open_about(KEY, sealing.seal_about(KEY, ABOUT, SLOT), SLOT) == ABOUT
        file_id = uuid.uuid4()
        sealed = sealing.seal_draft(KEY, ABOUT, content, file_id, "clean")
        assert sealing.open_draft(KEY, sealed, file_id, "clean") == (ABOUT, content)

    @pytest.mark.parametrize("move", MOVES)
    def test_it_opens_in_no_other_place(self, move: str) -> None:
        elsewhere = MOVES[move](SLOT)
        with pytest.raises(Unsealable):
            sealing.open_content(KEY, sealing.seal_content(KEY, b"pixels", SLOT), elsewhere)
        with pytest.raises(Unsealable):
            sealing.open_about(KEY, sealing.seal_about(KEY, ABOUT, SLOT), elsewhere)

    def test_content_and_what_is_said_of_it_do_not_stand_for_each_other(self) -> None:
        with pytest.raises(Unsealable):
            sealing.open_about(KEY, sealing.seal_content(KEY, b"{}", SLOT), SLOT)
        with pytest.raises(Unsealable):
            sealing.open_content(KEY, sealing.seal_about(KEY, ABOUT, SLOT), SLOT)

    @given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7), cut=st.booleans())
    def test_any_change_is_seen(self, where: float, bit: int, cut: bool) -> None:
        sealed = bytearray(sealing.seal_content(KEY, b"pixels" * 100, SLOT))
        at = int(where * len(sealed))
        sealed[at] ^= 1 << bit
        with pytest.raises(Unsealable):
            sealing.open_content(KEY, bytes(sealed[:at] if cut else sealed), SLOT)

    def test_a_draft_file_opens_for_its_own_key_row_and_field_alone(self) -> None:
        file_id = uuid.uuid4()
        sealed = sealing.seal_draft(KEY, ABOUT, b"pixels", file_id, "clean")
        for key, row, name in (
            (random_key(), file_id, "clean"),
            (KEY, uuid.uuid4(), "clean"),
            (KEY, file_id, "original"),
        ):
            with pytest.raises(Unsealable):
                sealing.open_draft(key, sealed, row, "clean" if name == "clean" else "original")

    def test_nothing_of_a_file_is_in_its_repr(self) -> None:
        told = repr(About(media_type="image/jpeg", size=4_321, small=b"pixels"))
        assert "pixels" not in told and "4321" not in told


@dataclass
class Two:
    """Two tips of one desk, the first with a photo (and its original) in its report and one in a message."""

    session: AsyncSession
    keys: SiteKeys
    member: Person
    desk_id: uuid.UUID
    receipt: str
    tip_id: uuid.UUID
    other_id: uuid.UUID

    async def file_id(self, *where: ColumnElement[bool]) -> uuid.UUID:
        query = select(TipFile.id).where(TipFile.tip_id == self.tip_id, *where)
        return (await self.session.scalars(query)).one()

    async def open_all(self, tip_id: uuid.UUID) -> None:
        """Read a tip with everything in it, as a member of its desk does."""
        place = {"tip_id": tip_id, "desk_id": self.desk_id}
        if (await case_file.read(self.session, self.keys, self.member, **place)).damaged:
            raise Damaged
        for file_id in list(await self.session.scalars(select(TipFile.id).where(TipFile.tip_id == tip_id))):
            await case_files.open_file(self.session, self.keys, self.member, **place, file_id=file_id)

    @asynccontextmanager
    async def after(self, statement: str) -> AsyncIterator[None]:
        """What the tips are like once somebody with the database has done this; undone afterwards."""
        async with self.session.begin_nested() as step:
            self.session.expire_all()
            done = await self.session.execute(text(statement), {"tip": self.tip_id, "other": self.other_id})
            assert done.rowcount > 0, "the test changed nothing"  # type: ignore[attr-defined]  # of an UPDATE
            yield
            await step.rollback()


@pytest.fixture
async def two(
    internal_client: httpx.AsyncClient, db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> Two:
    async def small(colour: int, *, keep_original: bool = False) -> Sent:
        content = photo("jpeg", picture(32, colour))
        return await sent(internal_client, content, keep_original=keep_original)

    receipts = []
    for colour in (32, 40):
        tip = a_tip().model_dump(mode="json")
        tip["draft_id"] = base64.b64encode(secrets.token_bytes(16)).decode()
        tip["files"] = [(await small(colour, keep_original=True)).ref]
        assert (await internal_client.post("/internal/tips", json=tip)).status_code == 201
        message = {"receipt": tip["receipt"], "message_id": tip["draft_id"]}
        message["files"] = [(await small(colour + 4)).ref, (await small(colour + 6)).ref]
        assert (await internal_client.post("/internal/mailbox/write", json=message)).status_code == 201
        receipts.append(tip["receipt"])
    box = await mailbox.open_tip(db_session, site_keys, receipts[0])
    first = box[0].id
    other = (await db_session.scalars(select(Tip.id).where(Tip.id != first))).one()
    return Two(db_session, site_keys, country.union_member, country.union.id, receipts[0], first, other)


_SWAP = """
UPDATE tip_files AS a SET {column} = b.{column} FROM tip_files AS b
WHERE a.tip_id = :tip AND {one} AND b.tip_id = {tip} AND {two}
"""
_FIRST, _ORIGINAL = "{0}.number = 1 AND {0}.field = 'clean'", "{0}.field = 'original'"
_SECOND, _THIRD = "{0}.number = 2", "{0}.number = 3"

CHANGES = {
    "moved to another tip": (
        "UPDATE tip_files SET tip_id = :other, number = 9, message_id = NULL "
        "WHERE tip_id = :tip AND number = 2"
    ),
    "moved from a message to the report": (
        "UPDATE tip_files SET message_id = NULL WHERE tip_id = :tip AND number = 2"
    ),
    "moved from the report to a message": (
        "UPDATE tip_files SET message_id = (SELECT id FROM tip_messages WHERE tip_id = :tip) "
        "WHERE tip_id = :tip AND number = 1"
    ),
    "moved to another message": (
        "UPDATE tip_files SET message_id = (SELECT id FROM tip_messages WHERE tip_id = :other) "
        "WHERE tip_id = :tip AND number = 2"
    ),
    "put in another order": "UPDATE tip_files SET number = number + 10 WHERE tip_id = :tip AND number = 3",
    "given another name": "UPDATE tip_files SET id = gen_random_uuid() WHERE tip_id = :tip AND number = 2",
    "called another version": "UPDATE tip_files SET version = 2 WHERE tip_id = :tip AND number = 2",
    "called an original": "UPDATE tip_files SET field = 'original' WHERE tip_id = :tip AND number = 2",
    "original without its clean file": (
        "DELETE FROM tip_files WHERE tip_id = :tip AND number = 1 AND field = 'clean'"
    ),
    "cut short": "UPDATE tip_files SET sealed = substr(sealed, 1, 100) WHERE tip_id = :tip",
    "emptied": "UPDATE tip_files SET sealed = '' WHERE tip_id = :tip",
} | {
    f"{column} of {name}": _SWAP.format(column=column, one=one.format("a"), two=other.format("b"), tip=tip)
    for column in ("sealed", "sealed_about")
    for name, one, other, tip in (
        ("another tip", _FIRST, _FIRST, ":other"),
        ("its original", _FIRST, _ORIGINAL, ":tip"),
        ("another message's file", _FIRST, _SECOND, ":tip"),
        ("a neighbour", _SECOND, _THIRD, ":tip"),
    )
}


async def test_no_file_can_be_moved_swapped_or_cut_without_being_called_damaged(two: Two) -> None:
    await two.open_all(two.tip_id)
    for name, statement in CHANGES.items():
        async with two.after(statement):
            seen = []
            for tip_id in (two.tip_id, two.other_id):
                try:
                    await two.open_all(tip_id)
                except Damaged:
                    seen.append(tip_id)
            assert len(seen) == 1, name
    await two.open_all(two.tip_id)


@pytest.mark.parametrize("column", ["sealed", "sealed_about"])
async def test_every_bit_that_is_flipped_is_seen_by_desk_and_reporter(two: Two, column: str) -> None:
    length = await two.session.scalar(
        text(f"SELECT octet_length({column}) FROM tip_files WHERE tip_id = :tip AND number = 2"),
        {"tip": two.tip_id},
    )
    assert isinstance(length, int)
    file_id = await two.file_id(TipFile.number == 2)
    for at in (0, 1, 12, 24, 25, length // 2, length - 17, length - 1):
        flip = f"set_byte({column}, {at}, get_byte({column}, {at}) # 4)"
        async with two.after(f"UPDATE tip_files SET {column} = {flip} WHERE tip_id = :tip AND number = 2"):
            with pytest.raises(Damaged):
                await two.open_all(two.tip_id)
            with pytest.raises(FileDamaged):
                await mailbox.open_file(two.session, two.keys, two.receipt, file_id)


async def test_a_swapped_file_is_not_given_to_the_reporter_either(two: Two) -> None:
    second, third = [await two.file_id(TipFile.number == number) for number in (2, 3)]
    async with two.after(
        _SWAP.format(column="sealed", one=_SECOND.format("a"), two=_THIRD.format("b"), tip=":tip")
    ):
        with pytest.raises(FileDamaged):
            await mailbox.open_file(two.session, two.keys, two.receipt, second)
        assert (await mailbox.open_file(two.session, two.keys, two.receipt, third)).content


async def test_a_draft_file_that_was_changed_is_gone(
    internal_client: httpx.AsyncClient, db_session: AsyncSession, country: Country
) -> None:
    file = await sent(internal_client, photo("jpeg", picture(32, 32)))
    row = (await db_session.scalars(select(DraftFile))).one()
    row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])
    await db_session.commit()
    tip = a_tip().model_dump(mode="json") | {"files": [file.ref]}
    tip["draft_id"] = base64.b64encode(secrets.token_bytes(16)).decode()
    answer = await internal_client.post("/internal/tips", json=tip)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_gone")


async def test_the_database_and_every_site_key_open_no_file_and_the_tips_own_key_does(
    two: Two, internal_client: httpx.AsyncClient, backend_settings: Settings
) -> None:
    await sent(internal_client, photo("jpeg", picture(32, 32)), keep_original=True)
    loot = await thief.steal(two.session, backend_settings.secrets)
    assert len(loot.tables["tip_files"]) == 8 and len(loot.tables["draft_files"]) == 1
    assert opened_files(loot, thief.keys_without_a_person(loot)) == set()
    case = await take_up(two.session, two.keys, two.member, tip_id=two.tip_id, desk_id=two.desk_id)
    mine = {row["id"] for row in loot.tables["tip_files"] if row["tip_id"] == two.tip_id}
    assert opened_files(loot, [case.content.key]) == mine


def opened_files(loot: thief.Loot, keys: list[bytes]) -> set[uuid.UUID]:
    """The files, of tips and of drafts, that some of these keys open."""
    found = set()
    for key in keys:
        for row in loot.tables["tip_files"]:
            place = (row["tip_id"], row["message_id"], row["number"], row["field"], row["id"], row["version"])
            with suppress(Unsealable):
                sealing.open_content(key, bytes(row["sealed"]), FileSlot(*place))
                found.add(row["id"])
        for row in loot.tables["draft_files"]:
            with suppress(Unsealable):
                sealing.open_draft(key, bytes(row["sealed"]), row["id"], "clean")
                found.add(row["id"])
    return found
