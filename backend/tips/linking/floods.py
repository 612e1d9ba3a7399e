"""Floods: when many tips come that are worded nearly alike, the later ones are held for a person.

A held tip is stored, sealed and counted like any other, and its reporter has a receipt. It only stands in
one line of the queue with the others until a member looks. Danger (P1) is never held. The clocks go on: a
flood that nobody looks at comes before the national desk like any late tip.
"""

import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips.clock import this_minute
from backend.tips.linking import repository, service
from backend.tips.linking.service import Traces
from backend.tips.models import Tip

FREE: Final = 10
"""So many tips worded alike stand in the queue each by itself: workers who warn each other copy words."""
WITHIN: Final = timedelta(hours=1)
NEVER_HELD: Final = "P1"


async def arrive(session: AsyncSession, keys: SiteKeys, tip: Tip, traces: Traces) -> set[uuid.UUID]:
    """Enter a new tip (flushed, with its placements) into the index, and hold it if it is one of a flood.

    Returns:
        The desks that are not to be told of it: a desk is told once of a flood, as long as some of it waits.
    """
    wordings = await service.enter(session, keys, tip.id, traces)
    if tip.priority == NEVER_HELD:
        return set()
    for wording in wordings:
        if await repository.count_since(session, wording, this_minute() - WITHIN) > FREE:
            flood_id = uuid.UUID(bytes=wording)
            await repository.hold(session, tip.id, flood_id)
            return await repository.desks_with_more_of(session, flood_id, tip.id)
    return set()
