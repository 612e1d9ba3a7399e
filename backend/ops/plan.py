"""Which processes make up the house, and how each is started, asked for its health and stopped.

Decides only; ``supervisor.py`` does it. ``docker-compose.yml`` runs the same commands as services.
"""

import signal
import ssl
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from backend.kit.settings import ROOT, Settings

_NO_CERTIFICATES: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Our processes are asked without TLS. To read the world's certificates for each question, ten times a
second, kept a starting house busier than its own start."""
_SEES_DATABASE: Final = frozenset({"backend", "worker"})
"""Only these may find the operator's ``DATABASE_URL`` in their environment."""


async def _always() -> bool:
    return True


@dataclass(frozen=True)
class Program:
    """One process to keep running."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(repr=False)
    healthy: Callable[[], Awaitable[bool]] = _always
    """Asked until it says yes; a process without a port of its own is healthy while it runs."""
    has_health: bool = False
    """Whether ``healthy`` asks the process itself, so that it can be asked from outside too."""
    stop_with: signal.Signals = signal.SIGTERM
    on_parent_death: signal.Signals = signal.SIGKILL
    user: str | None = None
    first_pause: float | None = None
    """Seconds before it is started again when it has died once; None: as every process."""
    before_start: Callable[[], None] = lambda: None
    """What must be put in order before each start, also after a crash."""


@dataclass(frozen=True)
class Port:
    """A port that one of our processes will listen on, and how the operator chooses another."""

    host: str
    number: int
    what: str
    setting: str


def ports(config: Settings) -> list[Port]:
    """Every TCP port of the house (PostgreSQL has none)."""
    return [
        Port(config.host, config.bot_port, "the worker pages", "ANTAM_BOT_PORT"),
        Port(config.host, config.staff_port, "the staff pages", "ANTAM_STAFF_PORT"),
        Port(config.internal_host, config.internal_port, "the internal API", "ANTAM_INTERNAL_PORT"),
        Port(config.internal_host, config.rasa_port, "Rasa", "ANTAM_RASA_PORT"),
        Port(config.internal_host, config.actions_port, "Rasa's actions", "ANTAM_ACTIONS_PORT"),
    ]


def rasa_python() -> Path:
    """The interpreter of Rasa's own environment."""
    return ROOT / "nlu" / ".venv" / "bin" / "python"


def programs(config: Settings, outer: Mapping[str, str]) -> list[Program]:
    """Our own processes in the order in which they start, given the supervisor's environment ``outer``.

    Rasa and the actions stand first: they need no database, and Rasa takes longest.
    """

    def here(name: str) -> str:
        return f"http://{_reachable(config.internal_host)}:{getattr(config, f'{name}_port')}"

    def program(name: str, python: Path, module: str, health: str | None) -> Program:
        healthy = answers(health) if health else _always
        command = [str(python), "-m", module]
        environment = _environment(name, config, outer)
        return Program(name, command, environment, healthy, has_health=health is not None)

    ours = Path(sys.executable)
    return [
        program("rasa", rasa_python(), "nlu.serve", f"{here('rasa')}/"),
        program("actions", ours, "actions", f"{here('actions')}/health"),
        program("backend", ours, "backend.serve", f"{here('internal')}/internal/health"),
        program("worker", ours, "backend.worker", None),
        program("bot", ours, "bot", f"http://{_reachable(config.host)}:{config.bot_port}/healthz"),
    ]


def internal_url(config: Settings) -> str:
    """Where the internal API of this deployment can be asked."""
    return f"http://{_reachable(config.internal_host)}:{config.internal_port}"


def answers(url: str) -> Callable[[], Awaitable[bool]]:
    """A question whether ``url`` answers 200."""

    async def ask() -> bool:
        try:
            async with httpx.AsyncClient(timeout=5, trust_env=False, verify=_NO_CERTIFICATES) as client:
                return (await client.get(url)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    return ask


def _reachable(host: str) -> str:
    """An address to ask at, for one to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  # compared, not bound


def _environment(name: str, config: Settings, outer: Mapping[str, str]) -> dict[str, str]:
    """The supervisor's environment with our settings spelled out, less what this process must not see."""
    kept = {key: value for key, value in outer.items() if key != "DATABASE_URL" or name in _SEES_DATABASE}
    return kept | {
        # Our processes run in the project's folder, the operator may stand in another.
        "ANTAM_VAR": str(config.var.absolute()),
        "ANTAM_DATA": str(config.data.absolute()),
        "ANTAM_HOST": config.host,
        "ANTAM_INTERNAL_HOST": config.internal_host,
        "ANTAM_BOT_PORT": str(config.bot_port),
        "ANTAM_STAFF_PORT": str(config.staff_port),
        "ANTAM_INTERNAL_PORT": str(config.internal_port),
        "ANTAM_RASA_PORT": str(config.rasa_port),
        "ANTAM_ACTIONS_PORT": str(config.actions_port),
        "PYTHONUNBUFFERED": "1",
    }
