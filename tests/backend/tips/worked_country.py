"""A country at work: two tips that hold everything a tip can hold, and everybody who reads some of it."""

import base64
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import repository as accounts
from backend.accounts import sessions, sign_in
from backend.accounts.keys import wrap_private_key
from backend.accounts.passwords import new_recovery_key, normal_password, recovery_key_text
from backend.accounts.sessions import Stage
from backend.desks import escrow, holds, letters
from backend.desks import service as desks
from backend.desks.models import Desk
from backend.kit import argon2_queue
from backend.kit.crypto import random_key
from backend.kit.key_file import add_version
from backend.kit.secrets_store import make_missing
from backend.kit.site_keys import SiteKeys
from backend.tips import drafts, mailbox, notices, repository
from backend.tips.files import repository as file_rows
from backend.tips.files import sealing
from backend.tips.files.sealing import About
from backend.tips.schemas import FileRef
from bot import keys as bot_keys
from bot.drafts import Drafts
from bot.envelope import Language
from bot.envelope import Person as Worker
from bot.notices import Address, Addresses
from tests.backend.people import PASSWORD, Person, hire, staffed_desk
from tests.backend.tips.conftest import PROVINCE, Country
from tests.backend.tips.drafts_at_hand import DraftsAtHand
from tests.backend.tips.two_way import Talk

WORKERS = (Worker("web", "token of one browser"), Worker("telegram", "70000001"))


@dataclass(frozen=True)
class Site:
    """The key files of both rooms, each purpose of the backend with two versions."""

    backend: SiteKeys
    bot: bot_keys.SiteKeys
    days: bot_keys.DayKeys

    @classmethod
    def make(cls, folder: Path) -> "Site":
        make_missing(folder)
        backend, bot = folder / "backend" / "site_keys.json", folder / "bot"
        for purpose in ("mac", "wrap"):
            add_version(backend, purpose, date(2026, 1, 1))
        bot_site = bot_keys.SiteKeys.read(bot / "site_keys.json")
        return cls(SiteKeys.read(backend), bot_site, bot_keys.DayKeys(bot / "day_keys.json"))

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.bot, self.days.today)

    def drafts(self, session: AsyncSession) -> Drafts[bytes]:
        keyring = bot_keys.Keyring(self.bot, self.days)
        return Drafts(DraftsAtHand(session), keyring, lambda value: value, lambda raw: raw)


@dataclass(frozen=True)
class Browser:
    """What a member has: the cookie of a session and the printed recovery key."""

    token: bytes = field(repr=False)
    recovery_key: str = field(repr=False)


@dataclass(frozen=True)
class Told:
    """One tip, by what its reporter has."""

    tip_id: uuid.UUID
    receipt: str = field(repr=False)
    codes: tuple[str, ...] = field(repr=False)
    """Of what the desk thanked for."""


@dataclass
class World:
    """Everything there is, and what each person keeps outside the database."""

    site: Site
    country: Country
    colleague: Person
    """The second member of the union desk."""
    escrow_key: bytes = field(repr=False)
    tips: list[Told] = field(default_factory=list)
    browsers: dict[uuid.UUID, Browser] = field(default_factory=dict)
    draft_files: list[FileRef] = field(default_factory=list)
    draft_texts: dict[Worker, bytes] = field(default_factory=dict)

    @property
    def keys(self) -> SiteKeys:
        return self.site.backend

    @property
    def seats(self) -> list[tuple[Desk, Person]]:
        """Every member at every desk."""
        own = self.country
        return [
            (own.union, own.union_member),
            (own.union, self.colleague),
            (own.police, own.police_member),
            (own.national_union, own.national_union_member),
            (own.national_police, own.national_police_member),
        ]


