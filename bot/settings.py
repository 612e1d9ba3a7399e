"""Settings of the worker-facing process, read from the environment (``ANTAM_*``).

Secrets are never settings: a setting names the folder that holds them.
"""

from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Where the bot listens and whom it asks."""

    model_config = SettingsConfigDict(env_prefix="ANTAM_", extra="ignore")

    var: Path = ROOT / "var"
    data: Path = ROOT / "data"
    host: str = "127.0.0.1"
    bot_port: int = 8080
    internal_port: int = 8082
    internal_url: str = ""
    """Base address of the internal API; empty means loopback at ``internal_port``."""
    rasa_port: int = 8083
    rasa_url: str = ""
    """Base address of the Rasa server; empty means loopback at ``rasa_port``."""
    secure_cookies: bool = False
    """True when the pages are served over HTTPS (always, outside a laptop)."""
    public_bot_url: str = ""
    """Where workers reach the pages (``https://…``), for links in chats and for webhooks; empty: nowhere."""
    telegram_api_url: str = "https://api.telegram.org"
    """Telegram's Bot API, or a Bot API server of the operator's own."""
    zalo_api_url: str = "https://bot-api.zaloplatforms.com"
    """The API of the Zalo Bot Platform."""
    exit_url: str = "https://www.google.com/"
    """The neutral page that "leave quickly" goes to."""

    @cached_property
    def secrets(self) -> Path:
        """The bot's own folder of secrets."""
        return self.var / "secrets" / "bot"

    @cached_property
    def backend_base(self) -> str:
        return self.internal_url.rstrip("/") or f"http://127.0.0.1:{self.internal_port}"

    @cached_property
    def rasa_base(self) -> str:
        return self.rasa_url.rstrip("/") or f"http://127.0.0.1:{self.rasa_port}"

    @cached_property
    def public_origin(self) -> str | None:
        """The public address of the worker pages without a slash at its end, if there is one."""
        return self.public_bot_url.rstrip("/") or None

    @cached_property
    def exit_origin(self) -> str:
        """Scheme and host of ``exit_url``, for the Content-Security-Policy."""
        parts = urlsplit(self.exit_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"
