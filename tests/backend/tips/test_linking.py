"""Tips that name the same thing share a value in the sealed index; the reporter's own never stands there."""

import secrets
import uuid
from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.settings import Settings
from backend.kit.site_keys import SiteKeys
from backend.tips import mailbox
from backend.tips import service as tips
from backend.tips.linking.chain import IndexChain
from backend.tips.linking.models import TipIndexEntry
from backend.tips.linking.values import asked_for, named_in
from backend.tips.models import Tip
from tests.backend.tips import thief
from tests.backend.tips.conftest import Country, a_tip
from tests.backend.tips.index_keys import layered, with_index_keys


async def entries(session: AsyncSession) -> list[TipIndexEntry]:
    return list(await session.scalars(select(TipIndexEntry).where(TipIndexEntry.kind != "wording")))


async def shared(session: AsyncSession) -> set[str]:
    """The kinds of which some value stands in more than one tip."""
    counted = Counter((one.kind, one.value) for one in await entries(session))
    return {kind for (kind, _), count in counted.items() if count > 1}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("gọi 0900 000 077", "số nó là không chín không không không không không không bảy bảy", "phone"),
        ("gọi 0900 000 077 đòi tiền", "nó xài số +84 900.000.077", "phone"),
        ("stk 4444000055 VPBank", "chuyển vô tài khoản 4444 0000 55", "bank_account"),
        ("bấm vào vaynhanh247.top/a?x=1", "trang hxxps://www.vaynhanh247[.]top", "url"),
        ("xe biển số 59X1-234.56", "đi xe 59X1 23456", "vehicle_plate"),
        ("zalo tên Tuấn Vay Nóng", 'nick zalo "tuan vay nong"', "zalo"),
        ("zalo 0900000077", "số điện thoại 0900000077", "phone"),
        ("app Tiền Vèo 24 nó đòi", "app tên tien veo 24", "app"),
        ("facebook.com/vay.nong.tuan", "fb.com/VayNongTuan", "facebook"),
    ],
)
async def test_two_spellings_of_one_thing_have_one_value(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, one: str, other: str, kind: str
) -> None:
    for story in (one, other):
        await tips.submit(db_session, site_keys, a_tip(story=[story], who=None))
    assert kind in await shared(db_session)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gọi 0900 000 077", "gọi 0900 000 078"),
        ("bấm vaynhanh247.top", "bấm vaynhanh248.top"),
        ("nó vay 5 triệu", "nó vay 5 triệu"),
    ],
)
async def test_different_things_and_amounts_have_none_in_common(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, one: str, other: str
) -> None:
    for story in (one, other):
        await tips.submit(db_session, site_keys, a_tip(story=[story], who=None))
    assert await shared(db_session) == set()


@pytest.mark.parametrize(
    "story",
    [
        "sđt của em là 0900000077, gọi lại cho em",
        "số zalo của em 0900000077",
        "số của tôi là 0900000077. Nó gọi vô 0900000077 hoài",
        "gọi 111 hay 18009999 hoặc 1900 6068",
        "em vô vietcombank.com.vn rồi facebook.com, google.com.vn",
        "nó kêu chuyển qua momo, nhắn telegram",
        "zalo chị Lan",
    ],
)
def test_what_is_the_reporters_own_or_names_nobody_is_not_kept(story: str) -> None:
    numbers = [value for value in named_in([story]).values if value.text not in ("18009999", "19006068")]
    assert numbers == []


def test_official_numbers_link_nothing() -> None:
    from backend.knowledge.content.hotlines import load_hotlines
    from backend.text.datafiles import data_folder

    for hotline in load_hotlines(data_folder() / "hotlines.yml").values():
        assert named_in([f"gọi số {hotline.number}"]).values == ()


