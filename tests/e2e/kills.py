"""Ends processes of a running house by force while workers tell tips."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Final

from sqlalchemy.exc import OperationalError

from backend.kit.settings import Settings
from backend.ops.doctor import Finding, examine
from tests.e2e import ledger
from tests.e2e.house import House
from tests.e2e.telling import Teller
from tests.e2e.told import Steps, Told
from tests.ops.processes import alive
from tests.waiting import eventually

POSTGRES_CHILD: Final = "a connection of PostgreSQL"
CLEANER: Final = "a cleaner of files"
VICTIMS: Final = ("bot", "backend", "worker", "actions", "rasa", "postgres", POSTGRES_CHILD, CLEANER)
_POSTGRES: Final = ("postgres", POSTGRES_CHILD)
_ANSWERS_AT: Final = {
    "bot": ("bot", "healthz"),
    "rasa": ("rasa", ""),
    "actions": ("actions", "health"),
}
"""Where a victim is asked whether it is back; the others show in the backend's health or in the queue."""
_BESIDE: Final = ("worker", "actions", "rasa")
"""What no teller waits for: while one of these starts again, the next victim is ended."""
TELLERS: Final = 5
_MOST_STEPS: Final = 30
"""A kill comes after one to so many further answers of the bot, so at any step of a story."""
_TOLD_BETWEEN: Final = 0.5
"""Tips a teller that are confirmed before PostgreSQL falls again, which empties every draft."""
_WITHIN_A_STEP: Final = 0.05
"""Seconds: and so much later at most, so also while a message is being worked on."""
_WELL_AGAIN: Final = 150.0
_BESIDE_AGAIN: Final = 900.0
"""Each early death doubles the pause before the next start, and a worker also ends when PostgreSQL dies."""
_STORY_ENDS: Final = 200.0


@dataclass(frozen=True)
class Kill:
    """One process that was ended."""

    victim: str
    healed: Future[float] = field(repr=False)
    under_way: tuple[Told, ...] = field(repr=False)
    """The tips that were being told at that moment."""
    begun: tuple[Told, ...] = field(repr=False, default=())
    """Those that were begun from then on until a new one answered. Empty for what no teller waits for."""

    @property
    def empties_drafts(self) -> bool:
        """Whether drafts are lost with it."""
        return self.victim in _POSTGRES

    @property
    def seconds(self) -> float:
        """Until a new one answered; of a worker, until the queue knew it."""
        return self.healed.result()


@contextmanager
def telling(url: str, seed: str, tellers: int = TELLERS) -> Iterator[tuple[list[Teller], Steps]]:
    """Workers who tell tips to ``url`` during the block; at its end each brings the present one to an end."""
    steps, stop = Steps(), threading.Event()
    crowd = [Teller(url, seed, number, steps, stop) for number in range(tellers)]
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


def strikes(
    house: House, victims: Iterable[str], chance: random.Random, tellers: Sequence[Teller], steps: Steps
) -> list[Kill]:
    """End ``victims`` one after the other, each at a random moment of what ``tellers`` tell.

    What tellers wait for answers again before the next one; at the end the doctor has nothing to say.
    """
    kills: list[Kill] = []
    enough = 0
    with ThreadPoolExecutor() as healing:
        for victim in victims:
            if victim in _POSTGRES:
                _until_confirmed(tellers, enough)
                enough = _confirmed(tellers) + int(_TOLD_BETWEEN * len(tellers))
            steps.wait_for(chance.randint(1, _MOST_STEPS), _WELL_AGAIN)
            known = _workers(house)
            threading.Event().wait(chance.random() * _WITHIN_A_STEP)
            before = [len(teller.told) for teller in tellers]
            under_way = tuple(teller.told[-1] for teller in tellers if teller.told)
            pid = _until_ended(house, victim, chance)
            healed = healing.submit(_healed, house, victim, pid, known)
            begun: tuple[Told, ...] = ()
            if victim not in _BESIDE:
                healed.result()
                begun = tuple(
                    tip for teller, count in zip(tellers, before, strict=True) for tip in teller.told[count:]
                )
            kills.append(Kill(victim, healed, under_way, begun))
            print(f"{len(kills)}: {victim}", flush=True)
    eventually(lambda: is_well(house), _BESIDE_AGAIN)
    return kills


def lost_for_nothing(kills: Sequence[Kill], gone: Iterable[Told]) -> list[str]:
    """The markers of those ``gone`` that no fall of PostgreSQL met: their drafts had to outlive it all."""
    met = [tip for kill in kills if kill.empties_drafts for tip in (*kill.under_way, *kill.begun)]
    return [tip.marker for tip in gone if not any(tip is other for other in met)]


def _healed(house: House, victim: str, pid: int, known: set[int]) -> float:
    """The seconds until what ``victim`` does is done again after it was ended."""
    began = time.monotonic()
    patience = _BESIDE_AGAIN if victim in _BESIDE else _WELL_AGAIN
    if victim == "worker":
        house.wait_for(lambda here: here.pid(victim) != pid, "A new worker", patience)
        eventually(lambda: _workers(house) - known, patience)
        return time.monotonic() - began
    if victim in (POSTGRES_CHILD, CLEANER):
        eventually(lambda: not alive(pid), patience)
    else:
        house.wait_for(lambda here: here.pid(victim) != pid, f"A new {victim}", patience)
    house.wait_until_answers(*_ANSWERS_AT.get(victim, ("internal", "internal/health")), patience)
    return time.monotonic() - began


def _until_confirmed(tellers: Sequence[Teller], count: int) -> None:
    eventually(lambda: _confirmed(tellers) >= count, _BESIDE_AGAIN)


def _confirmed(tellers: Sequence[Teller]) -> int:
    """The tips whose worker has seen the receipt."""
    return sum(tip.confirmed for teller in tellers for tip in list(teller.told))


def _workers(house: House) -> set[int]:
    """The job workers that the queue knows; none while nobody can ask."""
    try:
        return ledger.workers(house)
    except OperationalError:
        return set()


def _until_ended(house: House, victim: str, chance: random.Random) -> int:
    """The id of the process that was ended, once there was one to end."""
    pid = eventually(lambda: _end(house, victim, chance), _BESIDE_AGAIN)
    assert pid is not None
    return pid


def _end(house: House, victim: str, chance: random.Random) -> int | None:
    """End it by force; ``None`` while there is none, as of a worker that lost the database."""
    if victim == POSTGRES_CHILD:
        found = _connections(house)
    elif victim == CLEANER:
        found = _cleaners(house)
    else:
        found = [house.pid(victim)]
    if not found:
        return None
    pid = chance.choice(found)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return None
    return pid


def rounds(number: int, chance: random.Random) -> list[str]:
    """So many victims, each kind as often as the others; PostgreSQL falls in one way or the other."""
    others = [victim for victim in VICTIMS if victim not in _POSTGRES]
    victims: list[str] = []
    for way in cycle(_POSTGRES):
        if len(victims) >= number:
            break
        victims += chance.sample([*others, way], len(others) + 1)
    return victims[:number]


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


def _connections(house: House) -> list[int]:
    """The processes of PostgreSQL that serve connections of ours."""
    return [child for child in _children(house.pid("postgres")) if "antam_app" in _command(child)]


def _cleaners(house: House) -> list[int]:
    """The processes that make a file anew just now."""
    return [child for child in _children(house.pid("backend")) if "attachments.cleaner" in _command(child)]


def _children(pid: int) -> list[int]:
    """What any thread of a process has started."""
    texts = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            texts.append(path.read_text(encoding="utf-8"))
    return [int(child) for child in " ".join(texts).split()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
