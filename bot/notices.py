"""Telling a worker that there is news, where they asked for it: the one return address that is ever kept.

It is sealed under the ``notice`` key of this site, which only the bot holds, and bound to the place where
the backend keeps it. Whom it names is in memory for one message, which says that there is news and nothing of
what. A process killed between sending and confirming sends it once more: rather twice than never.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from backend.kit.crypto import Unsealable, bound_to, derive_key, keyed_hash, seal, unseal
from bot.backend import BackendSilent
from bot.envelope import Language, Person
from bot.keys import SiteKeys
from bot.mailbox_client import DueNotice, Mailboxes
from bot.phrases import Phrases

_EVERY_SECONDS: Final = 30.0
_VERSION_BYTES: Final = 2
_PURPOSE: Final = "notice"
_log = logging.getLogger("antam.bot")


class Told(StrEnum):
    """What became of a notice at its platform."""

    SENT = "sent"
    NEVER = "never"
    """This person cannot be written to."""
    LATER = "later"


@runtime_checkable
class Caller(Protocol):
    """A channel that can write to somebody who has not just written."""

    @property
    def name(self) -> str: ...

    async def tell(self, user: str, text: str) -> Told:
        """Send one message to a person, as the channel names them."""


@dataclass(frozen=True)
class Address:
    """Whom to tell, and in which language."""

    person: Person = field(repr=False)
    language: Language


class Addresses:
    """Seals and opens addresses. A new version of the key is used from the beginning of a day."""

    def __init__(self, keys: SiteKeys, today: Callable[[], date]) -> None:
        self._keys = keys
        self._today = today

    def sealed(self, address: Address, lookup: bytes) -> bytes:
        """The address for the place ``lookup``, its key's version in front."""
        version, key = self._keys.on(_PURPOSE, self._today())
        person = address.person
        raw = json.dumps([person.channel, person.user, address.language.value]).encode()
        return version.to_bytes(_VERSION_BYTES) + seal(raw, _sealing(key), _bound(lookup, version))

    def opened(self, notice: DueNotice) -> Address:
        """The address of a notice.

        Raises:
            Unsealable: another key or place, or a changed value.
        """
        version = int.from_bytes(notice.sealed[:_VERSION_BYTES])
        key = self._keys.get(_PURPOSE, version)
        if key is None:
            raise Unsealable
        raw = unseal(notice.sealed[_VERSION_BYTES:], _sealing(key), _bound(notice.lookup, version))
        channel, user, language = json.loads(raw)
        return Address(Person(channel, user), Language(language))

    def owner(self, person: Person) -> bytes:
        """What a person's addresses are found by when they ask to be forgotten."""
        version, _ = self._keys.on(_PURPOSE, self._today())
        return self._owner(person, version) or b""

    def owners(self, person: Person) -> list[bytes]:
        """The same under every version of the key that may still be in use."""
        newest, _ = self._keys.on(_PURPOSE, date.max)
        found = (self._owner(person, version) for version in range(1, newest + 1))
        return [owner for owner in found if owner is not None]

    def _owner(self, person: Person, version: int) -> bytes | None:
        key = self._keys.get(_PURPOSE, version)
        if key is None:
            return None
        return keyed_hash(derive_key(key, "notice owner"), person.channel.encode(), person.user.encode())


class Notices:
    """What the conversations ask for. Raises ``BackendSilent`` where nothing is known to be done."""

    def __init__(self, mailboxes: Mailboxes, addresses: Addresses, channels: frozenset[str]) -> None:
        self._mailboxes = mailboxes
        self._addresses = addresses
        self._channels = channels

    def can_tell(self, person: Person) -> bool:
        """Whether the person's channel lets us write first. A page cannot be called."""
        return person.channel in self._channels

    async def on(self, receipt: str, person: Person, language: Language) -> bool:
        """Tell this person of the first answer to their tip. False when the tip is closed or gone."""
        lookup = await self._mailboxes.notice_place(receipt)
        if lookup is None:
            return False
        sealed = self._addresses.sealed(Address(person, language), lookup)
        return await self._mailboxes.put_notice(receipt, sealed, self._addresses.owner(person))

    async def off(self, receipt: str) -> None:
        """Forget the address of this tip."""
        await self._mailboxes.drop_notice(receipt)

    async def forget(self, person: Person) -> None:
        """Forget every address of this person, whichever tip it is for."""
        if self.can_tell(person):
            await self._mailboxes.forget_notices(self._addresses.owners(person))


class Postman:
    """Sends what is due, and confirms it."""

    def __init__(
        self, mailboxes: Mailboxes, addresses: Addresses, callers: Mapping[str, Caller], phrases: Phrases
    ) -> None:
        self._mailboxes = mailboxes
        self._addresses = addresses
        self._callers = callers
        self._phrases = phrases

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look again and again, where there is anybody who could be told. Nothing that goes wrong ends it."""
        while self._callers:
            await sleep(_EVERY_SECONDS)
            try:
                await self.round()
            except BackendSilent:
                continue
            except Exception as error:
                _log.error("a notice failed: %s", type(error).__name__)

    async def round(self) -> int:
        """Send what is due now. Returns how many notices are done with. Raises ``BackendSilent``."""
        done = 0
        for notice in await self._mailboxes.take_notices():
            if await self._tell(notice) is not Told.LATER:
                await self._mailboxes.notices_done([notice.lookup])
                done += 1
        return done

    async def _tell(self, notice: DueNotice) -> Told:
        try:
            address = self._addresses.opened(notice)
        except Unsealable:
            _log.warning("a notice cannot be opened and is dropped")
            return Told.NEVER
        caller = self._callers.get(address.person.channel)
        if caller is None:
            return Told.LATER
        say = self._phrases.spoken(address.language)
        return await caller.tell(address.person.user, say("notice.news"))


def _sealing(key: bytes) -> bytes:
    return derive_key(key, "notice address")


def _bound(lookup: bytes, version: int) -> bytes:
    return bound_to("notice", lookup.hex(), version)
