"""Giving a tip to further desks than its reporter chose at first, with a sealed record of why.

Whether that may be is decided by the desk that holds it (``backend.desks.handover``).
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.crypto import seal_to
from backend.kit.site_keys import SiteKeys
from backend.tips import opening, repository, sealing
from backend.tips.clock import this_minute
from backend.tips.jobs import defer_notify
from backend.tips.models import Tip, TipDesk, TipPart, TipSeal
from backend.tips.opening import ContentKey
from backend.tips.sealing import Handover
from backend.tips.triage import due_at


@dataclass(frozen=True)
class Receiving:
    """A desk that is to hold the tip too: its key, checked by the caller, and how it is reached."""

    desk_id: uuid.UUID
    key_version: int
    public_key: bytes
    reach: str


async def widen(
    session: AsyncSession,
    keys: SiteKeys,
    tip: Tip,
    content: ContentKey,
    *,
    handover: Handover,
    receiving: Sequence[Receiving],
) -> None:
    """Seal the record and the content key, and put the tip before each desk with clocks that start now."""
    tip.readers = handover.readers
    tip.handed_over = True
    row_id = uuid.uuid4()
    sealed = sealing.seal_handover(content.key, handover, sealing.Slot(tip.id, row_id))
    session.add(
        TipPart(id=row_id, tip_id=tip.id, field=sealing.HANDOVER, version=sealing.VERSION, sealed=sealed)
    )
    due = due_at(tip.priority, this_minute())
    standing = {placed.desk_id for placed in await repository.placements(session, tip.id)}
    for desk in receiving:
        if desk.desk_id in standing:
            continue
        seal = TipSeal(
            tip_id=tip.id,
            desk_id=desk.desk_id,
            key_version=desk.key_version,
            sealed_key=seal_to(desk.public_key, content.key),
        )
        opening.authenticate(seal, keys)
        session.add(seal)
        session.add(TipDesk(tip_id=tip.id, desk_id=desk.desk_id, reach=desk.reach, status="new", due_at=due))
        await session.flush()
        if desk.reach == "direct":
            await defer_notify(session, tip.id, desk.desk_id, "received")
