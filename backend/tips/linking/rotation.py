"""Moving the index to a new key: every value is hashed once more, and nobody reads a tip for it."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips.linking import repository
from backend.tips.linking.chain import IndexChain

_AT_ONCE: Final = 1_000


async def layer_index(session: AsyncSession, keys: SiteKeys) -> int:
    """Bring every value of the index to the newest index key, in the caller's transaction.

    Running it again does nothing, so it is run again once no process works with the older key any more: what
    such a process entered meanwhile is found by nobody until then. The older keys must stay in the file
    (``chain``).

    Returns:
        How many values were moved.
    """
    chain = IndexChain.of(keys)
    moved = 0
    while entries := await repository.entries_below(session, chain.layer, _AT_ONCE):
        changed = [(one.tip_id, one.value, chain.lifted(one.value, one.layer)) for one in entries]
        for one in entries:
            session.expunge(one)
        await repository.replace_entries(session, changed, chain.layer)
        moved += len(changed)
    while wordings := await repository.wordings_below(session, chain.layer, _AT_ONCE):
        for wording in wordings:
            place, layer = wording.tip_id.bytes, wording.layer
            wording.bands = [chain.lifted(band, layer) for band in wording.bands]
            wording.signature = chain.mask_lifted(wording.signature, place, layer)
            wording.layer = chain.layer
        await session.flush()
        moved += len(wordings)
    return moved
