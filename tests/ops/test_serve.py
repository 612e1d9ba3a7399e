"""The backend's process: two servers that come and go together."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from backend.kit.settings import ROOT
from backend.ops.postgres import DatabaseUrls
from tests.waiting import eventually


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Backend:
    def __init__(self, var: Path, url: str, staff_port: int | None = None) -> None:
        self.internal = f"http://127.0.0.1:{(port := free_port())}"
        staff_port = staff_port or free_port()
        self.staff = f"http://127.0.0.1:{staff_port}"
        environment = {
            **os.environ,
            "ANTAM_VAR": str(var),
            "DATABASE_URL": url,
            "ANTAM_INTERNAL_PORT": str(port),
            "ANTAM_STAFF_PORT": str(staff_port),
        }
        self.process = subprocess.Popen([sys.executable, "-m", "backend.serve"], cwd=ROOT, env=environment)

    def is_healthy(self) -> bool:
        assert self.process.poll() is None
        try:
            return httpx.get(f"{self.internal}/internal/health", verify=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def started(stack: ExitStack, *arguments: object) -> Backend:
    backend = Backend(*arguments)  # type: ignore[arg-type]  # passed through as they are
    stack.callback(backend.process.wait)
    stack.callback(backend.process.kill)
    return backend


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_servers_answer_and_end_at_a_signal(
    stack: ExitStack, var_dir: Path, database: DatabaseUrls, number: signal.Signals
) -> None:
    backend = started(stack, var_dir, database.app)
    eventually(backend.is_healthy, within=60)
    pages = httpx.get(backend.staff, follow_redirects=True, verify=False)
    assert pages.status_code == httpx.codes.OK
    assert "server" not in pages.headers
    assert httpx.get(f"{backend.staff}/internal/health", verify=False).status_code == httpx.codes.NOT_FOUND
    backend.process.send_signal(number)
    assert backend.process.wait(30) == 0


def test_a_taken_port_ends_both_with_an_error(
    stack: ExitStack, var_dir: Path, database: DatabaseUrls
) -> None:
    other = stack.enter_context(socket.socket())
    other.bind(("127.0.0.1", 0))
    other.listen()
    backend = started(stack, var_dir, database.app, other.getsockname()[1])
    assert backend.process.wait(60) == 1


def test_a_database_that_is_gone_is_told_to_who_asks(
    stack: ExitStack, var_dir: Path, database: DatabaseUrls
) -> None:
    backend = started(stack, var_dir, database.app.replace("test_", "gone_"))

    def answer() -> int:
        try:
            return httpx.get(f"{backend.internal}/internal/health", verify=False).status_code
        except httpx.TransportError:
            return 0

    assert eventually(answer, within=60) == httpx.codes.SERVICE_UNAVAILABLE
