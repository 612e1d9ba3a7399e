"""A house of an operator who has given it accounts, with stand-ins for Telegram and Zalo alone."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.kit.secrets_store import make_missing
from backend.kit.settings import ROOT
from tests.bot.zalo_driver import ORIGIN
from tests.e2e.house import House, running_house
from tests.fakes.telegram import FakeTelegram, telegram_server
from tests.fakes.zalo import FakeZalo
from tests.waiting import eventually

LAST_COMMANDS = 2
"""The bot has told Telegram of itself when its commands are set in both languages."""


def give_account(var: Path, token: str, *channel: str, **environment: str) -> None:
    """``antam channel … set`` with a platform's token."""
    subprocess.run(
        [sys.executable, "-m", "backend.cli", "channel", *channel],
        cwd=ROOT,
        env={"ANTAM_VAR": str(var), **environment},
        input=token,
        text=True,
        check=True,
    )


@contextmanager
def house_on_telegram(fake: FakeTelegram, var: Path) -> Iterator[House]:
    """The house runs, and Telegram knows it."""
    make_missing(var / "secrets")
    with telegram_server(fake) as api:
        give_account(var, fake.token, "telegram", "set")
        with running_house(var, environment={"ANTAM_TELEGRAM_API_URL": api}) as house:
            fake.until_called("setMyCommands", LAST_COMMANDS)
            yield house


@contextmanager
def house_on_both(telegram: FakeTelegram, zalo: FakeZalo, var: Path) -> Iterator[House]:
    """The house runs, and both platforms know it: Zalo by its webhook, as in earnest."""
    make_missing(var / "secrets")
    with telegram_server(telegram) as api:
        give_account(var, telegram.token, "telegram", "set")
        environment = {
            "ANTAM_TELEGRAM_API_URL": api,
            "ANTAM_ZALO_API_URL": zalo.url,
            "ANTAM_PUBLIC_BOT_URL": ORIGIN,
        }
        give_account(var, zalo.token, "zalo_bot", "set", "--mode", "webhook", **environment)
        with running_house(var, environment=environment) as house:
            telegram.until_called("setMyCommands", LAST_COMMANDS)
            eventually(lambda: zalo.webhook["url"], within=60)
            yield house
