"""``antam understand``: what does a text mean? Asks the running Rasa, or starts one for the call.

The texts go to Rasa in request bodies and are neither stored nor logged.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer

from backend.kit.settings import ROOT, Settings, settings
from backend.ops.plan import rasa_python

MODEL: Final = ROOT / "nlu" / "models" / "antam.tar.gz"
_START_SECONDS: Final = 90
_TIMEOUT: Final = httpx.Timeout(30, connect=1)


class NoRasa(Exception):
    """Rasa can be neither asked nor started; the words say what to do."""


def understand(
    text: Annotated[str | None, typer.Argument(help="What a worker wrote.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="One text a line on standard input, one answer a line.")
    ] = False,
) -> None:
    """What a worker's text means: label, confidence, ranking, as one JSON object a text."""
    if (text is None) != lines:
        raise typer.BadParameter("give one text, or --lines and texts on standard input")
    texts = (line.rstrip("\r\n") for line in sys.stdin) if lines else iter([text or ""])
    try:
        with asked() as rasa:
            for one in texts:
                typer.echo(json.dumps(meaning(rasa, one), ensure_ascii=False))
                sys.stdout.flush()
    except NoRasa as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def meaning(rasa: httpx.Client, text: str) -> dict[str, object]:
    """What Rasa makes of one text. Raises ``NoRasa``."""
    try:
        answer = rasa.post("/webhooks/antam/parse", json={"text": text})
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise NoRasa(f"Rasa stopped answering ({type(error).__name__}): see 'antam doctor'.") from None
    found: dict[str, object] = answer.json()
    return found


@contextmanager
def asked(config: Settings | None = None) -> Iterator[httpx.Client]:
    """A client of the running Rasa, or of one that lives as long as this context. Raises ``NoRasa``."""
    config = config or settings()
    running = os.environ.get("ANTAM_RASA_URL") or f"http://{config.internal_host}:{config.rasa_port}"
    token_file = config.secrets / "nlu" / "rasa.token"
    if _ready(running) and token_file.exists():
        with _client(running, token_file.read_text(encoding="utf-8").strip()) as client:
            yield client
        return
    with _started() as (url, token), _client(url, token) as client:
        yield client


@contextmanager
def _started() -> Iterator[tuple[str, str]]:
    """A Rasa server of our own, on a free port of loopback, with a secret of its own."""
    if not MODEL.exists() or not rasa_python().exists():
        raise NoRasa("There is no trained model yet: run 'make train'.")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="antam-understand-") as folder:
        token = secrets.token_urlsafe(32)
        path = Path(folder) / "secrets" / "nlu" / "rasa.token"
        path.parent.mkdir(parents=True)
        path.write_text(token, encoding="utf-8")
        environment = {
            **os.environ,
            "ANTAM_VAR": folder,
            "ANTAM_INTERNAL_HOST": "127.0.0.1",
            "ANTAM_RASA_PORT": str(port),
        }
        process = subprocess.Popen(
            [str(rasa_python()), "-m", "nlu.serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process)
            yield url, token
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not _ready(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoRasa("Rasa did not start: run 'make train', then try again.")
        time.sleep(0.1)


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/webhooks/antam/", timeout=_TIMEOUT, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _client(url: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"X-Antam-Token": token}, timeout=_TIMEOUT, trust_env=False)
