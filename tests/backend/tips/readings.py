"""Every way in which sealed things are read, each through the service that its page or its bot asks.

A reading gives what it shows, by place, or raises one of ``REFUSALS``.
"""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from backend.accounts import keys as account_keys
from backend.accounts import recovery, sessions, sign_in
from backend.accounts import repository as account_rows
from backend.accounts import service as accounts
from backend.accounts.schemas import Arrived
from backend.accounts.sessions import Held, Stage
from backend.accounts.sign_in import Entry
from backend.audit import service as audit
from backend.desks import case_file, case_files, escrow, letters
from backend.desks import keys as desk_keys
from backend.desks import service as desks
from backend.desks.case import Damaged, take_up
from backend.desks.models import Desk
from backend.kit.crypto import Unsealable, open_with, public_key_of
from backend.kit.errors import Forbidden, NotFound
from backend.kit.key_marks import SiteKeyMark, compare
from backend.kit.site_keys import SiteKeyMissing
from backend.tips import mailbox, notices, opening
from backend.tips.files import service as files
from backend.tips.files.problems import FileDamaged, FileGone
from backend.tips.models import Tip
from backend.tips.opening import ContentKey
from backend.tips.problems import MailboxDamaged
from backend.tips.schemas import FileRef
from bot.envelope import Person as Worker
from bot.mailbox_client import DueNotice
from tests.backend.people import PASSWORD, Person
from tests.backend.tips.worked_country import Told, World

Shown = Mapping[object, object]
"""What is shown, by the place where it stands."""
Read = Callable[[AsyncSession], Awaitable[Shown]]
Group = Literal[
    "tips",
    "seals",
    "files",
    "thanks",
    "desks",
    "public keys",
    "sign-in",
    "recovery",
    "codes",
    "sessions",
    "escrow",
    "escrow keys",
    "site keys",
    "audit",
    "drafts",
    "draft files",
    "notices",
]


class NotShown(Exception):
    """The reading ends with a plain "no", as for a wrong password or a session that is over."""


REFUSALS: Final = (
    Unsealable,
    Damaged,
    FileDamaged,
    FileGone,
    MailboxDamaged,
    NotFound,
    Forbidden,
    SiteKeyMissing,
    letters.WrongCode,
    desk_keys.SwappedKey,
    account_keys.SwappedKey,
    NotShown,
)


