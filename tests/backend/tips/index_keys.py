"""Site keys whose index key was rotated, and the index brought to them."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from backend.kit.site_keys import SiteKeys
from backend.tips.linking import repository
from backend.tips.linking.chain import IndexChain
from backend.tips.linking.rotation import layer_tips


def with_index_keys(secrets: Path, count: int) -> SiteKeys:
    """The backend's keys with ``count`` index keys, the first as it was; the same ones at every call."""
    rings = json.loads((secrets / "backend" / "site_keys.json").read_text(encoding="utf-8"))
    first = b64decode(rings["index"]["keys"]["1"])
    more = {str(n): b64encode(sha256(first + bytes([n])).digest()).decode() for n in range(2, count + 1)}
    rings["index"] = {"current": count, "keys": {"1": rings["index"]["keys"]["1"], **more}}
    path = secrets.parent / f"rotated_{count}.json"
    path.write_text(json.dumps(rings), encoding="utf-8")
    return SiteKeys.read(path)


async def layered(session: AsyncSession, keys: SiteKeys) -> int:
    """``layer_index`` within one transaction. How many values were moved."""
    tip_ids = await repository.tips_below(session, IndexChain.of(keys).layer, UUID(int=0), 1_000)
    return await layer_tips(session, keys, tip_ids)
