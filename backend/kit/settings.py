"""Settings of the backend, read from the environment (``ANTAM_*``) and from files under ``var/``.

Secrets are never settings themselves: a setting names the file that holds one, so that an
environment dump shows none.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """Where the backend listens, stores and finds its secrets."""

    model_config = SettingsConfigDict(env_prefix="ANTAM_", extra="ignore")

    var: Path = ROOT / "var"
    data: Path = ROOT / "data"
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    """``postgresql+psycopg://…`` of the operator's server; unset means the embedded PostgreSQL."""

    host: str = "127.0.0.1"
    """Where the pages of workers and staff listen."""
    internal_host: str = "127.0.0.1"
    """Where the internal API, Rasa and the actions listen: never an address that the world can reach."""
    bot_port: int = 8080
    staff_port: int = 8081
    internal_port: int = 8082
    rasa_port: int = 8083
    actions_port: int = 8084
    secure_cookies: bool = False
    """True when the staff pages are served over HTTPS (always, outside a laptop)."""
    public_staff_url: str = ""
    public_bot_url: str = ""
    default_language: str = "vi"
    demo: bool = False
    """Make demo accounts in an empty deployment (``make run``). Never where real tips are taken."""

    @property
    def secrets(self) -> Path:
        """One folder a room (``backend``, ``bot``, ``actions``, ``nlu``), so each can be mounted apart."""
        return self.var / "secrets"

    @property
    def backups(self) -> Path:
        """Where backups go unless they are told otherwise, with the list of what was destroyed since."""
        return self.var / "backups"


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
