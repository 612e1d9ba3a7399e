"""A house for the bot to live in: a real backend on a real database, seeded, over real HTTP."""

import asyncio
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.types import ASGIApp

from backend.app import create_internal_app
from backend.cli.seed import _seed
from backend.kit.secrets_store import make_missing
from backend.kit.settings import Settings as BackendSettings
from backend.ops.postgres import DatabaseUrls
from bot.app import create_app
from bot.keys import VIET_NAM
from bot.settings import Settings as BotSettings
from tests.bot.serving import free_port, serve


@dataclass(frozen=True)
class Seeded:
    """A database with the topics and the demo's desks, and the secrets that it was made with."""

    database: DatabaseUrls
    var: Path

    @classmethod
    def make(cls, database: DatabaseUrls, var: Path) -> "Seeded":
        make_missing(var / "secrets")
        settings = BackendSettings(var=var, DATABASE_URL=database.app, demo=True)
        # In a thread: the browser tests keep a loop running in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_seed(settings))).result()
        return cls(database, var)


def until_noon() -> timedelta:
    """From now to noon of this day in Viet Nam, which may be past."""
    now = datetime.now(VIET_NAM)
    return now.replace(hour=12, minute=0, second=0, microsecond=0) - now


@dataclass
class House:
    """The running processes, and the hands to stop one. Rasa is absent unless a test brings one."""

    backend_settings: BackendSettings
    bot_settings: BotSettings
    ahead: timedelta = timedelta()
    """How far the bot's clock is ahead of where it stands."""
    url: str = ""
    _until_noon: timedelta = field(default_factory=until_noon)
    """The bot's clock begins at noon: keys change at midnight, which must not fall into a test by chance."""
    _backend: ExitStack = field(default_factory=ExitStack)
    _bot: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def build(cls, seeded: Seeded, database_url: str, var: Path) -> "House":
        """A house on a copy of the seeded database, with a copy of its secrets; nothing runs yet."""
        shutil.copytree(seeded.var, var, dirs_exist_ok=True)
        backend_settings = BackendSettings(var=var, DATABASE_URL=database_url, demo=True)
        bot_settings = BotSettings(var=var, internal_port=free_port(), rasa_port=free_port())
        return cls(backend_settings, bot_settings)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._until_noon + self.ahead

    def start_backend(self, *around: Callable[[ASGIApp], ASGIApp]) -> None:
        """Start it; ``around``: middleware that stands between it and the bot, as a bad line would."""
        app = create_internal_app(self.backend_settings)
        for middleware in around:
            app.add_middleware(middleware)
        self._backend.enter_context(serve(app, self.bot_settings.internal_port))

    def stop_backend(self) -> None:
        self._backend.close()

    def start_bot(self) -> None:
        self.url = self._bot.enter_context(serve(create_app(self.bot_settings, clock=self.now)))

    def stop_bot(self) -> None:
        self._bot.close()
