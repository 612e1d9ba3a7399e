"""A house of an operator who has given it an account at Telegram, with a stand-in for Telegram alone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.kit.secrets_store import make_missing
from backend.kit.settings import ROOT
from tests.e2e.house import House, running_house
from tests.fakes.telegram import FakeTelegram, telegram_server

LAST_COMMANDS = 2
"""The bot has told Telegram of itself when its commands are set in both languages."""


@contextmanager
def house_on_telegram(fake: FakeTelegram, var: Path) -> Iterator[House]:
    """The house runs, and Telegram knows it."""
    make_missing(var / "secrets")
    with telegram_server(fake) as api:
        environment = {"ANTAM_VAR": str(var), "ANTAM_TELEGRAM_API_URL": api}
        antam = [sys.executable, "-m", "backend.cli", "channel", "telegram", "set"]
        subprocess.run(antam, cwd=ROOT, env=environment, input=fake.token, text=True, check=True)
        with running_house(var, environment=environment) as house:
            fake.until_called("setMyCommands", LAST_COMMANDS)
            yield house
