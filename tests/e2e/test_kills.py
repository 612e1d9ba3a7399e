"""Whatever process is killed at whatever moment: what a worker was promised holds, and the house heals."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import kill_report
from tests.e2e.house import House, running_house
from tests.e2e.kills import TELLERS, VICTIMS, Kill, lost_for_nothing, rounds, strikes, telling
from tests.e2e.settling import Books, settle
from tests.ops.command import antam

SEED = "bốc họ"
MANY_TELLERS = 20
MANY = 200


@pytest.fixture
def struck_house(open_folder: Path) -> Iterator[House]:
    """A house of its own, whose processes are killed."""
    with running_house(open_folder / "struck-house" / "var") as found:
        yield found


def run(house: House, victims: list[str], chance: random.Random, tellers: int) -> tuple[list[Kill], Books]:
    """Kill one after the other while workers tell tips; then open everything."""
    print(f"seed {SEED!r}: {', '.join(victims)}", flush=True)
    with telling(house.worker_url, SEED, tellers) as (crowd, steps):
        kills = strikes(house, victims, chance, crowd, steps)
    books = settle(house, house.accounts()["union_liaison"], crowd)
    print([(kill.victim, round(kill.seconds, 1)) for kill in kills], books.account(), flush=True)
    return kills, books


@pytest.mark.timeout(500)
def test_no_confirmed_tip_is_lost_doubled_or_changed_when_each_process_is_killed_once(
    struck_house: House,
) -> None:
    chance = random.Random(SEED)
    kills, books = run(struck_house, chance.sample(VICTIMS, len(VICTIMS)), chance, TELLERS)
    account = books.account()
    assert books.faults() == []
    assert lost_for_nothing(kills, books.gone) == []
    assert account.confirmed > 0
    assert account.photos + account.voices > 0
    told = antam("doctor", var=struck_house.var, ports=struck_house.ports)
    assert told.returncode == 0, told.stdout


@pytest.mark.slow
@pytest.mark.timeout(3 * 3600)
def test_two_hundred_kills_lose_nothing(struck_house: House) -> None:
    chance = random.Random(SEED)
    kills, books = run(struck_house, rounds(MANY, chance), chance, MANY_TELLERS)
    kill_report.write(kills, books, SEED, MANY_TELLERS)
    account = books.account()
    assert books.faults() == []
    assert lost_for_nothing(kills, books.gone) == []
    assert account.confirmed > MANY
    # What is promised of drafts, receipts and files in an accident is held against it only if they happen.
    assert account.resumed > 0
    assert account.shown_again > 0
    assert account.photos > MANY // 4
    assert account.voices > MANY // 8
    told = antam("doctor", var=struck_house.var, ports=struck_house.ports)
    assert told.returncode == 0, told.stdout
