"""Ends processes of a running house by force while workers tell tips, and counts what became of the tips."""

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
from tests.e2e.telling import Steps, Teller
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
    """One process that was ended, and how long the house took to be well again, in seconds."""

    victim: str
    seconds: float


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


def strike(house: House, victim: str, chance: random.Random, steps: Steps) -> Kill:
    """End ``victim`` at a random moment and wait until the house is well again."""
    steps.wait_for(chance.randint(1, _MOST_STEPS), _WELL_AGAIN)
    known = ledger.workers(house)
    threading.Event().wait(chance.random() * _WITHIN_A_STEP)
    pid = _connection(house, chance) if victim == POSTGRES_CHILD else house.pid(victim)
    began = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    if victim == POSTGRES_CHILD:
        eventually(lambda: not alive(pid), _WELL_AGAIN)
    else:
        house.wait_for(lambda here: here.pid(victim) != pid, f"A new {victim}", _WELL_AGAIN)
    house.wait_until_answers(*_ANSWERS_AT.get(victim, ("internal", "internal/health")), _WELL_AGAIN)
    if victim == "worker":
        eventually(lambda: ledger.workers(house) - known, _WELL_AGAIN)
    eventually(lambda: is_well(house), _WELL_AGAIN)
    return Kill(victim, time.monotonic() - began)


def findings(house: House) -> list[Finding]:
    """What the doctor finds in a running house."""
    numbers = {f"{name}_port": number for name, number in house.ports.items()}
    return ledger.in_own_thread(examine(Settings(var=house.var, DATABASE_URL=None, **numbers)))


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


@dataclass(frozen=True)
class Account:
    """What was promised to workers, beside what the database holds."""

    told: int
    confirmed: int
    """Tips whose receipt the worker has seen."""
    found: int
    """Of these: in the database once, word for word."""
    resumed: int
    """Tips that were gone on with after the worker was asked."""
    shown_again: int
    """Receipts that a page loaded anew showed once more."""
    begun_anew: int
    """Drafts that a crash of PostgreSQL emptied, told to the worker."""
    stored_unseen: int
    """Of these: had been stored at that moment, so that a desk has the tip and the worker no receipt."""
    faults: Sequence[str] = field(default=())
    """Every promise that does not hold."""


def settle(
    house: House, liaison: tuple[str, str], tellers: Sequence[Teller], *, drafts_may_be_lost: bool = True
) -> Account:
    """Open everything as ``liaison`` (login, one-time password) and hold it against what the workers know."""
    told = [tip for teller in tellers for tip in teller.told]
    stored: dict[str, list[list[str]]] = {}
    for story in ledger.stories(house.var, liaison).values():
        stored.setdefault(story[0].split()[0], []).append(story)
    confirmed = [tip for tip in told if tip.confirmed]
    gone = [tip for tip in told if tip.gone and not tip.confirmed and tip.tag]
    faults = [f"{tip.marker}: {what}" for tip in told for what in tip.contradictions]
    faults += [f"{marker}: stored {len(found)} times" for marker, found in stored.items() if len(found) != 1]
    faults += [f"{marker}: nobody told it" for marker in stored.keys() - {tip.marker for tip in told}]
    faults += [f"{tip.marker}: confirmed and lost" for tip in confirmed if tip.marker not in stored]
    faults += [
        f"{tip.marker}: {len(found)} messages stored, not the {len(tip.parts)} that were written"
        for tip in confirmed
        for found in stored.get(tip.marker, ())
        if found != tip.parts
    ]
    receipts = [tip.receipt for tip in confirmed if tip.receipt is not None]
    faults += ["a receipt that opens no mailbox" for _ in ledger.unreachable(house, receipts)]
    if not drafts_may_be_lost:
        faults += [f"{tip.marker}: its draft is lost" for tip in gone]
    notices = ledger.jobs(house)
    if notices.tips_nobody_is_told_of or notices.jobs_without_a_tip:
        faults.append(f"{notices}")
    return Account(
        told=len(told),
        confirmed=len(confirmed),
        found=sum([tip.parts] == stored.get(tip.marker, []) for tip in confirmed),
        resumed=sum(tip.resumed > 0 for tip in told),
        shown_again=sum(tip.shown_again for tip in told),
        begun_anew=len(gone),
        stored_unseen=sum(tip.marker in stored for tip in gone),
        faults=tuple(faults),
    )
