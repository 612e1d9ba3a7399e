"""Searching the tips of one's desks for a number, an account, a link or a name, through the sealed index.

What is searched for is read like a tip and compared as a keyed hash. Each search stands in the audit log with
its kind and a keyed hash, never with the thing itself.
"""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import service as desks
from backend.desks.tip_lines import TipLine, tip_lines
from backend.kit.crypto import keyed_hash
from backend.kit.errors import Problem
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips.linking import repository
from backend.tips.linking.chain import IndexChain
from backend.tips.linking.values import asked_for

LONGEST: Final = 200
"""Characters."""
MOST: Final = 50
A_MINUTE: Final = 20
"""Searches of one member: more than a person needs, and too few to try numbers out."""


class TooManySearches(Problem):
    """This member has searched too often within a minute."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_searches"
    title = "Too many searches; wait a minute"


@dataclass(frozen=True)
class Found:
    """``kinds``: what the words were taken for; none if they are nothing that can be searched for."""

    kinds: tuple[str, ...]
    lines: list[TipLine]
    more: bool


async def search(session: AsyncSession, keys: SiteKeys, holder: KeyHolder, text: str) -> Found:
    """The tips of the member's desks that name what ``text`` names, newest first.

    Raises:
        TooManySearches: see there. The search is then neither done nor logged.
    """
    values = asked_for(text[:LONGEST])
    kinds = tuple(sorted({value.kind for value in values}))
    if not values:
        return Found((), [], False)
    desk_ids = await desks.active_desk_ids(session, holder.member_id)
    chain = IndexChain.of(keys)
    hashes = [one for value in values for one in chain.at_every_layer(value.kind, value.text.encode())]
    tip_ids = await repository.with_any(session, hashes, desk_ids, MOST + 1)
    await _record(session, keys, holder.member_id, value=hashes[0], kinds=kinds, found=len(tip_ids))
    lines = await tip_lines(session, tip_ids[:MOST], desk_ids)
    return Found(kinds, [lines[one] for one in tip_ids[:MOST] if one in lines], len(tip_ids) > MOST)


async def _record(
    session: AsyncSession,
    keys: SiteKeys,
    member_id: uuid.UUID,
    *,
    value: bytes,
    kinds: tuple[str, ...],
    found: int,
) -> None:
    """Log a search, and refuse one too many: writers of the log take turns, so none slips past."""
    _, key = keys.current("audit")
    subject = f"searches:{member_id}"
    hashed = keyed_hash(key, b"search", value).hex()[:32]
    await audit.record(
        session,
        keys,
        actor_id=member_id,
        action="tips.searched",
        subject=subject,
        detail={"kinds": list(kinds), "hash": hashed, "found": found},
    )
    latest = await audit.entries_about(session, subject, limit=A_MINUTE + 1)
    if len(latest) > A_MINUTE and latest[-1].at > datetime.now(UTC) - timedelta(minutes=1):
        raise TooManySearches
