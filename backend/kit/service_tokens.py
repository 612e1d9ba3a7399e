"""Which of our own processes calls the internal API, and what it may ask for.

Each calling service has one random token. Its own folder under ``var/secrets/`` holds the token;
the backend's folder holds only SHA-256 hashes and scopes (``service_tokens.json``).
"""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from backend.kit.crypto import same


class Scope(StrEnum):
    KNOWLEDGE = "knowledge"
    """Read published topics, search them, read hotlines."""
    CHECKS = "checks"
    """Loan and message checks."""
    DRAFTS = "drafts"
    """Store and fetch sealed drafts."""
    TIPS = "tips"
    """Submit a tip; ask the purpose guard."""
    MAILBOX = "mailbox"
    """Open a mailbox by receipt and write to it."""


SERVICE_SCOPES: dict[str, frozenset[Scope]] = {
    "bot": frozenset({Scope.KNOWLEDGE, Scope.CHECKS, Scope.DRAFTS, Scope.TIPS, Scope.MAILBOX}),
    "actions": frozenset({Scope.KNOWLEDGE, Scope.CHECKS}),
}
"""What each service is granted when its token is made (``antam keys init``)."""


@dataclass(frozen=True)
class Caller:
    """A calling service, known by its token."""

    name: str
    scopes: frozenset[Scope]


@dataclass(frozen=True)
class _Entry:
    digest: bytes
    caller: Caller


class ServiceTokens:
    """The known tokens' hashes, read once at start."""

    def __init__(self, entries: list[_Entry]) -> None:
        self._entries = entries

    @classmethod
    def read(cls, path: Path) -> "ServiceTokens":
        """Read ``{"bot": {"sha256": "<hex>", "scopes": ["drafts", …]}, …}``."""
        raw: dict[str, dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
        entries = []
        for name, entry in raw.items():
            scopes = entry["scopes"]
            assert isinstance(scopes, list)
            caller = Caller(name, frozenset(Scope(scope) for scope in scopes))
            entries.append(_Entry(bytes.fromhex(str(entry["sha256"])), caller))
        return cls(entries)

    def caller(self, token: str) -> Caller | None:
        """The service that holds ``token``; every entry is compared, so time tells nothing."""
        digest = hashlib.sha256(token.encode()).digest()
        found = None
        for entry in self._entries:
            if same(entry.digest, digest):
                found = entry.caller
        return found
