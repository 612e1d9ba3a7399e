"""A bare Rasa bot to compare with: what ``rasa init`` makes, trained and served as Rasa's own commands do.

It lives in a folder of its own, in Rasa's environment with telemetry off, and answers on loopback.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from backend.ops.bench.house import NotUp, free_ports
from backend.ops.bench.spawning import last_lines, spawned
from backend.ops.measuring import Act
from backend.ops.plan import rasa_python
from backend.ops.processes import clean_environment

TALK: Final = ("hello", "I am sad", "yes", "are you a bot?", "goodbye")
"""One conversation out of the template's own stories and rules; it answers each."""
_TRAIN_SECONDS: Final = 600
_READY_SECONDS: Final = 300
_ASK_AGAIN_SECONDS: Final = 0.2


@dataclass(frozen=True)
class BareRasa:
    """A bare bot that runs."""

    url: str
    pid: int
    ready_after: float
    """Seconds from the order to start until its model was loaded."""

    def talker(self, client: httpx.AsyncClient, new_id: Callable[[], str]) -> Act:
        """One person after the other, each holding the conversation ``TALK`` over the REST channel."""
        left: list[str] = []
        sender = ""

        async def turn() -> bool:
            nonlocal left, sender
            if not left:
                left, sender = list(TALK), new_id()
            body = {"sender": sender, "message": left.pop(0)}
            answer = await client.post(f"{self.url}/webhooks/rest/webhook", json=body)
            return answer.is_success and bool(answer.json())

        return turn

    def parser(self, client: httpx.AsyncClient) -> Act:
        """Asks what a text means, at ``/model/parse``."""
        number = 0

        async def parse() -> bool:
            nonlocal number
            number += 1
            answer = await client.post(f"{self.url}/model/parse", json={"text": TALK[number % len(TALK)]})
            return answer.is_success and bool(answer.json()["intent"]["name"])

        return parse


@asynccontextmanager
async def running_bare_rasa(folder: Path) -> AsyncIterator[BareRasa]:
    """Make and train the bot in the empty ``folder``, and serve it until the block ends.

    Raises:
        NotUp: Rasa's commands do not work here.
    """
    # Rasa writes its settings, and others their caches, into the home folder.
    environment = {**clean_environment(), "HOME": str(folder), "RASA_TELEMETRY_ENABLED": "false"}
    bot = folder / "bot"
    bot.mkdir()
    await _made(bot, environment, folder / "train.log")
    (port,) = free_ports(1)
    command = [*_rasa(), "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    log = folder / "run.log"
    began = time.monotonic()
    with log.open("wb") as output:
        async with spawned(command, folder=bot, environment=environment, output=output) as process:
            url = f"http://127.0.0.1:{port}"
            await _loaded(url, process, log)
            yield BareRasa(url, process.pid, time.monotonic() - began)


def _rasa() -> list[str]:
    return [str(rasa_python()), "-m", "rasa"]


async def _made(bot: Path, environment: Mapping[str, str], log: Path) -> None:
    command = [*_rasa(), "init", "--no-prompt", "--init-dir", str(bot)]
    with log.open("wb") as output:
        async with spawned(command, folder=bot, environment=environment, output=output) as process:
            with suppress(TimeoutError):
                async with asyncio.timeout(_TRAIN_SECONDS):
                    await process.wait()
    if not list((bot / "models").glob("*.tar.gz")):
        raise NotUp(f"The bare Rasa bot could not be made:\n{last_lines(log)}")


async def _loaded(url: str, process: asyncio.subprocess.Process, log: Path) -> None:
    """Return once the model is loaded: before, ``/status`` answers 409 or nobody does."""
    deadline = time.monotonic() + _READY_SECONDS
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while True:
            with suppress(httpx.HTTPError):
                if (await client.get(f"{url}/status")).is_success:
                    return
            if process.returncode is not None or time.monotonic() > deadline:
                raise NotUp(f"The bare Rasa bot does not answer:\n{last_lines(log)}")
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
