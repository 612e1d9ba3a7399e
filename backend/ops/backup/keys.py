"""What a backup is sealed with: the deployment's key file, or a passphrase that somebody knows.

The key file stands in a folder of its own (``var/secrets/backup/``), since no process of the house needs it.
"""

import base64
import binascii
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from backend.kit.argon2_queue import derive_now
from backend.kit.crypto import KEY_BYTES, derive_key, random_key
from backend.kit.secrets_store import write_secret
from backend.ops.backup.sealed import About

SHORTEST_PASSPHRASE: Final = 14
"""Characters, as for members' passwords."""
SALT_BYTES: Final = 16


class NoBackupKey(Exception):
    """The key file is not there or cannot be read; the message says what to put back."""


def key_path(secrets: Path) -> Path:
    """Where the key file stands."""
    return secrets / "backup" / "key"


def made_if_missing(secrets: Path) -> bool:
    """Make the key file if there is none. Returns whether it was made."""
    path = key_path(secrets)
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret(path, base64.b64encode(random_key()).decode())
    return True


def key_of(about: About, secrets: Path, ask: Callable[[], str]) -> bytes:
    """The key of one backup (32 bytes).

    Args:
        ask: asks for the passphrase, if the backup has one.

    Raises:
        NoBackupKey: see there.
    """
    if about.locked_with == "passphrase":
        return derive_key(_stretched(ask(), about.salt), "backup", salt=about.salt)
    return derive_key(_from_file(key_path(secrets)), "backup", salt=about.salt)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return derive_now(unicodedata.normalize("NFC", passphrase).encode(), salt, KEY_BYTES)


def _from_file(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_text(encoding="utf-8").strip(), validate=True)
    except FileNotFoundError:
        raise NoBackupKey(f"The key of the backups is missing: put {path} back.") from None
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise NoBackupKey(f"{path} is damaged: put back its copy.")
    return key
