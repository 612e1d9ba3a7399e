"""The bot's process on Zalo, whatever goes wrong: it tells a method and a code, and nothing of anybody."""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from bot.channels.credentials import Mode
from bot.settings import ROOT
from tests.bot.channel_contract import RECEIPT
from tests.bot.house import House
from tests.bot.serving import free_port
from tests.bot.zalo_driver import ORIGIN, ZaloWorker, set_up
from tests.fakes.zalo import Failure, FakeZalo, error, text_message, update
from tests.waiting import eventually

STORY = "khu trọ Hoa Mai phòng mười hai, chị Sáu Lành"


@contextmanager
def bot_process(house: House, zalo: FakeZalo, mode: Mode) -> Iterator["subprocess.Popen[str]"]:
    """``python -m bot`` beside the house's backend, with an account on ``zalo``."""
    settings = house.bot_settings
    set_up(settings.var, zalo, mode)
    house.url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {
        **os.environ,
        "ANTAM_VAR": str(settings.var),
        "ANTAM_BOT_PORT": str(port),
        "ANTAM_INTERNAL_PORT": str(settings.internal_port),
        "ANTAM_RASA_PORT": str(settings.rasa_port),
        "ANTAM_ZALO_API_URL": zalo.url,
        "ANTAM_PUBLIC_BOT_URL": ORIGIN,
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
            started.wait()


def troubles(secret: str) -> list[Failure]:
    """One of each kind, each quoting ``secret`` where it can."""
    told = secret.encode()
    return [
        error(401, secret),
        error(429, secret),
        error(500, secret, 500),
        Failure(502, b"<html>" + told),
        Failure(200, told),
        Failure(200, json.dumps({"ok": False, "error_code": 503, "error": secret}).encode()),
        Failure(200, told, dropped=True),
    ]


@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_of_a_worker_and_nothing_of_the_account_is_told(house: House, mode: Mode) -> None:
    with FakeZalo().running() as zalo, bot_process(house, zalo, mode) as bot:
        secret = f"{zalo.token} {STORY}"
        eventually(
            lambda: zalo.webhook["url"] if mode is Mode.WEBHOOK else zalo.count("getUpdates"), within=60
        )
        worker = ZaloWorker.new(lambda: house.url, zalo)
        receipt = worker.send_a_tip(STORY)
        worker.ask("đã lưu", "đã quên mã")
        worker.ask(receipt, "Viết cho cán bộ")
        worker.send_other("message.image.received", photo=f"https://{STORY}", caption=STORY)
        group = update("group-77", "message.text.received", chat_type="GROUP", text=STORY)
        broken = text_message(worker.user, STORY) | {"event_name": {STORY: STORY}}
        for what in (group, broken):
            worker.send(what)
        if mode is Mode.WEBHOOK:
            assert zalo.deliver(text_message(worker.user, STORY), house.url, zalo.secret[:-1]).is_client_error
            assert zalo.deliver_raw(STORY.encode(), house.url).is_success
            assert httpx.post(f"{house.url}/channels/zalo_bot?{STORY}", content=STORY).is_client_error
        else:
            zalo.fail("getUpdates", *troubles(secret)[:3])
            zalo.post(STORY.encode())
        zalo.fail("sendMessage", error(400, secret), *troubles(secret)[3:])
        for _ in range(2):
            what = text_message(worker.user, STORY)
            zalo.deliver(what, house.url) if mode is Mode.WEBHOOK else zalo.post(what)
        eventually(lambda: zalo.count("sendMessage") >= len(zalo.sent) + 5, within=60)
        bot.send_signal(signal.SIGTERM)
        said, _ = bot.communicate(timeout=30)
    assert "zalo_bot: sendMessage: 400, given up" in said
    names = [worker.user, f"Tên {worker.user}", "group-77", receipt, receipt.replace(" ", "")]
    account = [zalo.token, zalo.token.split(":")[1], zalo.secret or "no secret", zalo.url]
    for hidden in (*names, *account, STORY, json.dumps(STORY), base64.b64encode(STORY.encode()).decode()):
        assert hidden not in said
    assert "Hoa Mai" not in said
    assert not RECEIPT.search(said)
    assert "Traceback" not in said
