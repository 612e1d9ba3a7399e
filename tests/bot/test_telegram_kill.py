"""A bot process that ends in the middle of an answer: nothing is lost, nothing is done twice."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from bot.channels.credentials import Mode
from bot.settings import ROOT
from tests.bot.house import House
from tests.bot.telegram_driver import Telegram, TelegramWorker
from tests.fakes.telegram import Json

STORY = "ông Tư ở khu trọ Hoa Mai cho vay nặng lãi"


@contextmanager
def bot_process(account: Telegram) -> Iterator["subprocess.Popen[str]"]:
    """``python -m bot`` with the account, once it has told Telegram of itself."""
    settings = account.settings
    environment = {
        **os.environ,
        "ANTAM_VAR": str(settings.var),
        "ANTAM_BOT_PORT": str(settings.bot_port),
        "ANTAM_INTERNAL_PORT": str(settings.internal_port),
        "ANTAM_RASA_PORT": str(settings.rasa_port),
        "ANTAM_TELEGRAM_API_URL": settings.telegram_api_url,
        "ANTAM_PUBLIC_BOT_URL": settings.public_bot_url,
    }
    known = account.fake.count("setMyCommands")
    started = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        account.fake.until_called("setMyCommands", known + 2)
        yield started
    finally:
        started.kill()
        started.wait()


def begin_to_hand_in(account: Telegram, update: Json) -> None:
    """Bring an update to a bot that will not live to acknowledge it."""
    if not account.fake.webhook:
        account.fake.post(update)
        return

    def deliver() -> None:
        try:
            status = account.fake.deliver(update)
        except httpx.TransportError:
            return
        assert status != 200, "acknowledged before it was answered"

    threading.Thread(target=deliver, daemon=True).start()


@pytest.mark.parametrize("mode", list(Mode))
def test_what_was_not_acknowledged_comes_again_and_acts_once(house: House, mode: Mode) -> None:
    with Telegram.account(house, mode) as account:
        worker, fake = TelegramWorker(account.fake), account.fake
        with bot_process(account) as first:
            for text in ("báo tin", "1", "1", "1"):
                worker.say(text)
            fake.held.add(("sendMessage", worker.user))
            update, answers = fake.message(worker.user, text=STORY), fake.count("sendMessage")
            begin_to_hand_in(account, update)
            # The answer is on its way, so the draft is stored; nobody has heard of it yet.
            fake.until_called("sendMessage", answers + 1)
            assert update["update_id"] not in fake.confirmed
            first.kill()
            told = first.communicate()[0]
        fake.let_go()
        before = len(worker.mine)
        with bot_process(account):
            if fake.webhook:
                assert fake.deliver(update) == 200
            else:
                fake.until_confirmed(update)
            assert "ghi 1 đoạn" in worker.mine[-1].text
            # At most the answer that was under way and the one that was given again.
            assert len(worker.mine) <= before + 2
            assert "ghi 2 đoạn" in worker.say("lãi năm ngàn một triệu một ngày").text
    for word in (STORY, "Hoa Mai", str(worker.user), fake.token):
        assert word not in told


def test_what_a_bot_that_is_told_to_stop_did_not_answer_comes_again(house: House) -> None:
    with Telegram.account(house) as account:
        worker, fake = TelegramWorker(account.fake), account.fake
        fake.held.add(("sendMessage", worker.user))
        update = fake.message(worker.user, text="menu")
        with account.bot():
            fake.post(update)
            fake.until_called("sendMessage")
        assert update["update_id"] not in fake.confirmed
        fake.let_go()
        with account.bot():
            fake.until_confirmed(update)
        assert "Mình giúp được" in worker.mine[-1].text
