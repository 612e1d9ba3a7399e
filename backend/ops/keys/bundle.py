"""All rooms' secrets in one sealed file, and back.

The file is sealed (XChaCha20-Poly1305) under a passphrase or a printed key, stretched by Argon2id, and says
nothing of what is in it. Left out is what a copy would harm or what belongs to a database: the day keys,
whose destruction is the point of them, and the passwords of PostgreSQL.
"""

import base64
import json
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backend.kit.argon2_queue import SALT_BYTES, derive_now
from backend.kit.crypto import KEY_BYTES, Unsealable, bound_to, seal, unseal
from backend.kit.secrets_store import write_secret

SHORTEST_PASSPHRASE: Final = 14
"""Characters, as for members' passwords."""
_MAGIC: Final = b"antam keys 1\n"
_PLACE: Final = bound_to("keys backup", 1)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-][A-Za-z0-9_.-]*")
_LEFT_OUT: Final = re.compile(r"\.lock$|\.new$|\.before-\d+$|/day_keys\.json$|/database_url\.|^postgres/")
_PRINTED_BYTES: Final = 20
_GROUP: Final = 4


class NotABundle(Exception):
    """The file is none of ours, was changed, or is sealed under something else that was not typed."""


class Differs(Exception):
    """Other secrets stand where these would be written; ``names`` says which. Nothing was written."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"Other secrets stand there: {', '.join(names)}")
        self.names = names


@dataclass(frozen=True)
class Secrets:
    """The files of ``var/secrets/`` by their names there, with what is in them."""

    files: dict[str, bytes] = field(repr=False)

    @property
    def names(self) -> list[str]:
        return sorted(self.files)


def new_printed_key() -> str:
    """160 random bits, to be printed: eight groups of four letters and digits."""
    text = base64.b32encode(secrets.token_bytes(_PRINTED_BYTES)).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def collect(folder: Path) -> Secrets:
    """Everything under ``folder`` that belongs into a backup of the keys."""
    found = {str(path.relative_to(folder)): path for path in folder.glob("*/*") if path.is_file()}
    return Secrets({name: path.read_bytes() for name, path in found.items() if not _LEFT_OUT.search(name)})


def write(path: Path, bundle: Secrets, typed: str) -> None:
    """Write the sealed file (0600) and read it back once; nothing stays of one that is not whole.

    Raises:
        FileExistsError: something stands there already; it is left alone.
        NotABundle: the disk did not keep what was written.
    """
    text = json.dumps({name: base64.b64encode(raw).decode() for name, raw in sorted(bundle.files.items())})
    salt = secrets.token_bytes(SALT_BYTES)
    sealed = _MAGIC + salt + seal(text.encode(), _key(typed, salt), _PLACE)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        if read(path, typed) != bundle:
            raise NotABundle
    except BaseException:
        path.unlink()
        raise


def read(path: Path, typed: str) -> Secrets:
    """What ``write`` sealed.

    Raises:
        FileNotFoundError: there is no such file.
        NotABundle: see there.
    """
    raw = path.read_bytes()
    body = raw[len(_MAGIC) :]
    if not raw.startswith(_MAGIC) or len(body) < SALT_BYTES:
        raise NotABundle
    salt, sealed = body[:SALT_BYTES], body[SALT_BYTES:]
    try:
        text = unseal(sealed, _key(typed, salt), _PLACE)
    except Unsealable:
        raise NotABundle from None
    files = {name: base64.b64decode(content) for name, content in json.loads(text).items()}
    if not all(_NAME.fullmatch(name) for name in files):
        raise NotABundle
    return Secrets(files)


def put_back(folder: Path, bundle: Secrets, *, replace: bool = False) -> list[str]:
    """Write the secrets that ``folder`` lacks. What is the same already stays as it is.

    Args:
        replace: also write over secrets that differ; those are kept beside, as ``<name>.before-<n>``.

    Returns:
        The names that were written.

    Raises:
        Differs: other secrets stand there, and ``replace`` was not said. Nothing was written.
    """
    other = [name for name in bundle.names if _differs(folder / name, bundle.files[name])]
    if other and not replace:
        raise Differs(other)
    written = []
    for name in bundle.names:
        path = folder / name
        if path.exists() and name not in other:
            continue
        for place in (folder, path.parent):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if name in other:
            _keep_beside(path)
        write_secret(path, bundle.files[name].decode().removesuffix("\n"))
        written.append(name)
    return written


def _differs(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def _keep_beside(path: Path) -> None:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    path.rename(kept)


def _key(typed: str, salt: bytes) -> bytes:
    """Typed as printed or as chosen: case and separators count in a passphrase, and not in a printed key."""
    return derive_now(_normal(typed), salt, KEY_BYTES)


def _normal(typed: str) -> bytes:
    bare = "".join(typed.split()).replace("-", "").upper().translate(str.maketrans("018", "OIB"))
    try:
        is_printed = len(base64.b32decode(bare)) == _PRINTED_BYTES
    except ValueError:
        is_printed = False
    return bare.encode() if is_printed else unicodedata.normalize("NFKC", typed).encode()
