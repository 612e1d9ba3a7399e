"""Telling the browser of a colleague from a stranger's, so that a stranger's guesses lock nobody out.

After a finished sign-in a browser keeps a mark: a random id with a MAC over the login name. It opens nothing.
Attempts from a marked browser are counted apart (``throttle``), so somebody who floods a name from elsewhere
makes only other strangers wait. Pure.
"""

import secrets
from typing import Final

from backend.kit.crypto import keyed_hash, same
from backend.kit.site_keys import SiteKeyMissing, SiteKeys

COOKIE: Final = "antam_known"
LIFE_SECONDS: Final = 90 * 24 * 3600
_ID_BYTES: Final = 16


def new_mark(keys: SiteKeys, login: str) -> str:
    """The mark of a browser in which ``login`` has just signed in."""
    version, mac_key = keys.current("mac")
    browser_id = secrets.token_bytes(_ID_BYTES)
    return f"{version}.{browser_id.hex()}.{_mac(mac_key, login, browser_id).hex()}"


def browser_id(keys: SiteKeys, login: str, mark: str) -> bytes | None:
    """The id in ``mark`` if it was given to a browser of ``login``, else none."""
    try:
        version, id_text, mac_text = mark.split(".")
        found, mac = bytes.fromhex(id_text), bytes.fromhex(mac_text)
        mac_key = keys.get("mac", int(version))
    except (ValueError, SiteKeyMissing):
        return None
    return found if same(mac, _mac(mac_key, login, found)) else None


def _mac(mac_key: bytes, login: str, browser_id: bytes) -> bytes:
    return keyed_hash(mac_key, b"known browser", login.encode(), browser_id)
