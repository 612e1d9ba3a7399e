"""``antam bench``: how fast the house is on this machine, measured through its real doors.

Starts a house of its own with a new database and free ports, acts as workers do, and writes what it measured.
It touches no other deployment.
"""

import asyncio
import base64
import os
import re
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Final

import httpx
from stdnum import damm

from backend.kit.settings import ROOT, Settings
from backend.ops.measuring import Measurement, report_text
from backend.ops.processes import leashed

Say = Callable[[str], None]
_READY: Final = "An Tâm is ready"
_STARTED: Final = re.compile(r"^ *(\w+) │ started \(pid (\d+)\)")
_START_SECONDS: Final = 300
_PORTS: Final = ("bot", "staff", "internal", "rasa", "actions")


@dataclass(frozen=True)
class BenchHouse:
    """The house under measurement."""

    config: Settings
    ready_after: float
    """Seconds from the order to start until everything was healthy."""
    pids: Mapping[str, int]

    def token(self, room: str, name: str) -> str:
        return (self.config.secrets / room / name).read_text(encoding="utf-8").strip()


async def bench(reports: Path, say: Say) -> Path:
    """Measure everything and write ``bench-<today>.md`` into ``reports``; return that file.

    Raises:
        RuntimeError: the house does not come up.
    """
    with tempfile.TemporaryDirectory(prefix="antam-bench-") as folder:
        # PostgreSQL may run under another account, which must get in.
        Path(folder).chmod(0o711)
        say("starting a house with a new database …")
        async with _running(Path(folder) / "var", say) as house:
            first = house.ready_after
        async with _running(Path(folder) / "var", say) as house:
            say(f"ready after {house.ready_after:.1f} s")
            measured = await _measure(house, say)
            memory = {name: _resident_megabytes(pid) for name, pid in house.pids.items()}
        again = house.ready_after
    reports.mkdir(parents=True, exist_ok=True)
    report = reports / f"bench-{date.today().isoformat()}.md"
    report.write_text(report_text(date.today(), (first, again), measured, memory), encoding="utf-8")
    return report


async def _measure(house: BenchHouse, say: Say) -> list[Measurement]:
    texts = cycle(_phrases(house.config.data))
    bot = f"http://127.0.0.1:{house.config.bot_port}"
    internal = f"http://127.0.0.1:{house.config.internal_port}/internal"
    rasa = f"http://127.0.0.1:{house.config.rasa_port}/webhooks/antam/parse"
    rasa_header = {"X-Antam-Token": house.token("nlu", "rasa.token")}
    bot_header = {"Authorization": f"Bearer {house.token('bot', 'backend.token')}"}
    receipts: list[str] = []
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:

        async def page() -> bool:
            return (await client.get(bot)).is_success

        async def parse() -> bool:
            return (await client.post(rasa, json={"text": next(texts)}, headers=rasa_header)).is_success

        async def turn() -> bool:
            message = {"id": secrets.token_urlsafe(12), "text": next(texts)}
            user = {"X-Antam-User": secrets.token_urlsafe(16)}
            answer = await client.post(f"{bot}/chat/messages", json=message, headers=user)
            return answer.is_success and bool(answer.json()["replies"])

        async def tip() -> bool:
            body = _tip(next(texts))
            answer = await client.post(f"{internal}/tips", json=body, headers=bot_header)
            if answer.is_success:
                receipts.append(str(body["receipt"]))
            return answer.is_success

        async def open_mailbox() -> bool:
            body = {"receipt": secrets.choice(receipts)}
            return (await client.post(f"{internal}/mailbox/open", json=body, headers=bot_header)).is_success

        measured = []
        for what, act, number, at_once in (
            ("worker page", page, 100, 4),
            ("what does a text mean (Rasa alone)", parse, 200, 1),
            ("what does a text mean (Rasa alone)", parse, 200, 4),
            ("chat turn, through all rooms", turn, 100, 1),
            ("chat turn, through all rooms", turn, 200, 8),
            ("send a tip", tip, 20, 1),
            ("send a tip", tip, 40, 8),
            ("open a mailbox by receipt", open_mailbox, 20, 1),
            ("open a mailbox by receipt", open_mailbox, 40, 8),
        ):
            say(f"{what}: {number} times, {at_once} at once …")
            measured.append(await timed(what, act, number, at_once))
    return measured


async def timed(what: str, act: Callable[[], Awaitable[bool]], number: int, at_once: int) -> Measurement:
    """Do ``act`` ``number`` times, ``at_once`` of them together, after one that does not count."""
    await act()
    seconds: list[float] = []
    refused = 0
    left = iter(range(number))

    async def worker() -> None:
        nonlocal refused
        for _ in left:
            began = time.perf_counter()
            if await act():
                seconds.append(time.perf_counter() - began)
            else:
                refused += 1

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return Measurement(what, at_once, seconds, time.perf_counter() - began, refused)


@asynccontextmanager
async def _running(var: Path, say: Say) -> AsyncIterator[BenchHouse]:
    """A whole house until the block ends."""
    numbers = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
    outer = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        *leashed([sys.executable, "-m", "backend.cli", "up"], on_parent_death=signal.SIGTERM),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env=outer
        | {"ANTAM_VAR": str(var), "ANTAM_DEMO": "true"}
        | {f"ANTAM_{name.upper()}_PORT": str(p) for name, p in numbers.items()},
        start_new_session=True,
    )
    assert process.stdout is not None
    pids: dict[str, int] = {}
    lines: list[str] = []
    reading: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(_START_SECONDS):
            while line := (await process.stdout.readline()).decode(errors="replace"):
                lines.append(line)
                if found := _STARTED.match(line):
                    pids[found[1]] = int(found[2])
                if line.startswith(_READY):
                    break
            else:
                raise RuntimeError("The house does not come up:\n" + "".join(lines[-40:]))
        after = time.monotonic() - began
        reading = asyncio.create_task(_drain(process.stdout))
        config = Settings(
            var=var,
            bot_port=numbers["bot"],
            staff_port=numbers["staff"],
            internal_port=numbers["internal"],
            rasa_port=numbers["rasa"],
            actions_port=numbers["actions"],
        )
        yield BenchHouse(config, after, pids)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        if reading is None:
            reading = asyncio.create_task(_drain(process.stdout))
        await process.wait()
        await reading


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    numbers = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return numbers


def _phrases(data: Path) -> list[str]:
    """What workers write: a few lines of each file of examples."""
    found = []
    for path in sorted((data / "examples").glob("*.txt")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        found += [line for line in lines if line and not line.startswith("#")][:5]
    return found


def _tip(story: str) -> dict[str, object]:
    digits = "".join(secrets.choice("0123456789") for _ in range(16))
    return {
        "draft_id": base64.b64encode(secrets.token_bytes(16)).decode(),
        "receipt": digits + str(damm.calc_check_digit(digits)),
        "category": "illegal_lending",
        "story": ["Có nhóm cho vay góp trước cổng khu trọ, thu tiền mỗi chiều.", story],
        "province": "79",
        "who": "số 0900000001",
        "danger": "no",
        "readers": ["union"],
    }


def _resident_megabytes(pid: int) -> float:
    """Memory that a process holds now."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0.0
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
