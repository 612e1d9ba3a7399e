"""Importing lists of reported addresses and asking them. Nothing here commits: the caller does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from sqlalchemy.ext.asyncio import AsyncSession

from backend.checks.blocklist import repository
from backend.checks.blocklist.entries import Entry, Kind, Listed, candidates, covered, entries_of
from backend.kit.errors import Problem
from backend.text.identifiers.view import View


class OlderList(Problem):
    """The list is older than the one that was imported of the same source."""

    status = HTTPStatus.CONFLICT
    code = "older_list"
    title = "A newer list of this source was imported before"


@dataclass(frozen=True)
class Imported:
    """What became of a list: entries kept, lines that said the same again, lines that were nothing."""

    entries: int
    repeated: int
    unreadable: int


async def import_list(
    session: AsyncSession, lines: Iterable[str], *, source: str, listed_on: date, kind: Kind | None = None
) -> Imported:
    """Put a list in place of what its source said before; the same list again changes nothing.

    Raises ``OlderList`` when the source was imported as of a later day.
    """
    held = await repository.hold_source(session, source, listed_on)
    if held.listed_on > listed_on:
        raise OlderList
    held.listed_on = listed_on
    read = list(entries_of(lines, kind))
    entries = list(dict.fromkeys(entry for entry in read if entry is not None))
    await session.flush()
    await repository.replace_entries(session, held.id, entries)
    unreadable = read.count(None)
    return Imported(len(entries), len(read) - unreadable - len(entries), unreadable)


async def listed_in(session: AsyncSession, text: View) -> list[Listed]:
    """What of a text a list names and nothing allows."""
    entries = candidates(text)
    if not entries:
        return []
    found = await repository.listed(session, entries)
    if not found:
        return []
    allowed = await repository.allowed(session, entries)
    return [one for one in found if not covered((one.kind, one.written), allowed)]


async def allow(session: AsyncSession, entry: Entry, note: str) -> None:
    """Never take this for known bad again, nor what is under it."""
    await repository.allow(session, entry, note)
