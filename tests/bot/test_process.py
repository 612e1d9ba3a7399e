"""``python -m bot`` as a process: it serves, tells nobody what was written, and stops when it is told to."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.settings import ROOT
from tests.bot.channel_contract import fresh_id, send_a_tip
from tests.bot.house import House
from tests.bot.serving import free_port
from tests.bot.web_driver import WebWorker
from tests.waiting import eventually

SECRET = "khu trọ Hoa Mai phòng mười hai"


@pytest.fixture
def process(house: House) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    port = free_port()
    settings = house.bot_settings
    environment = {
        **os.environ,
        "ANTAM_VAR": str(settings.var),
        "ANTAM_BOT_PORT": str(port),
        "ANTAM_INTERNAL_PORT": str(settings.internal_port),
        "ANTAM_RASA_PORT": str(settings.rasa_port),
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"

    def alive() -> bool:
        try:
            return httpx.get(f"{url}/healthz", verify=False).is_success
        except httpx.TransportError:
            return False

    eventually(alive, within=60)
    yield started, url
    if started.poll() is None:
        started.kill()
        started.wait()


def test_nothing_that_was_written_and_nobody_who_wrote_is_told(
    process: tuple["subprocess.Popen[str]", str],
) -> None:
    started, url = process
    worker = WebWorker(url)
    receipt = send_a_tip(worker, SECRET)
    worker.say(receipt)
    worker.post({"id": "x", "text": SECRET})
    worker.post({"id": fresh_id(), "text": SECRET * 5_000})
    httpx.post(
        f"{url}/chat/messages", content=SECRET.encode(), headers={"x-antam-user": worker.user}, verify=False
    )
    httpx.post(f"{url}/bao-tin", data={"text": SECRET, "page": "story"}, verify=False)
    httpx.post(f"{url}/hop-thu", data={"receipt": receipt}, verify=False)
    httpx.get(f"{url}/?lang={SECRET}", verify=False)
    started.send_signal(signal.SIGTERM)
    said, _ = started.communicate(timeout=30)
    for secret in (SECRET, receipt, receipt.replace(" ", ""), worker.user, json.dumps(SECRET)):
        assert secret not in said


def test_it_stops_when_it_is_told_to(process: tuple["subprocess.Popen[str]", str]) -> None:
    started, _ = process
    started.send_signal(signal.SIGTERM)
    assert started.wait(timeout=30) in (0, -signal.SIGTERM)


@pytest.mark.parametrize("name", ["site_keys.json", "day_keys.json"])
def test_a_damaged_key_file_ends_the_start_with_its_name_and_nothing_of_it(
    house: House, tmp_path: Path, name: str
) -> None:
    secrets = shutil.copytree(house.bot_settings.secrets, tmp_path / "secrets" / "bot")
    file = secrets / name
    key = max(re.findall(r"[A-Za-z0-9+/=]{40,}", file.read_text()), key=len)
    file.write_text(json.dumps({"conversation": key}))
    ended = start_in_vain(ANTAM_VAR=str(tmp_path))
    assert name in ended.stderr
    assert key not in ended.stdout + ended.stderr


def test_a_damaged_file_of_a_channel_ends_the_start_with_what_to_do_and_nothing_of_it(
    house: House, tmp_path: Path
) -> None:
    secrets = shutil.copytree(house.bot_settings.secrets, tmp_path / "secrets" / "bot")
    (secrets / "telegram.json").write_text('{"token": "4242:AAsecret", "webhook_secret": "short"}')
    ended = start_in_vain(ANTAM_VAR=str(tmp_path))
    assert "antam channel telegram set" in ended.stderr
    assert "AAsecret" not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_words_of_danger_are_read_before_anybody_can_write(house: House, tmp_path: Path) -> None:
    data = shutil.copytree(ROOT / "data", tmp_path / "data")
    (data / "danger.yml").write_text("lists: [")
    ended = start_in_vain(ANTAM_VAR=str(house.bot_settings.var), ANTAM_DATA=str(data))
    assert "danger.yml" in ended.stderr


def start_in_vain(**environment: str) -> "subprocess.CompletedProcess[str]":
    """A start that must fail."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=ROOT,
        env={**os.environ, "ANTAM_BOT_PORT": str(free_port()), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    return ended
