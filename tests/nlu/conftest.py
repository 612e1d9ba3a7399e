"""The trained model, and a real Rasa server on it."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from nlu import quiet
from nlu.build import CONFIG
from nlu.lean import learns_without, leave_out_tensorflow

quiet.configure()
if learns_without(CONFIG):
    leave_out_tensorflow()

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "nlu" / "models" / "antam.tar.gz"


@dataclass
class RasaServer:
    """A server under test, asked as the bot asks it."""

    url: str
    token: str
    process: subprocess.Popen[bytes]
    output: Path
    session: requests.Session = field(default_factory=requests.Session)

    def post(self, path: str, body: object, token: str | None = None) -> requests.Response:
        """POST to a route of the channel."""
        headers = {"X-Antam-Token": self.token if token is None else token}
        return self.session.post(f"{self.url}/webhooks/antam/{path}", json=body, headers=headers, timeout=30)

    def say(self, message: str, sender: str | None = None, **metadata: object) -> list[dict[str, Any]]:
        """What Rasa answers to one message."""
        sender = sender or secrets.token_hex(16)
        answer = self.post("webhook", {"sender": sender, "message": message, "metadata": metadata})
        assert answer.status_code == 200, answer.text
        said: list[dict[str, Any]] = answer.json()
        return said

    def printed(self) -> str:
        """Everything that the process has printed."""
        return self.output.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model; trained now if it is not there."""
    if not MODEL.exists():
        from nlu.train import train

        train()
    return MODEL


@pytest.fixture(scope="session")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    """``python -m nlu.serve`` on a free port, whose action server does not answer."""
    with serving(model, tmp_path_factory.mktemp("var")) as running:
        yield running


@contextmanager
def serving(model: Path, var: Path) -> Iterator[RasaServer]:
    """``python -m nlu.serve`` with a model of its own until the block ends; its actions do not answer."""
    token_file = var / "secrets" / "nlu" / "rasa.token"
    token_file.parent.mkdir(parents=True)
    token_file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    port, nobody = free_port(), free_port()
    environment = {
        **os.environ,
        "ANTAM_VAR": str(var),
        "ANTAM_MODEL": str(model),
        "ANTAM_RASA_PORT": str(port),
        "ANTAM_ACTIONS_PORT": str(nobody),
    }
    output = var / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "nlu.serve"], cwd=ROOT, env=environment, stdout=file, stderr=file
        )
    running = RasaServer(f"http://127.0.0.1:{port}", token_file.read_text(), process, output)
    try:
        until_ready(running)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def until_ready(server: RasaServer) -> None:
    """Wait until the channel says that a model is loaded."""
    deadline = time.monotonic() + 120
    while True:
        assert server.process.poll() is None, server.printed()
        assert time.monotonic() < deadline, server.printed()
        try:
            if requests.get(f"{server.url}/webhooks/antam/", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
