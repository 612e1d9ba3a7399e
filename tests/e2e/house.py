"""The whole house as an operator starts it: ``antam up`` with a ``var/`` and ports of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.kit.settings import ROOT
from tests.waiting import eventually

READY = "An Tâm is ready"
NAMES = ("bot", "staff", "internal", "rasa", "actions")
_STARTED = re.compile(r"^ *(\w+) │ started \(pid (\d+)\)")
_ACCOUNT = re.compile(r"^  (\w+) +(union_liaison|police_liaison|trainer|administrator) +(\S+)$")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on; held together while choosing, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [server.getsockname()[1] for server in held]
    for server in held:
        server.close()
    return ports


@dataclass
class House:
    """A running house. ``lines`` is everything the supervisor and its children have printed."""

    var: Path
    ports: Mapping[str, int]
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def worker_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['bot']}/"

    @property
    def staff_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['staff']}/"

    def accounts(self) -> dict[str, tuple[str, str]]:
        """Login and one-time password by role, as printed at the first start."""
        found = (match for line in self.lines if (match := _ACCOUNT.match(line)))
        return {match[2]: (match[1], match[3]) for match in found}

    def pid(self, name: str) -> int:
        """The process id of a child, as it was started last."""
        found = [int(match[2]) for line in self.lines if (match := _STARTED.match(line)) and match[1] == name]
        return found[-1]

    def wait_for(self, holds: Callable[["House"], bool], what: str, seconds: float = 180) -> None:
        """Wait until ``holds``; each new line of output is a reason to look again."""
        with self.changed:
            met = self.changed.wait_for(lambda: holds(self) or self.process.poll() is not None, seconds)
        if not met or not holds(self):
            raise AssertionError(f"{what} did not happen.\n" + "\n".join(self.lines[-60:]))

    def wait_until_answers(self, name: str, path: str, seconds: float = 60) -> None:
        """Wait until a process of the house answers 200 at ``path``."""
        url = f"http://127.0.0.1:{self.ports[name]}/{path}"
        eventually(lambda: _answers(url), seconds)

    def read(self) -> None:
        """Collect the output until it ends (runs in a thread of its own)."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False, verify=False).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def running_house(
    var: Path, ports: Mapping[str, int] | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[House]:
    """``antam up`` until the block ends; then SIGINT, as Ctrl-C sends it.

    ``environment`` is what the operator has set besides; our own settings in it count too.
    """
    ports = ports or dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("ANTAM_")}
    inherited.pop("DATABASE_URL", None)
    inherited |= {f"ANTAM_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "backend.cli", "up"],
        cwd=ROOT,
        env={**inherited, "ANTAM_VAR": str(var), "ANTAM_DEMO": "true", **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    house = House(var, ports, process)
    reader = threading.Thread(target=house.read, daemon=True)
    reader.start()
    try:
        house.wait_for(lambda here: any(READY in line for line in here.lines), "The house's start")
        yield house
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)
        reader.join(10)
