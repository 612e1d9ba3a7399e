"""Remembers beyond this process that a conversation has its mailbox open, and nothing more of it.

A chat platform has no page that could say so. Without this, the first message after a restart, or after the
memory of a conversation is gone, would be taken for a question, and what was meant for the liaisons would go
to Rasa. The mark holds neither receipt nor text, and stands sealed where drafts stand, for as long. Once its
writer was told that the mailbox has closed it says to which message, since a crash may bring that one again.
"""

from contextlib import suppress

from bot.backend import BackendSilent, DraftConflict
from bot.drafts import Drafts
from bot.envelope import Person

_OPEN = b"open"
_TOLD = b"told "


class OpenMailboxes:
    """The marks of all conversations."""

    def __init__(self, marks: Drafts[bytes]) -> None:
        self._marks = marks

    async def take(self, person: Person, message_id: str) -> bool:
        """Whether the person's mailbox was open as far as ``message_id`` could know, which is told only once.

        True again when the same message comes again. Raises ``BackendSilent``.
        """
        place, told = _place(person), _TOLD + message_id.encode()
        kept = await self._marks.get(place)
        if kept is None:
            return False
        if kept.value == _OPEN:
            with suppress(DraftConflict):
                await self._marks.put(place, told, kept)
            return True
        if kept.value != told:
            await self._marks.delete(place)
        return kept.value == told

    async def put(self, person: Person, is_open: bool) -> None:
        """Set or remove the mark. In silence it stays as it is: a mark too many costs one question."""
        place = _place(person)
        with suppress(BackendSilent, DraftConflict):
            if is_open:
                await self._marks.put(place, _OPEN, await self._marks.get(place))
            else:
                await self._marks.delete(place)


def dump(mark: bytes) -> bytes:
    return mark


def load(raw: bytes) -> bytes | None:
    return raw if raw == _OPEN or raw.startswith(_TOLD) else None


def _place(person: Person) -> Person:
    """A conversation of its own beside the tip's: neither can be told from the other, or from anybody's."""
    return Person(f"{person.channel}/mailbox", person.user)