@contextmanager
def stretched_once() -> Iterator[None]:
    """Argon2id of the same password or receipt is worked out once, and then known."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(argon2_queue, "derive_now", cache(argon2_queue.derive_now))
        yield


async def made(session: AsyncSession, site: Site) -> World:
    """Put the world into an empty database, as its owner."""
    keys, today = site.backend, datetime.now(UTC).date()
    await escrow.set_up(session, keys, today)
    escrow_key = await escrow.set_up(session, keys, today)
    staffed: list[Desk | Person] = []
    for kind, province in (("union", PROVINCE), ("police", PROVINCE), ("union", None), ("police", None)):
        staffed += await staffed_desk(session, keys, kind, province)
    country = Country(*staffed)  # type: ignore[arg-type]  # desk and member by turns, as its fields are
    world = World(site, country, await _colleague(session, keys, country), escrow_key)
    for _, person in world.seats:
        world.browsers[person.member_id] = await _browser(session, keys, person)
    for basis in ("consent", "life"):
        world.tips.append(await _tip(session, world, basis, today))
    for ref_number in range(2):
        world.draft_files.append(await _draft_file(session, f"waits {ref_number}"))
    for worker in WORKERS:
        text = f"bản nháp của {worker.user}".encode()
        world.draft_texts[worker] = (await site.drafts(session).put(worker, text, None)).value
    return world


async def _colleague(session: AsyncSession, keys: SiteKeys, country: Country) -> Person:
    """A second member of the union desk, let in by the first."""
    person, desk = await hire(session, keys, "union_liaison"), country.union
    await desks.invite(session, keys, desk=desk, member_id=person.member_id, actor_id=None)
    await desks.grant(
        session,
        keys,
        country.union_member,
        desk_id=desk.id,
        member_id=person.member_id,
        member_public_key=person.public_key,
    )
    return person


async def _browser(session: AsyncSession, keys: SiteKeys, person: Person) -> Browser:
    """A password with a salt of its own, an authenticator, a recovery key and a session."""
    row = await accounts.keys_of(session, person.member_id)
    assert row is not None
    password = normal_password(PASSWORD)
    await sign_in.wrap_under(keys, person.member_id, row, person.private_key, password)
    sign_in.ensure_totp_secret(keys, row)
    row.totp_confirmed = True
    recovery_key = new_recovery_key()
    wrapped = wrap_private_key(keys, person.member_id, person.private_key, recovery_key, "recovery")
    row.recovery_wrapped, row.recovery_wrap_version = wrapped.value, wrapped.version
    now = datetime.now(UTC)
    token = await sessions.begin(session, keys, person.member_id, Stage.OPEN, person.private_key, now=now)
    return Browser(token, recovery_key_text(recovery_key))


async def _tip(session: AsyncSession, world: World, basis: str, today: date) -> Told:
    """A tip with files, handed over to the police, written about, thanked for and held."""
    keys, country = world.keys, world.country
    sent = [await _draft_file(session, f"photo {basis} {number}") for number in range(2)]
    refs = [ref.model_dump(mode="json") for ref in sent]
    talk = await Talk.begin(session, keys, country, story=[f"Họ cho vay nóng ({basis})."], files=refs)
    asked = await talk.ask(f"Họ ở đâu? ({basis})", own=("ở quán", "ở nhà trọ"))
    await talk.choose(asked, asked.choices[0].id)
    if basis == "consent":
        await talk.choose(await talk.ask_consent(), "yes")
    await talk.hand_over(basis, "" if basis == "consent" else "có người bị nhốt")
    with_message = [await _draft_file(session, f"sent {basis} {number}") for number in range(2)]
    await mailbox.write(
        session, keys, talk.receipt, secrets.token_bytes(16), f"Tôi viết thêm ({basis}).", sent=with_message
    )
    await talk.answer(f"Chúng tôi đã đọc ({basis}).")
    for desk, person in world.seats[:3]:
        place = {"tip_id": talk.tip_id, "desk_id": desk.id}
        reason = f"giữ lại ({basis}, {person.login})"
        await holds.hold(session, keys, person, until=today + timedelta(days=40), reason=reason, **place)
    person = country.union_member
    for text in (f"Có quà cảm ơn ({basis}).", f"Có giấy khen ({basis})."):
        await letters.commend(session, keys, person, text=text, **talk.place)
    for placed in await repository.placements(session, talk.tip_id):
        placed.reach = "direct"  # as if the province's desks were late
    codes = tuple(each.code for each in (await talk.box()).messages if each.code)
    await _notice(session, world, talk)
    return Told(talk.tip_id, talk.receipt, codes)


async def _notice(session: AsyncSession, world: World, talk: Talk) -> None:
    tip, _ = await mailbox.open_tip(session, world.keys, talk.receipt)
    worker = Worker("telegram", str(talk.tip_id.int))
    lookup = notices.lookup_of(world.keys, tip.id)
    addresses = world.site.addresses
    sealed = addresses.sealed(Address(worker, Language.VI), lookup)
    await notices.put(session, world.keys, tip, sealed=sealed, owner=addresses.owner(worker))
    await notices.there_is_news(session, world.keys, tip.id)


async def _draft_file(session: AsyncSession, content: str) -> FileRef:
    """A file that waits with a draft, and its original."""
    key, row_id = random_key(), uuid.uuid4()
    clean, original = content.encode(), f"original of {content}".encode()
    about = About(media_type="image/jpeg", size=len(clean), small=b"\xff\xd8")
    await file_rows.add_draft_file(
        session,
        row_id,
        sealing.seal_draft(key, about, clean, row_id, "clean"),
        sealing.seal_draft(key, about, original, row_id, "original"),
        drafts.expiry(datetime.now(UTC)),
    )
    return FileRef.model_validate({"id": row_id, "key": base64.b64encode(key).decode()})
