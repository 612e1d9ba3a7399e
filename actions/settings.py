"""Where the action server listens and finds the backend, from the environment (``ANTAM_*``).

The secret itself is never in the environment: it stands in a file under ``var/``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """``ANTAM_INTERNAL_HOST``, ``ANTAM_ACTIONS_PORT``, ``ANTAM_BACKEND_URL`` or
    ``ANTAM_INTERNAL_PORT``, and the files under ``ANTAM_VAR`` and ``ANTAM_DATA``.
    """

    host: str
    port: int
    backend_url: str
    token_file: Path
    phrases_file: Path

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Unset variables have the defaults of docs/ARCHITECTURE.md."""
        internal_port = environment.get("ANTAM_INTERNAL_PORT", "8082")
        return cls(
            host=environment.get("ANTAM_INTERNAL_HOST", "127.0.0.1"),
            port=int(environment.get("ANTAM_ACTIONS_PORT", "8084")),
            backend_url=environment.get("ANTAM_BACKEND_URL", f"http://127.0.0.1:{internal_port}"),
            token_file=Path(environment.get("ANTAM_VAR") or ROOT / "var")
            / "secrets"
            / "actions"
            / "backend.token",
            phrases_file=Path(environment.get("ANTAM_DATA") or ROOT / "data") / "phrases" / "actions.yml",
        )
