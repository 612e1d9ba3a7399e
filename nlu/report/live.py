"""From the order to train until the running server answers with the new model: how long, and in which parts.

A server of its own (``python -m nlu.serve``) on a free port, with the model that is there; the training is
the same command that trainers' work starts. Nothing of the project's own models or builds is touched.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests

from nlu.corpus import DATA, ROOT
from nlu.report.processes import Done, command, ran, resident
from nlu.stopwatch import laps

WAIT_SECONDS: Final = 180
LOOK_SECONDS: Final = 0.1


class NeverLive(Exception):
    """The server did not start, or never answered with the new model; its words are in the message."""


@dataclass(frozen=True)
class Live:
    """One order, carried out."""

    model: Path
    """The new model's file."""
    seconds: float
    """From the order until the server answered with the new model's id."""
    training: Done
    parts: dict[str, float]
    """Seconds of each part of the training, as it said itself."""
    before: float
    """The server's resident memory before, MB."""
    after: float
    """And with the new model in place, MB: the old one's is given back to Python, not all to the system."""

    @property
    def swapping(self) -> float:
        """Seconds from the end of the training until the new model answered."""
        return self.seconds - self.training.seconds


@dataclass(frozen=True)
class _Server:
    url: str
    process: subprocess.Popen[bytes]
    output: Path

    def model_id(self) -> str | None:
        """The id of the model that answers; None while there is none."""
        try:
            answer = requests.get(f"{self.url}/webhooks/antam/", timeout=10)
            found = answer.json()["model"] if answer.ok else None
        except (requests.RequestException, ValueError):
            return None
        return str(found) if found else None

    def until_other_than(self, known: str | None) -> str:
        """Wait for another model than ``known`` to answer."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            found = self.model_id()
            if found and found != known:
                return found
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NeverLive(self.output.read_text(encoding="utf-8", errors="replace"))
            time.sleep(LOOK_SECONDS)


def order_to_live(folder: Path, served: Path, data: Path = DATA) -> Live:
    """Serve ``served`` out of ``folder``, train ``data`` into its place, and wait until that answers.

    Raises:
        NeverLive: see there.
        subprocess.CalledProcessError: the training failed.
    """
    live = folder / "live" / served.name
    live.parent.mkdir()
    shutil.copyfile(served, live)
    with _serving(live, folder) as server:
        old = server.until_other_than(None)
        before = resident(server.process.pid)
        started = time.monotonic()
        training = ran(
            [
                "nlu.train",
                f"--name={live.name.removesuffix('.tar.gz')}",
                f"--models={live.parent}",
                f"--data={data}",
                f"--made-in={folder / 'made'}",
            ]
        )
        server.until_other_than(old)
        seconds = time.monotonic() - started
        return Live(live, seconds, training, laps(training.printed), before, resident(server.process.pid))


@contextmanager
def _serving(model: Path, folder: Path) -> Iterator[_Server]:
    token = folder / "var" / "secrets" / "nlu" / "rasa.token"
    token.parent.mkdir(parents=True)
    token.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    port, nobody = _free_port(), _free_port()
    environment = {
        **os.environ,
        "ANTAM_INTERNAL_HOST": "127.0.0.1",
        "ANTAM_VAR": str(folder / "var"),
        "ANTAM_MODEL": str(model),
        "ANTAM_RASA_PORT": str(port),
        "ANTAM_ACTIONS_URL": f"http://127.0.0.1:{nobody}/webhook",
    }
    output = folder / "served"
    with output.open("wb") as file:
        process = subprocess.Popen(command("nlu.serve"), cwd=ROOT, env=environment, stdout=file, stderr=file)
    try:
        yield _Server(f"http://127.0.0.1:{port}", process, output)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
