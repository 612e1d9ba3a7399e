"""Moving the index to a new key: every value is hashed once more, and nobody reads a tip for it."""

import uuid
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.kit.site_keys import SiteKeys
from backend.tips import repository as tips
from backend.tips.linking import repository
from backend.tips.linking.chain import IndexChain

_AT_ONCE: Final = 200
"""Tips that are held at a time; whoever writes to one of them waits so long."""


async def layer_index(maker: async_sessionmaker[AsyncSession], keys: SiteKeys) -> int:
    """Bring every value of the index to the newest index key, some tips in a transaction.

    It can be broken off and run again, and running it again does nothing, so it is run again once no process
    works with the older key any more: what such a process entered meanwhile is found by nobody until then.
    The older keys must stay in the file (``chain``).

    Returns:
        How many values were moved.
    """
    moved, after, done = 0, uuid.UUID(int=0), False
    while not done:
        async with maker.begin() as session:
            tip_ids = await repository.tips_below(session, IndexChain.of(keys).layer, after, _AT_ONCE)
            moved += await layer_tips(session, keys, tip_ids)
        done = len(tip_ids) < _AT_ONCE
        after = max(tip_ids, default=after)
    return moved


async def layer_tips(session: AsyncSession, keys: SiteKeys, tip_ids: list[uuid.UUID]) -> int:
    """Bring the values of these tips to the newest index key. Returns how many were moved.

    A message that comes to one of them meanwhile enters its values before or after, never in between: its
    writer holds the tip as this does, and both hold several only in the order of their ids.
    """
    chain = IndexChain.of(keys)
    await tips.lock_all(session, tip_ids)
    entries = await repository.entries_below(session, chain.layer, tip_ids)
    changed = [(one.tip_id, one.value, chain.lifted(one.value, one.layer)) for one in entries]
    for one in entries:
        session.expunge(one)
    if changed:
        await repository.replace_entries(session, changed, chain.layer)
        await repository.rename_floods(session, changed)
    wordings = await repository.wordings_below(session, chain.layer, tip_ids)
    for wording in wordings:
        place, layer = wording.tip_id.bytes, wording.layer
        wording.bands = [chain.lifted(band, layer) for band in wording.bands]
        wording.signature = chain.mask_lifted(wording.signature, place, layer)
        wording.layer = chain.layer
    await session.flush()
    return len(changed) + len(wordings)
