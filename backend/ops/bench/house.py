"""The house under measurement: ``antam up`` with a ``var/`` and ports of its own, watched as it comes up."""

import asyncio
import os
import re
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import psycopg

from backend.kit.database import database_url
from backend.kit.settings import ROOT, Settings
from backend.ops.bench.spawning import spawned
from backend.ops.bench.usage import Memory, cpu_seconds, memory

PROCESSES: Final = ("bot", "rasa", "actions", "backend", "worker", "postgres")
_READY: Final = "An Tâm is ready"
_STARTED: Final = re.compile(r"^ *(\w+) │ started \(pid (\d+)\)")
_UP: Final = re.compile(r"✓ (\w+) is up")
_ACCOUNT: Final = re.compile(r"^  (\w+) +(union_liaison|police_liaison|trainer|administrator) +(\S+)$")
_START_SECONDS: Final = 300
_LAST_WORDS_SECONDS: Final = 10
_ASK_AGAIN_SECONDS: Final = 0.1
_PORTS: Final = ("bot", "staff", "internal", "rasa", "actions")
_HEALTH: Final = {
    "rasa": ("rasa", "/"),
    "actions": ("actions", "/health"),
    "backend": ("internal", "/internal/health"),
    "bot": ("bot", "/healthz"),
}
"""Where a process is asked whether it can answer: port and path. Of the others the supervisor tells."""


class NotUp(RuntimeError):
    """The house did not come up; the message holds its last words."""


@dataclass(frozen=True)
class Account:
    """A demo account as it was printed at the first start."""

    login: str
    one_time_password: str = field(repr=False)


@dataclass
class BenchHouse:
    """A house that runs. What its supervisor prints is read all the time, so a restart is noticed."""

    config: Settings
    pids: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    """By role."""
    ready_after: float = 0.0
    """Seconds from the order to start until everything was healthy."""
    ready_each: dict[str, float] = field(default_factory=dict)
    """Seconds from a process's own start until it could answer."""

    @property
    def bot(self) -> str:
        return f"http://127.0.0.1:{self.config.bot_port}"

    @property
    def staff(self) -> str:
        return f"http://127.0.0.1:{self.config.staff_port}"

    @property
    def internal(self) -> str:
        return f"http://127.0.0.1:{self.config.internal_port}/internal"

    @property
    def rasa(self) -> str:
        return f"http://127.0.0.1:{self.config.rasa_port}/webhooks/antam"

    def token(self, room: str, name: str) -> str:
        return (self.config.secrets / room / name).read_text(encoding="utf-8").strip()

    @property
    def database(self) -> str:
        """The database as its owner reaches it, for psycopg."""
        return database_url(self.config, role="owner").replace("+psycopg", "", 1)

    def cpu(self) -> dict[str, float]:
        """Processor seconds that each process has taken since it started."""
        return {name: cpu_seconds(pid) for name, pid in self.pids.items()}

    def memory(self) -> dict[str, Memory]:
        return {name: memory(pid) for name, pid in self.pids.items()}

    async def settled(self) -> None:
        """Return once no job waits or runs."""
        async with asyncio.timeout(_START_SECONDS):
            while await asyncio.to_thread(self._jobs):
                await asyncio.sleep(_ASK_AGAIN_SECONDS)

    def _jobs(self) -> int:
        with psycopg.connect(self.database) as connection:
            row = connection.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            ).fetchone()
        return int(row[0]) if row else 0


@asynccontextmanager
async def running_house(var: Path) -> AsyncIterator[BenchHouse]:
    """A whole house with demo accounts until the block ends.

    Raises:
        NotUp: it does not come up.
    """
    numbers = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    outer = {
        key: value
        for key, value in os.environ.items()
        if key != "DATABASE_URL" and not key.startswith("ANTAM_")
    }
    chosen = {f"ANTAM_{name.upper()}_PORT": str(number) for name, number in numbers.items()}
    environment = {**outer, **chosen, "ANTAM_VAR": str(var), "ANTAM_DEMO": "true"}
    house = BenchHouse(
        Settings(
            DATABASE_URL=None,
            var=var,
            data=ROOT / "data",
            bot_port=numbers["bot"],
            staff_port=numbers["staff"],
            internal_port=numbers["internal"],
            rasa_port=numbers["rasa"],
            actions_port=numbers["actions"],
        )
    )
    watch = _Watch(house, numbers)
    command = [sys.executable, "-m", "backend.cli", "up"]
    reading: asyncio.Task[None] | None = None
    try:
        async with spawned(
            command, folder=ROOT, environment=environment, output=asyncio.subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            # Until its end: a supervisor whose words nobody reads could not stop.
            reading = asyncio.create_task(watch.read(process.stdout))
            await watch.until_ready()
            yield house
    finally:
        await watch.end()
        if reading is not None:
            await asyncio.wait([reading], timeout=_LAST_WORDS_SECONDS)
            reading.cancel()


class _Watch:
    """Reads what the supervisor says, and asks each process by itself how it is until it answers."""

    def __init__(self, house: BenchHouse, ports: Mapping[str, int]) -> None:
        self._house = house
        self._ports = ports
        self._began = time.monotonic()
        self._started: dict[str, float] = {}
        self._lines: list[str] = []
        self._ready = asyncio.Event()
        self._over = asyncio.Event()
        self._asking: list[asyncio.Task[None]] = []
        self._client = httpx.AsyncClient(timeout=5, trust_env=False)

    async def until_ready(self) -> None:
        waiting = {asyncio.create_task(self._ready.wait()), asyncio.create_task(self._over.wait())}
        await asyncio.wait(waiting, timeout=_START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if not self._ready.is_set():
            raise NotUp("The house does not come up:\n" + "\n".join(self._lines[-40:]))
        await asyncio.gather(*self._asking)

    async def end(self) -> None:
        for task in self._asking:
            task.cancel()
        await self._client.aclose()

    async def read(self, stream: asyncio.StreamReader) -> None:
        try:
            while line := await stream.readline():
                self._heard(line.decode(errors="replace").rstrip("\n"), time.monotonic())
        finally:
            self._over.set()

    def _heard(self, line: str, now: float) -> None:
        if not self._ready.is_set():
            self._lines.append(line)
        if found := _STARTED.match(line):
            name = found[1]
            self._house.pids[name] = int(found[2])
            self._started[name] = now
            if name in _HEALTH and not self._ready.is_set():
                self._asking.append(asyncio.create_task(self._ask(name, now)))
        elif (found := _UP.search(line)) and found[1] not in _HEALTH:
            self._house.ready_each[found[1]] = now - self._started[found[1]]
        elif found := _ACCOUNT.match(line):
            self._house.accounts[found[2]] = Account(found[1], found[3])
        elif line.startswith(_READY):
            self._house.ready_after = now - self._began
            self._ready.set()

    async def _ask(self, name: str, started: float) -> None:
        port, path = _HEALTH[name]
        url = f"http://127.0.0.1:{self._ports[port]}{path}"
        while True:
            with suppress(httpx.HTTPError):
                if (await self._client.get(url)).is_success:
                    break
            await asyncio.sleep(_ASK_AGAIN_SECONDS)
        self._house.ready_each[name] = time.monotonic() - started


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; held together while choosing, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return numbers
