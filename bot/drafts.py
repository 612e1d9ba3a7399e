"""Sealed drafts: a tip on its way, kept by the backend, which can neither read it nor say whose it is.

A draft is found and opened with the day's keys of its conversation, and moves to today's keys
whenever it is written. Writing is optimistic: a replica that was overtaken must read again.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from backend.kit.crypto import Unsealable, bound_to, seal, unseal
from bot.backend import Backend
from bot.envelope import Person
from bot.keys import ConversationKeys, Keyring

_T = TypeVar("_T")


@dataclass(frozen=True)
class Kept(Generic[_T]):
    """A draft as it was read: its value, and where it stood."""

    value: _T = field(repr=False)
    lookup: bytes = field(repr=False)
    revision: int


class Drafts(Generic[_T]):
    """Reads, writes and destroys the one draft of a conversation."""

    def __init__(
        self,
        backend: Backend,
        keyring: Keyring,
        dump: Callable[[_T], bytes],
        load: Callable[[bytes], _T | None],
        files: Callable[[_T], Sequence[str]] = lambda _: (),
    ) -> None:
        """``files`` names the files that belong to a value and live as long as it does."""
        self._backend = backend
        self._keyring = keyring
        self._dump = dump
        self._load = load
        self._files = files

    async def get(self, person: Person) -> Kept[_T] | None:
        """The person's draft under today's keys, else under yesterday's.

        Raises:
            BackendSilent: nobody can say whether there is one.
        """
        today, yesterday = self._keyring.conversation(person)
        days = [today] if yesterday is None else [today, yesterday]
        for found in await asyncio.gather(*(self._read(keys) for keys in days)):
            if found is not None:
                return found
        return None

    async def put(self, person: Person, value: _T, before: Kept[_T] | None) -> Kept[_T]:
        """Store ``value`` in place of ``before`` under today's keys; what stood under yesterday's goes.

        Raises:
            DraftConflict: another replica wrote in between; read again and decide again.
            BackendSilent: not stored, as far as anybody knows.
        """
        keys, _ = self._keyring.conversation(person)
        same_day = before is not None and before.lookup == keys.lookup
        revision = before.revision if before is not None and same_day else 0
        sealed = seal(self._dump(value), keys.draft_key, _bound(keys))
        stored = Kept(
            value,
            keys.lookup,
            await self._backend.put_draft(keys.lookup, sealed, revision, self._files(value)),
        )
        if before is not None and not same_day:
            await self._backend.delete_draft(before.lookup)
        return stored

    async def delete(self, person: Person) -> None:
        """Destroy the person's draft, under whichever day it stands."""
        today, yesterday = self._keyring.conversation(person)
        await self._backend.delete_draft(today.lookup)
        if yesterday is not None:
            await self._backend.delete_draft(yesterday.lookup)

    async def _read(self, keys: ConversationKeys) -> Kept[_T] | None:
        stored = await self._backend.get_draft(keys.lookup)
        if stored is None:
            return None
        try:
            value = self._load(unseal(stored.sealed, keys.draft_key, _bound(keys)))
        except Unsealable:
            value = None
        if value is None:
            # Not ours, or of a version that no longer is: it can never be read, so it goes.
            await self._backend.delete_draft(keys.lookup)
            return None
        return Kept(value, keys.lookup, stored.revision)


def _bound(keys: ConversationKeys) -> bytes:
    return bound_to("draft", keys.lookup.hex())
