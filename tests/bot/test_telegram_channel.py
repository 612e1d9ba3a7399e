"""The contract of every channel, on Telegram: by polling and by webhook, over real HTTP."""

from collections.abc import Iterator

import pytest

from bot.channels.credentials import Mode
from tests.bot.channel_contract import ChannelContract
from tests.bot.house import House
from tests.bot.telegram_driver import Telegram, TelegramWorker


class _OnTelegram(ChannelContract):
    mode: Mode

    @pytest.fixture(scope="class")
    @classmethod
    def telegram(cls, house: House) -> Iterator[Telegram]:
        with Telegram.account(house, cls.mode) as account, account.bot():
            yield account

    @pytest.fixture
    def worker(self, telegram: Telegram) -> TelegramWorker:
        return TelegramWorker(telegram.fake)


class TestByPolling(_OnTelegram):
    mode = Mode.POLLING


class TestByWebhook(_OnTelegram):
    mode = Mode.WEBHOOK