@dataclass(frozen=True)
class Readings:
    """The readings of one world."""

    world: World

    def of(self, group: Group) -> dict[object, Read]:
        """The readings of a group, by who reads what."""
        return self._groups()[group]()

    def _groups(self) -> Mapping[Group, Callable[[], dict[object, Read]]]:
        return {
            "tips": self._tips,
            "seals": self._seals,
            "files": self._files,
            "thanks": lambda: {
                code: self._collected(code) for told in self.world.tips for code in told.codes
            },
            "desks": lambda: {(desk.id, who.login): self._desk(desk, who) for desk, who in self.world.seats},
            "public keys": lambda: self._by_person(self._public_key),
            "sign-in": lambda: self._by_person(self._signed_in),
            "recovery": lambda: self._by_person(self._recovered),
            "codes": lambda: self._by_person(self._totp_secret),
            "sessions": lambda: self._by_person(self._session),
            "escrow": lambda: {desk.id: self._in_escrow(desk) for desk, _ in self.world.seats},
            "escrow keys": lambda: {"all": self._escrow_keys},
            "site keys": lambda: {"all": self._marks},
            "audit": lambda: {"all": self._audit},
            "drafts": lambda: {worker: self._draft(worker) for worker in self.world.draft_texts},
            "draft files": lambda: {ref.id: self._draft_file(ref) for ref in self.world.draft_files},
            "notices": lambda: {"all": self._notices},
        }

    def _by_person(self, reading: Callable[[Person], Read]) -> dict[object, Read]:
        return {person.login: reading(person) for _, person in self.world.seats}

    def _tips(self) -> dict[object, Read]:
        readers = self.world.seats[0], self.world.seats[2]
        found: dict[object, Read] = {}
        for told in self.world.tips:
            for desk, person in readers:
                found[told.tip_id, desk.kind] = self._case(told, desk, person)
            found[told.tip_id, "reporter"] = self._mailbox(told)
        return found

    def _seals(self) -> dict[object, Read]:
        found: dict[object, Read] = {}
        for told in self.world.tips:
            for desk, person in self.world.seats:
                found[told.tip_id, person.login] = self._taken_up(told, desk, person)
            found[told.tip_id, "reporter"] = self._opened(told)
        return found

    def _taken_up(self, told: Told, desk: Desk, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            case = await take_up(session, self.world.keys, person, tip_id=told.tip_id, desk_id=desk.id)
            return {"content key": case.content.key}

        return read

    def _opened(self, told: Told) -> Read:
        async def read(session: AsyncSession) -> Shown:
            tip, content = await mailbox.open_tip(session, self.world.keys, told.receipt)
            return {"tip": tip.id, "content key": content.key}

        return read

    def _case(self, told: Told, desk: Desk, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            keys = self.world.keys
            file = await case_file.read(session, keys, person, tip_id=told.tip_id, desk_id=desk.id)
            if file.damaged or file.report is None:
                raise NotShown  # the page says of each part that it cannot be read
            shown: dict[object, object] = {"report": file.report.model_dump()}
            shown["order"] = [each.id for each in file.messages]
            for message in file.messages:
                writer = (message.sender, message.desk_id, message.author_id)
                shown["message", message.id] = (*writer, message.letter.model_dump())
            for note in file.notes:
                shown["note", note.id] = (note.author_id, note.about, note.text)
            for message_id, kept in file.files.items():
                for each in kept:
                    shown["file", each.id] = (message_id, each.number, each.original_id, each.about)
            return shown

        return read

    def _mailbox(self, told: Told) -> Read:
        async def read(session: AsyncSession) -> Shown:
            box = await mailbox.read(session, self.world.keys, told.receipt)
            if any(each.damaged or each.files_damaged for each in box.messages):
                raise NotShown
            shown: dict[object, object] = {("message", each.id): each.model_dump() for each in box.messages}
            return shown | {"order": [each.id for each in box.messages]}

        return read

    def _files(self) -> dict[object, Read]:
        desk, person = self.world.seats[0]
        return {told.tip_id: self._opened_files(told, desk, person) for told in self.world.tips}

    def _opened_files(self, told: Told, desk: Desk, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            keys, place = self.world.keys, {"tip_id": told.tip_id, "desk_id": desk.id}
            file = await case_file.read(session, keys, person, **place)
            if file.damaged:
                raise NotShown
            kept = [each for of_message in file.files.values() for each in of_message]
            ids = [each.id for each in kept] + [each.original_id for each in kept if each.original_id]
            shown: dict[object, object] = {}
            for file_id in ids:
                opened = await case_files.open_file(session, keys, person, **place, file_id=file_id)
                shown[file_id] = (opened.message_id, opened.number, opened.is_original, opened.content)
            return shown

        return read

    def _collected(self, code: str) -> Read:
        desk, person = self.world.seats[0]

        async def read(session: AsyncSession) -> Shown:
            keys = self.world.keys
            thanks = await letters.collect(session, keys, person, desk_id=desk.id, digits=code)
            return {"thanks": thanks}

        return read

    def _desk(self, desk: Desk, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            opened = await desks.open_desk(session, self.world.keys, person, desk.id)
            return {"private": opened.private_key, "public": opened.public_key}

        return read

    def _public_key(self, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            found = await accounts.checked_public_key(session, self.world.keys, person.member_id)
            return {"public": found}

        return read

    def _entry(self, session: AsyncSession) -> Entry:
        connection = session.bind
        assert isinstance(connection, AsyncConnection)
        return Entry(sessions_on(connection), session, self.world.keys, datetime.now(UTC))

    def _signed_in(self, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            arrived = await sign_in.sign_in(self._entry(session), person.login, PASSWORD)
            if not isinstance(arrived, Arrived):
                raise NotShown
            return await self._held(session, arrived.token)

        return read

    def _recovered(self, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            entry, keys = self._entry(session), self.world.keys
            begun = await entry.begin(person.member_id, Stage.CONFIRM_TOTP, person.private_key)
            held = await sessions.hold(session, keys, begun.token, entry.now)
            assert isinstance(held, Held)
            printed = self.world.browsers[person.member_id].recovery_key
            arrived = await recovery.replace_phone(entry, held, printed)
            if not isinstance(arrived, Arrived):
                raise NotShown
            return {"stage": arrived.stage}

        return read

    def _totp_secret(self, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            row = await account_rows.keys_of(session, person.member_id)
            assert row is not None
            return {"secret": sign_in.totp_secret(self.world.keys, row)}

        return read

    def _session(self, person: Person) -> Read:
        async def read(session: AsyncSession) -> Shown:
            return await self._held(session, self.world.browsers[person.member_id].token)

        return read

    async def _held(self, session: AsyncSession, token: bytes) -> Shown:
        held = await sessions.hold(session, self.world.keys, token, datetime.now(UTC))
        if held is None:
            raise NotShown
        return {"who": held.member_id, "private": held.private_key}

    def _in_escrow(self, desk: Desk) -> Read:
        async def read(session: AsyncSession) -> Shown:
            kept = await escrow.kept(session, self.world.keys, desk.id)
            if not kept:
                raise NotShown
            private = self.world.escrow_key
            opened = [open_with(public_key_of(private), private, row.sealed_desk_key) for row in kept]
            return {"keys": [(row.key_version, key) for row, key in zip(kept, opened, strict=True)]}

        return read

    async def _escrow_keys(self, session: AsyncSession) -> Shown:
        rows = await escrow.all_keys(session)
        if not all(escrow.is_genuine_key(row, self.world.keys) for row in rows):
            raise NotShown
        return {row.version: row.public_key for row in rows}

    async def _marks(self, session: AsyncSession) -> Shown:
        rows = await session.scalars(select(SiteKeyMark))
        if compare(self.world.keys, {(row.purpose, row.version): row.mark for row in rows}).foreign:
            raise NotShown
        return {"all": "ours"}

    async def _audit(self, session: AsyncSession) -> Shown:
        entries, broken = await audit.verify(session, self.world.keys)
        if broken is not None:
            raise NotShown
        return {"entries": entries}

    def _draft(self, worker: Worker) -> Read:
        async def read(session: AsyncSession) -> Shown:
            kept = await self.world.site.drafts(session).get(worker)
            if kept is None:
                raise NotShown
            return {"text": kept.value}

        return read

    def _draft_file(self, ref: FileRef) -> Read:
        async def read(session: AsyncSession) -> Shown:
            tip = (await session.scalars(select(Tip).limit(1))).one()
            content = await _content_key(session, self.world, tip.id)
            before = {each.id for each in await files.listing(session, content)}
            await files.keep(session, content, [ref])
            (kept,) = [each for each in await files.listing(session, content) if each.id not in before]
            if kept.original_id is None:
                raise NotShown
            opened = [await files.open_file(session, content, each) for each in (kept.id, kept.original_id)]
            return {"about": kept.about, "contents": [each.content for each in opened]}

        return read

    async def _notices(self, session: AsyncSession) -> Shown:
        shown: dict[object, object] = {}
        for row in await notices.take(session, datetime.now(UTC)):
            found = self.world.site.addresses.opened(DueNotice(row.lookup, row.sealed))
            shown[row.lookup] = (found.person.channel, found.person.user)
        return shown


async def _content_key(session: AsyncSession, world: World, tip_id: uuid.UUID) -> ContentKey:
    desk, person = world.seats[0]
    opened = await desks.open_desk(session, world.keys, person, desk.id)
    return await opening.content_key(session, world.keys, tip_id, desk.id, opened)


def sessions_on(connection: AsyncConnection) -> async_sessionmaker[AsyncSession]:
    """Sessions inside the transaction that ``connection`` has open: what they commit can still be undone."""
    return async_sessionmaker(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
