"""How safe a desk's key is, for the people who look after the desk: escrow, recovery, loss. Opens nothing."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.desks import escrow, recovering, repository
from backend.desks.models import Desk
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


async def of(session: AsyncSession, keys: SiteKeys, desks: Iterable[Desk]) -> Mapping[uuid.UUID, Standing]:
    """The standing of each desk, by its id."""
    return {desk.id: await _of(session, keys, desk) for desk in desks}


async def _of(session: AsyncSession, keys: SiteKeys, desk: Desk) -> Standing:
    people = await repository.members(session, desk.id)
    return Standing(
        in_escrow=await escrow.covers(session, keys, desk),
        recovered_at=await recovering.last_recovered(session, desk.id),
        lost=desk.public_key is not None and not any(is_seated(person, keys) for person in people),
    )
