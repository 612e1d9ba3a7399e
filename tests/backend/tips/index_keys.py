"""Site keys whose index key was rotated."""

import json
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from backend.kit.site_keys import SiteKeys


def with_index_keys(secrets: Path, count: int) -> SiteKeys:
    """The backend's keys with ``count`` index keys, the first as it was; the same ones at every call."""
    rings = json.loads((secrets / "backend" / "site_keys.json").read_text(encoding="utf-8"))
    first = b64decode(rings["index"]["keys"]["1"])
    more = {str(n): b64encode(sha256(first + bytes([n])).digest()).decode() for n in range(2, count + 1)}
    rings["index"] = {"current": count, "keys": {"1": rings["index"]["keys"]["1"], **more}}
    path = secrets.parent / f"rotated_{count}.json"
    path.write_text(json.dumps(rings), encoding="utf-8")
    return SiteKeys.read(path)
