"""Ends processes of a running house by force while workers tell tips."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from backend.kit.settings import Settings
from backend.ops.doctor import Finding, examine
from tests.e2e import ledger
from tests.e2e.house import House
from tests.e2e.telling import Steps, Teller, Told
from tests.ops.processes import alive
from tests.waiting import eventually

POSTGRES_CHILD: Final = "a connection of PostgreSQL"
VICTIMS: Final = ("bot", "backend", "worker", "actions", "rasa", "postgres", POSTGRES_CHILD)
_ANSWERS_AT: Final = {
    "bot": ("bot", "healthz"),
    "rasa": ("rasa", ""),
    "actions": ("actions", "health"),
}
"""Where a victim is asked whether it is back; the others show in the backend's health or in the queue."""
TELLERS: Final = 3
_MOST_STEPS: Final = 12
"""A kill comes after one to so many further answers of the bot, so at any step of a story."""
_WITHIN_A_STEP: Final = 0.05
"""Seconds: and so much later at most, so also while a message is being worked on."""
_WELL_AGAIN: Final = 150.0
_STORY_ENDS: Final = 120.0


@dataclass(frozen=True)
class Kill:
    """One process that was ended."""

    victim: str
    seconds: float
    """Until the doctor had nothing to say any more."""
    under_way: tuple[Told, ...] = field(repr=False)
    """The tips that were being told at that moment."""


@contextmanager
def telling(url: str, seed: str, tellers: int = TELLERS) -> Iterator[tuple[list[Teller], Steps]]:
    """Workers who tell tips to ``url`` during the block; at its end each brings the present one to an end."""
    steps, stop = Steps(), threading.Event()
    crowd = [Teller(url, f"{seed}-{number}", steps, stop) for number in range(tellers)]
    for teller in crowd:
        teller.start()
    try:
        yield crowd, steps
    finally:
        stop.set()
    for teller in crowd:
        teller.join(_STORY_ENDS)
    stuck = [teller.told[-1] for teller in crowd if teller.is_alive()]
    assert not stuck, f"stories that do not end: {stuck}"


def strike(house: House, victim: str, chance: random.Random, tellers: Sequence[Teller], steps: Steps) -> Kill:
    """End ``victim`` at a random moment of what ``tellers`` tell, and wait until the house is well again."""
    steps.wait_for(chance.randint(1, _MOST_STEPS), _WELL_AGAIN)
    known = ledger.workers(house)
    threading.Event().wait(chance.random() * _WITHIN_A_STEP)
    under_way = tuple(teller.told[-1] for teller in tellers)
    pid = eventually(lambda: _end(house, victim, chance), _WELL_AGAIN)
    assert pid is not None
    began = time.monotonic()
    if victim == POSTGRES_CHILD:
        eventually(lambda: not alive(pid), _WELL_AGAIN)
    else:
        house.wait_for(lambda here: here.pid(victim) != pid, f"A new {victim}", _WELL_AGAIN)
    house.wait_until_answers(*_ANSWERS_AT.get(victim, ("internal", "internal/health")), _WELL_AGAIN)
    if victim == "worker":
        eventually(lambda: ledger.workers(house) - known, _WELL_AGAIN)
    eventually(lambda: is_well(house), _WELL_AGAIN)
    return Kill(victim, time.monotonic() - began, under_way)


def _end(house: House, victim: str, chance: random.Random) -> int | None:
    """End it by force; ``None`` if it has just ended by itself, as a worker does that lost the database."""
    pid = _connection(house, chance) if victim == POSTGRES_CHILD else house.pid(victim)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return pid


def findings(house: House) -> list[Finding]:
    """What the doctor finds in a running house."""
    config = Settings(
        var=house.var,
        DATABASE_URL=None,
        bot_port=house.ports["bot"],
        staff_port=house.ports["staff"],
        internal_port=house.ports["internal"],
        rasa_port=house.ports["rasa"],
        actions_port=house.ports["actions"],
    )
    return ledger.in_own_thread(examine(config))


def is_well(house: House) -> bool:
    """Whether the doctor has nothing to say."""
    return all(finding.well for finding in findings(house))


def _connection(house: House, chance: random.Random) -> int:
    """A process of PostgreSQL that serves one of our connections."""
    return chance.choice(eventually(lambda: _connections(house.pid("postgres"))))


def _connections(postmaster: int) -> list[int]:
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="utf-8").split()
    return [int(child) for child in children if "antam_app" in _command(int(child))]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
