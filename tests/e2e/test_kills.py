"""Whatever process is killed at whatever moment: what a worker was promised holds, and the house heals."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.house import House, running_house
from tests.e2e.kills import VICTIMS, settle, strike, telling

SEED = "bốc họ"


@pytest.fixture
def struck_house(open_folder: Path) -> Iterator[House]:
    """A house of its own, whose processes are killed."""
    with running_house(open_folder / "struck-house" / "var") as found:
        yield found


@pytest.mark.timeout(400)
def test_no_confirmed_tip_is_lost_doubled_or_changed_when_each_process_is_killed_once(
    struck_house: House,
) -> None:
    chance = random.Random(SEED)
    victims = chance.sample(VICTIMS, len(VICTIMS))
    print(f"seed {SEED!r}: {', '.join(victims)}")
    with telling(struck_house.worker_url, SEED) as (tellers, steps):
        kills = [strike(struck_house, victim, chance, steps) for victim in victims]
    account = settle(struck_house, struck_house.accounts()["union_liaison"], tellers)
    print(kills, account)
    assert account.faults == ()
    assert account.confirmed >= len(VICTIMS)
