"""The whole house when worse happens: the supervisor is killed, everything is killed, the disk is full."""

import errno
import os
import random
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.e2e.house import House, running_house
from tests.e2e.kills import is_well, telling
from tests.e2e.settling import settle
from tests.e2e.told import Steps
from tests.ops.command import antam
from tests.ops.processes import alive, descendants, limit_file_size
from tests.waiting import eventually

SEED = "tín dụng đen"
_LARGEST_FILE = 65_536
"""Bytes: less than what PostgreSQL writes next, whatever it is."""


@contextmanager
def no_room_for(pids: list[int]) -> Iterator[None]:
    """Let none of the processes, nor what they start, write a larger file, as on a full disk.

    The limit is one that every account may set for its own processes, so this runs as root and not, in a
    container and not. PostgreSQL takes it as it takes a full disk (it ignores SIGXFSZ for that purpose).
    """
    for pid in pids:
        limit_file_size(pid, str(_LARGEST_FILE))
    try:
        yield
    finally:
        left = [pid for pid in pids if alive(pid)]
        for pid in {*left, *(child for parent in left for child in descendants(parent))}:
            limit_file_size(pid, "unlimited")


def postgres_said(house: House, words: str) -> bool:
    return any("postgres │" in line and words in line for line in house.lines)


@pytest.mark.timeout(400)
def test_tips_and_drafts_outlive_the_supervisor_and_tips_the_end_of_everything(open_folder: Path) -> None:
    var = open_folder / "felled-house" / "var"
    chance = random.Random(SEED)
    print(f"seed {SEED!r}")
    with ExitStack() as stories:
        with running_house(var) as first:
            liaison = first.accounts()["union_liaison"]
            tellers, steps = stories.enter_context(telling(first.worker_url, SEED))
            steps.wait_for(chance.randint(20, 40), 120)
            family = descendants(first.process.pid)
            first.process.kill()
            first.process.wait(30)
            eventually(lambda: not any(map(alive, family)), 60)
        with running_house(var, first.ports) as second:
            assert postgres_said(second, "database system was shut down at")
            assert not postgres_said(second, "was not properly shut down")
            steps.wait_for(chance.randint(20, 40), 120)
            assert not [tip for teller in tellers for tip in teller.told if tip.gone], "a draft is lost"
            kill_all(second, steps, chance)
        with running_house(var, first.ports) as third:
            assert postgres_said(third, "was not properly shut down")
            steps.wait_for(chance.randint(20, 40), 120)
            stories.close()
            books = settle(third, liaison, tellers)
            print(books.account())
            assert books.faults() == []
            assert books.account().confirmed > 0
            told = antam("doctor", var=var, ports=third.ports)
            assert told.returncode == 0, told.stdout


def kill_all(house: House, steps: Steps, chance: random.Random) -> None:
    """SIGKILL for the supervisor and everything under it, while tips are being sent."""
    steps.wait_for(chance.randint(1, 10), 120)
    family = descendants(house.process.pid)
    # The supervisor last: its end would have the kernel ask the others to end in order.
    for pid in [*family, house.process.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    house.process.wait(30)
    eventually(lambda: not any(map(alive, family)), 60)


@pytest.fixture(scope="module")
def crowded_house(open_folder: Path) -> Iterator[House]:
    """A house whose disk and tokens these tests spoil and mend."""
    with running_house(open_folder / "crowded-house" / "var") as found:
        yield found


@pytest.mark.timeout(300)
class TestFullDisk:
    def test_the_doctor_says_that_postgres_answers_and_cannot_write(self, crowded_house: House) -> None:
        with no_room_for([crowded_house.pid("postgres")]):
            told = antam("doctor", var=crowded_house.var, ports=crowded_house.ports)
        assert told.returncode == 1
        assert "✗ database   There is no room to write in" in told.stdout
        assert antam("doctor", var=crowded_house.var, ports=crowded_house.ports).returncode == 0

    def test_tips_wait_the_doctor_says_why_and_nothing_is_lost(self, crowded_house: House) -> None:
        house = crowded_house
        with telling(house.worker_url, SEED) as (tellers, steps):
            steps.wait_for(30, 120)
            before = house.pid("postgres")
            with no_room_for([house.process.pid, before, *descendants(before)]):
                house.wait_for(lambda here: here.pid("postgres") != before, "The end of PostgreSQL")
                assert postgres_said(house, os.strerror(errno.EFBIG))
                told = antam("doctor", var=house.var, ports=house.ports)
                assert told.returncode == 1
                assert "✗ database   There is no room to write in" in told.stdout
            eventually(lambda: is_well(house), 180)
            steps.wait_for(20, 120)
        books = settle(house, house.accounts()["union_liaison"], tellers)
        print(books.account())
        assert books.faults() == []
        assert books.account().confirmed > 0


@pytest.mark.timeout(200)
def test_a_token_changed_while_the_house_runs_is_named_until_it_is_known_again(crowded_house: House) -> None:
    house = crowded_house
    token = house.var / "secrets" / "bot" / "backend.token"
    token.write_text("another", encoding="utf-8")
    assert antam("keys", "init", var=house.var).returncode == 0
    told = antam("doctor", var=house.var, ports=house.ports)
    assert told.returncode == 1
    assert "✗ tokens     the running backend refuses bot: a token was changed." in told.stdout
    for name in ("backend", "bot"):
        os.kill(house.pid(name), signal.SIGTERM)
    eventually(lambda: is_well(house), 120)