async def test_a_number_that_a_later_message_calls_ones_own_is_struck_out(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    tip = a_tip(story=["Nó hay gọi vô số 0900000077 với số 0900000078."], who=None)
    await tips.submit(db_session, site_keys, tip)
    assert len(await entries(db_session)) == 2
    await mailbox.write(
        db_session, site_keys, tip.receipt, secrets.token_bytes(16), "số của em là 0900000077"
    )
    await mailbox.write(db_session, site_keys, tip.receipt, secrets.token_bytes(16), "nó lại gọi 0900000077")
    kept = {one.value for one in await entries(db_session)}
    assert kept == {IndexChain.of(site_keys).value("phone", b"0900000078")}


async def test_what_a_later_message_names_links_too(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country
) -> None:
    await tips.submit(db_session, site_keys, a_tip(story=["xe 59X1-234.56 tới nhà"], who=None))
    tip = a_tip(story=["Bọn đòi nợ tới phá."], who=None)
    await tips.submit(db_session, site_keys, tip)
    assert await shared(db_session) == set()
    await mailbox.write(db_session, site_keys, tip.receipt, secrets.token_bytes(16), "biển số 59X1 23456")
    assert await shared(db_session) == {"vehicle_plate"}


async def test_the_index_alone_tells_no_number_and_another_key_finds_none(
    db_session: AsyncSession,
    site_keys: SiteKeys,
    country: Country,
    backend_settings: Settings,
) -> None:
    await tips.submit(db_session, site_keys, a_tip(story=["gọi 0900 000 077, stk 4444000055 VPBank"]))
    loot = await thief.steal(db_session, backend_settings.secrets)
    cells = set(loot.every_cell())
    for number in (b"0900000077", b"900000077", b"4444000055"):
        assert not any(number in cell or number.hex().encode() in cell for cell in cells)
    other = IndexChain((1,), (secrets.token_bytes(32),))
    assert other.value("phone", b"0900000077") not in cells
    # Who has the key can test a number: docs/THREAT_MODEL.md says so.
    assert IndexChain.of(site_keys).value("phone", b"0900000077") in cells


async def test_a_destroyed_tip_leaves_nothing_in_the_index(
    db_session: AsyncSession, site_keys: SiteKeys, country: Country, backend_settings: Settings
) -> None:
    story = ["Nó gọi 0900 000 077 đòi tiền cả ngày lẫn đêm, chửi luôn cả nhà."]
    await tips.submit(db_session, site_keys, a_tip(story=story))
    assert await entries(db_session)
    tip = (await db_session.scalars(select(Tip))).one()
    await db_session.delete(tip)
    await db_session.flush()
    loot = await thief.steal(db_session, backend_settings.secrets)
    assert loot.tables["tip_index"] == loot.tables["tip_wordings"] == []


class TestRotation:
    """The index moves to a new key without anybody reading a tip."""

    async def test_tips_from_before_and_after_share_a_value(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        backend_settings: Settings,
    ) -> None:
        newer = with_index_keys(backend_settings.secrets, 2)
        await tips.submit(db_session, site_keys, a_tip(story=["gọi 0900 000 077"], who=None))
        before = {one.value for one in await entries(db_session)}
        assert await layered(db_session, newer) > 0
        db_session.expire_all()
        assert before.isdisjoint({one.value for one in await entries(db_session)})
        await tips.submit(db_session, newer, a_tip(story=["nó xài số 0900000077"], who=None))
        assert await shared(db_session) == {"phone"}

    async def test_words_alike_are_found_across_it(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        backend_settings: Settings,
    ) -> None:
        story = "Nhóm cho vay góp ở hẻm 12 gần cổng công ty giày, mỗi ngày góp hai trăm ngàn, trễ là chửi."
        await tips.submit(db_session, site_keys, a_tip(story=[story], who=None))
        for count in (2, 3):
            keys = with_index_keys(backend_settings.secrets, count)
            await layered(db_session, keys)
            db_session.expire_all()
            await tips.submit(db_session, keys, a_tip(story=[story], who=None))
        values = Counter(
            await db_session.scalars(select(TipIndexEntry.value).where(TipIndexEntry.kind == "wording"))
        )
        assert max(values.values()) == 3

    async def test_running_it_again_moves_nothing(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        backend_settings: Settings,
    ) -> None:
        newer = with_index_keys(backend_settings.secrets, 2)
        await tips.submit(db_session, site_keys, a_tip())
        assert await layered(db_session, newer) == 3  # the phone, the wording's value, the wording
        assert await layered(db_session, newer) == 0

    async def test_what_was_entered_under_both_keys_stands_there_once(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        backend_settings: Settings,
    ) -> None:
        tip = a_tip(story=["gọi 0900 000 077"], who=None)
        await tips.submit(db_session, site_keys, tip)
        for count in (2, 3):
            keys = with_index_keys(backend_settings.secrets, count)
            await mailbox.write(db_session, keys, tip.receipt, bytes([count] * 16), "vẫn số 0900000077")
        await layered(db_session, with_index_keys(backend_settings.secrets, 4))
        db_session.expire_all()
        found = [(one.kind, one.layer) for one in await entries(db_session)]
        assert found == [("phone", 4)]

    async def test_a_value_that_the_newest_key_has_entered_stays_and_the_older_one_goes(
        self,
        db_session: AsyncSession,
        site_keys: SiteKeys,
        country: Country,
        backend_settings: Settings,
    ) -> None:
        newer = with_index_keys(backend_settings.secrets, 2)
        tip = a_tip(story=["gọi 0900 000 077"], who=None)
        await tips.submit(db_session, site_keys, tip)
        await mailbox.write(db_session, newer, tip.receipt, bytes(16), "vẫn số 0900000077")
        await layered(db_session, newer)
        db_session.expire_all()
        found = [(one.kind, one.layer) for one in await entries(db_session)]
        assert found == [("phone", 2)]

    async def test_a_value_of_an_older_layer_is_still_looked_up(
        self, site_keys: SiteKeys, backend_settings: Settings
    ) -> None:
        old = IndexChain.of(site_keys).value("phone", b"0900000077")
        assert old in IndexChain.of(with_index_keys(backend_settings.secrets, 3)).at_every_layer(
            "phone", b"0900000077"
        )

    def test_the_newest_key_alone_makes_no_value(
        self, site_keys: SiteKeys, backend_settings: Settings
    ) -> None:
        chain = IndexChain.of(with_index_keys(backend_settings.secrets, 2))
        alone = IndexChain((2,), chain.keys[1:])
        assert alone.value("phone", b"0900000077") != chain.value("phone", b"0900000077")

    def test_a_mask_is_lifted_layer_by_layer(self, site_keys: SiteKeys, backend_settings: Settings) -> None:
        old, new = IndexChain.of(site_keys), IndexChain.of(with_index_keys(backend_settings.secrets, 3))
        rows, place = secrets.token_bytes(128), uuid.uuid4().bytes
        masked = old.masked(rows, place)
        assert masked != rows
        assert new.unmasked(masked, place, old.layer) == rows
        assert new.unmasked(new.mask_lifted(masked, place, old.layer), place, new.layer) == rows


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("0900 000 077", "phone"),
        ("+84900000077", "phone"),
        ("4444000055", "bank_account"),
        ("http://vaynhanh247.top/x", "url"),
        ("59x1 23456", "vehicle_plate"),
        ("Tiền Vèo 24", "app"),
        ("Tuấn Vay Nóng", "zalo"),
        ("vay.nong.tuan", "facebook"),
    ],
)
def test_what_a_member_types_is_read_like_a_tip(typed: str, kind: str) -> None:
    assert kind in {value.kind for value in asked_for(typed)}
    assert typed not in repr(asked_for(typed))
