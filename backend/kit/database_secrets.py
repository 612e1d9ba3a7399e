"""Passwords for a PostgreSQL that is not ours: made once, handed to both sides as files.

The embedded PostgreSQL does not use this (``backend/ops/postgres.py`` does the same for it). Writes files and
never talks to a database.
"""

import secrets
from pathlib import Path
from typing import Final

from backend.kit.secrets_store import write_secret

_ROLES: Final = ("owner", "app")


def make_database_secrets(folder: Path, host: str) -> list[Path]:
    """Write what a fresh server at ``host`` and our backend must know of each other; nothing if it was done.

    ``backend/database_url.<role>`` is read by the backend; ``postgres/roles.sql`` and ``postgres/superuser``
    are mounted into the server's container, whose own account must be able to read them.
    """
    urls = {role: folder / "backend" / f"database_url.{role}" for role in _ROLES}
    if any(path.exists() for path in urls.values()):
        return []
    for place in (folder / "backend", folder / "postgres"):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = {role: secrets.token_urlsafe(24) for role in _ROLES}
    (folder / "postgres").chmod(0o755)
    for name, text in (("roles.sql", _roles(passwords)), ("superuser", secrets.token_urlsafe(24))):
        write_secret(folder / "postgres" / name, text, mode=0o644)
    for role, path in urls.items():
        write_secret(path, f"postgresql+psycopg://antam_{role}:{passwords[role]}@{host}/antam")
    return [*urls.values(), folder / "postgres" / "roles.sql", folder / "postgres" / "superuser"]


def _roles(passwords: dict[str, str]) -> str:
    return "\n".join(
        (
            f"CREATE ROLE antam_owner LOGIN CREATEDB PASSWORD '{passwords['owner']}';",
            f"CREATE ROLE antam_app LOGIN PASSWORD '{passwords['app']}';",
            "GRANT antam_app TO antam_owner;",
            "CREATE DATABASE antam OWNER antam_owner;",
            "REVOKE ALL ON DATABASE antam FROM PUBLIC;",
            "GRANT CONNECT ON DATABASE antam TO antam_app;",
        )
    )
