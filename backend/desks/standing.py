"""How safe a desk's key is, for the people who look after the desk: escrow, recovery, loss. Opens nothing."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import escrow, recovering
from backend.desks.models import Desk, DeskMember
from backend.desks.service import is_seated
from backend.kit.site_keys import SiteKeys


@dataclass(frozen=True)
class Standing:
    """What a desk's people and the administrator are told of its key."""

    in_escrow: bool
    """The key that it works with can be brought back with the printed escrow key."""
    recovered_at: datetime | None
    """When that was done last."""
    lost: bool
    """It had members who held its key, and has none now."""


async def of(
    session: AsyncSession, keys: SiteKeys, people: Collection[tuple[Desk, Collection[DeskMember]]]
) -> Mapping[uuid.UUID, Standing]:
    """The standing of each desk, by its id.

    Args:
        people: desks, each with everybody there.
    """
    desks = [desk for desk, _ in people]
    in_escrow = await escrow.covered(session, keys, desks)
    recovered = await recovering.last_recovered(session, [desk.id for desk in desks])
    return {
        desk.id: Standing(
            in_escrow=desk.id in in_escrow,
            recovered_at=recovered.get(desk.id),
            lost=desk.public_key is not None and not any(is_seated(person, keys) for person in members),
        )
        for desk, members in people
    }
