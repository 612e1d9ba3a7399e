"""A tip in the hands of one desk's member: whether they may open it, and with which keys.

Every way to a tip's content on the staff side begins with ``take_up``.
"""

import uuid
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from backend.audit import service as audit
from backend.desks import service as desks
from backend.desks.service import OpenDesk
from backend.kit.crypto import Unsealable
from backend.kit.errors import Conflict, Invalid, NotFound
from backend.kit.identity import KeyHolder
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, repository
from backend.tips.models import Tip, TipDesk, TipSeal
from backend.tips.opening import ContentKey


class TipNotFound(NotFound):
    """No such tip on this desk; whether it exists elsewhere is not told."""

    code = "tip_not_found"


class Damaged(Conflict):
    """The tip's seal does not open or its content was changed in the database."""

    code = "tip_damaged"
    title = "This tip cannot be opened: its sealed content was changed or belongs elsewhere"


class UnknownValue(Invalid):
    """A status, category or priority that does not exist, or a change without its reason."""

    code = "unknown_value"


class NeverForwarded(Conflict):
    """What was told as a labour violation stays with the union, whatever it was re-sorted to."""

    code = "never_forwarded"
    title = "A labour violation stays with the union"


@dataclass(frozen=True)
class Case:
    """A tip in the hands of one desk's member, with the keys in memory for the length of a request."""

    tip: Tip
    placed: TipDesk
    desk: OpenDesk = field(repr=False)
    content: ContentKey = field(repr=False)
    keys: SiteKeys = field(repr=False)


async def take_up(
    session: AsyncSession,
    keys: SiteKeys,
    holder: KeyHolder,
    *,
    tip_id: uuid.UUID,
    desk_id: uuid.UUID,
    lock: bool = False,
) -> Case:
    """The tip with its keys, for an active member of a desk that may read it.

    Raises:
        desks.NotAMember, desks.NotGranted: the member does not hold that desk's key.
        TipNotFound: not a tip of that desk.
        Damaged: the seal does not open.
    """
    desk = await desks.open_desk(session, keys, holder, desk_id)
    found = await repository.sealed_on_desk(session, tip_id, desk_id, lock=lock)
    if found is None:
        raise TipNotFound
    tip, placed, seal = found
    content = _content(seal, keys, desk)
    if content is None:
        # A colleague's sign-in may have given the desk a new key between the two readings.
        before, desk = desk, await desks.open_desk(session, keys, holder, desk_id)
        if desk.key_version != before.key_version:
            content = _content(await repository.seal_for(session, tip_id, desk_id), keys, desk)
    if content is None:
        raise Damaged
    return Case(tip, placed, desk, content, keys)


def _content(seal: TipSeal | None, keys: SiteKeys, desk: OpenDesk) -> ContentKey | None:
    try:
        return opening.unsealed(seal, keys, desk) if seal else None
    except Unsealable:
        return None


async def record(
    session: AsyncSession, keys: SiteKeys, holder: KeyHolder, case: Case, action: str, **detail: str | bool
) -> None:
    """Log an act on the tip: codes only."""
    await audit.record(
        session,
        keys,
        actor_id=holder.member_id,
        action=action,
        subject=audit.tip_subject(keys, case.tip.id),
        detail={"desk": str(case.desk.id), **detail},
    )
